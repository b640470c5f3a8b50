import type { ConfigCode } from '../diagnostics/codes.ts'
import { displayPath, type Finding } from '../diagnostics/finding.ts'
import type { StaticType } from '../expressions/static-type.ts'
import { declarationProblems, declaredValue } from './declared-value.ts'
import type { OptionDeclaration, OptionValue } from './dsl.generated.ts'
import type { Substituted } from './environment.ts'
import { nameAdvice } from './nearest-name.ts'
import type { Origin, Path } from './origin.ts'
import type { MappingSource, Project } from './project.ts'

/** The values of the options that a mapping declares. */
export function optionsOf(
  mapping: MappingSource,
  project: Pick<Project, 'options'>,
): Readonly<Record<string, OptionValue>> {
  const values: Record<string, OptionValue> = {}
  for (const name of Object.keys(mapping.document.options ?? {})) {
    const value = project.options[name]
    if (value !== undefined) values[name] = value
  }
  return Object.freeze(values)
}

/** The type of `$options` in a mapping's expressions. */
export function optionsType(mapping: MappingSource): StaticType {
  const fields = new Map<string, StaticType>()
  for (const [name, declaration] of Object.entries(mapping.document.options ?? {})) {
    fields.set(name, optionType(declaration))
  }
  return { kind: 'object', fields, title: 'options' }
}

function optionType({ type, items, enum: values, default: fallback }: OptionDeclaration): StaticType {
  const kind = type ?? kindOf(values?.[0] ?? fallback)
  if (kind === 'array') return { kind: 'list', of: items?.type ? { kind: plainKind(items.type) } : { kind: 'any' } }
  if (kind === undefined) return { kind: 'any' }
  return { kind: plainKind(kind), ...(values && { values }) }
}

function kindOf(value: OptionValue | undefined): OptionDeclaration['type'] {
  if (Array.isArray(value)) return 'array'
  return value === undefined ? undefined : (typeof value as 'string' | 'number' | 'boolean')
}

function plainKind(type: 'string' | 'number' | 'integer' | 'boolean'): 'string' | 'number' | 'boolean' {
  return type === 'integer' ? 'number' : type
}

export interface OptionsInput {
  readonly mappings: readonly MappingSource[]
  /** What the project sets, with variables replaced. */
  readonly set: Readonly<Record<string, unknown>>
  readonly origin: Origin
  readonly source: Pick<Substituted, 'fromEnvironment' | 'unknown'>
  /** Some mapping could not be read, so that an unknown option may be one of its. */
  readonly incomplete: boolean
  readonly currentFolder?: string | undefined
  readonly report: (finding: Finding) => void
}

/** The value of every option that a mapping declares; all that is wrong with them is reported. */
export function resolveOptions(input: OptionsInput): Readonly<Record<string, OptionValue>> {
  const { set, origin, source, report } = input
  const declared = declaredOptions(input)
  const values: Record<string, OptionValue> = {}
  for (const [name, { declaration, mapping }] of declared) {
    const path: Path = ['options', name]
    const raw = set[name]
    if (source.unknown(path)) continue
    if (raw === undefined || raw === null) {
      if (declaration.default !== undefined) values[name] = declaration.default
      else if (raw === undefined) {
        report(
          origin.finding({
            code: 'missing-option' satisfies ConfigCode,
            message: `The mapping ${mapping.name} needs the option ${name}: ${declaration.description}.`.replace(
              '..',
              '.',
            ),
            advice: `Set ${name} under options in the project file${exampleOf(declaration)}.`,
            path: ['options'],
            key: true,
          }),
        )
      }
      continue
    }
    const fromEnvironment = source.fromEnvironment(path)
    const value = declaredValue(declaration, raw, fromEnvironment)
    if ('value' in value) {
      values[name] = value.value
      continue
    }
    const shown = fromEnvironment || typeof raw === 'object' ? '' : `: ${JSON.stringify(raw)}`
    report(
      origin.finding({
        code: 'wrong-option' satisfies ConfigCode,
        message: `The option ${name} ${value.is}${shown}.`,
        advice: value.advice,
        path,
      }),
    )
  }
  if (!input.incomplete) {
    for (const name of Object.keys(set)) {
      if (declared.has(name)) continue
      report(
        origin.finding({
          code: 'unknown-option' satisfies ConfigCode,
          message: `No mapping of the project has an option ${name}.`,
          advice: nameAdvice(name, declared.keys(), 'options'),
          path: ['options', name],
          key: true,
        }),
      )
    }
  }
  return Object.freeze(values)
}

function exampleOf({ examples }: OptionDeclaration): string {
  return examples?.[0] === undefined ? '' : `, such as ${JSON.stringify(examples[0])}`
}

/** Each option once. Two declarations of one name must say the same of its value. */
function declaredOptions({ mappings, report, currentFolder }: OptionsInput) {
  const declared = new Map<string, { declaration: OptionDeclaration; mapping: MappingSource }>()
  for (const mapping of mappings) {
    for (const [name, declaration] of Object.entries(mapping.document.options ?? {})) {
      const path: Path = ['options', name]
      for (const problem of declarationProblems(declaration)) {
        report(
          mapping.origin.finding({
            code: 'wrong-declaration' satisfies ConfigCode,
            message: problem.message,
            advice: 'Correct the declaration.',
            path: [...path, ...problem.path],
          }),
        )
      }
      const first = declared.get(name)
      if (!first) {
        declared.set(name, { declaration, mapping })
      } else if (valueRules(first.declaration) !== valueRules(declaration)) {
        const place = `${displayPath(first.mapping.origin.file, currentFolder)}:${first.mapping.origin.at(path, 'key').line}`
        report(
          mapping.origin.finding({
            code: 'option-conflict' satisfies ConfigCode,
            message: `The option ${name} is declared differently at ${place}.`,
            advice: 'Make the two declarations the same, or rename one of the options.',
            path,
            key: true,
          }),
        )
      }
    }
  }
  return declared
}

/** What a declaration says of the value, without the words for people. */
function valueRules({ description: _, examples: __, ...rules }: OptionDeclaration): string {
  return JSON.stringify(Object.entries(rules).sort(([a], [b]) => (a < b ? -1 : 1)))
}
