import { parse } from 'yaml'
import { SynclineError } from '../diagnostics/syncline-error.ts'
import { declaredValue } from './declared-value.ts'
import type { OptionDeclaration, OptionValue } from './dsl.generated.ts'
import { listNames, nameAdvice } from './nearest-name.ts'
import type { Project } from './project.ts'

/**
 * The project with other values of options, given as texts, for the mappings that are named.
 *
 * @throws SynclineError `unknown-option` when none of the mappings has it, `wrong-option` when the value does not fit
 */
export function overrideOptions(
  project: Project,
  given: Readonly<Record<string, string>>,
  mappings: readonly string[],
): { readonly project: Project; readonly values: Readonly<Record<string, OptionValue>> } {
  const declared = declaredBy(project, mappings)
  const values = Object.fromEntries(
    Object.entries(given).map(([name, text]) => {
      const declaration = declared.get(name)
      if (!declaration) throw unknown(name, project, mappings, declared.keys())
      return [name, typedValue(name, declaration, text)]
    }),
  )
  return { project: Object.freeze({ ...project, options: Object.freeze({ ...project.options, ...values }) }), values }
}

function declaredBy(project: Project, mappings: readonly string[]): ReadonlyMap<string, OptionDeclaration> {
  return new Map(mappings.flatMap((name) => Object.entries(project.mappings.get(name)?.document.options ?? {})))
}

function unknown(
  name: string,
  project: Project,
  mappings: readonly string[],
  declared: Iterable<string>,
): SynclineError {
  const others = [...project.mappings.keys()].filter((mapping) => declaredBy(project, [mapping]).has(name))
  return new SynclineError({
    code: 'unknown-option',
    message:
      others.length > 0
        ? `The option ${name} belongs to ${listNames(others)}, and not to ${listNames(mappings)}.`
        : mappings.length === 1
          ? `The mapping ${mappings[0]} has no option ${name}.`
          : `No mapping that is run has an option ${name}.`,
    advice: others.length > 0 ? `Run ${listNames(others)} with it.` : nameAdvice(name, declared, 'options'),
    exitStatus: 2,
  })
}

function typedValue(name: string, declaration: OptionDeclaration, text: string): OptionValue {
  const value = declaredValue(declaration, declaration.type === 'array' ? listOf(text) : text, true)
  if ('value' in value) return value.value
  const advice = declaration.type === 'array' ? `${value.advice} On the command line: '${name}=[1, 2]'.` : value.advice
  throw new SynclineError({
    code: 'wrong-option',
    message: `The option ${name} ${value.is}: ${JSON.stringify(text)}.`,
    advice,
    exitStatus: 2,
  })
}

/** A list as YAML writes it on one line; anything else stays the text that it is. */
function listOf(text: string): unknown {
  if (!text.trim().startsWith('[')) return text
  try {
    return parse(text) as unknown
  } catch {
    return text
  }
}
