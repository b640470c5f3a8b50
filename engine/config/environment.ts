import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import type { ConfigCode } from '../diagnostics/codes.ts'
import { displayPath, type Finding } from '../diagnostics/finding.ts'
import { deepFreeze } from './deep-freeze.ts'
import { readFileValue } from './file-value.ts'
import type { Path, Problem, YamlDocument } from './origin.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** The environment with what the `.env` file beside the project file adds. What is already set wins. */
export function readEnvironment(
  projectFile: string,
  environment: Environment,
): { readonly environment: Environment; readonly problem?: Problem } {
  const file = join(dirname(projectFile), '.env')
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { environment }
    return {
      environment,
      problem: {
        code: 'file-not-readable' satisfies ConfigCode,
        message: `The file ${displayPath(file)} exists, but cannot be read.`,
        advice: 'Give this user the right to read it, or remove it.',
      },
    }
  }
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined))
  return { environment: { ...parseEnv(text.replace(/^\uFEFF/, '')), ...set } }
}

/** Where a value of the project file comes from. */
export interface Substituted {
  /** The document's value with every variable replaced; frozen. */
  readonly value: unknown
  /** Whether the value at `path` came from the environment or a file, in whole or in part. Such a value is not to be shown. */
  readonly fromEnvironment: (path: Path) => boolean
  /** Whether the value at `path` is not known, since a variable or a file is missing. */
  readonly unknown: (path: Path) => boolean
  /** Names of the variables that the value at `path` reads. */
  readonly variables: (path: Path) => readonly string[]
  /** Paths of the files that the value at `path` is read from, as written. */
  readonly files: (path: Path) => readonly string[]
}

const dollar = /\$\$|\$\{(?:file:([^{}]+)\}|([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\})?/g

/**
 * Replaces `${NAME}`, `${NAME:-default}` and `${file:PATH}` in the values of the project file; `$$` is a dollar sign, and any other
 * dollar sign is itself. Functions are code and are left as they are.
 */
export function substitute(
  document: YamlDocument,
  environment: Environment,
  {
    missing,
    report,
    mayLack = () => false,
  }: {
    readonly missing: 'tolerated' | 'reported'
    readonly report: (finding: Finding) => void
    /** Whether the value at the path is not needed, or is saved: then its variable need not be set. */
    readonly mayLack?: (path: Path) => boolean
  },
): Substituted {
  const variables = new Map<string, string[]>()
  const files = new Map<string, string[]>()
  const unknown = new Set<string>()
  const replacements = new Map<string, string>()
  for (const { path, value } of document.scalars()) {
    if (typeof value !== 'string' || !value.includes('$') || path[0] === 'functions') continue
    const key = pathKey(path)
    if (replacements.has(key)) continue
    const replaced = value.replace(
      dollar,
      (whole, file: string | undefined, name: string | undefined, fallback: string | undefined, offset: number) => {
        if (whole === '$$') return '$'
        const lacks = (problem: Problem): string => {
          unknown.add(key)
          if (missing === 'reported' && !mayLack(path)) report(document.finding({ ...problem, path, offset }))
          return whole
        }
        if (file !== undefined) {
          files.set(key, [...(files.get(key) ?? []), file])
          const read = readFileValue(resolve(dirname(document.file), file))
          return 'text' in read ? read.text : lacks(missingFile(file, read.not, path))
        }
        if (name === undefined || fallback?.includes('${')) {
          report(document.finding({ ...wrongVariable, path, offset }))
          unknown.add(key)
          return whole
        }
        variables.set(key, [...(variables.get(key) ?? []), name])
        const given = environment[name]
        // As in a shell: a default stands in for what is empty, too.
        const found = given === '' && fallback !== undefined ? fallback : (given ?? fallback)
        return found ?? lacks(missingVariable(name, path))
      },
    )
    replacements.set(key, replaced)
  }
  return {
    value: deepFreeze(replaceAt(document.value, [], replacements)),
    fromEnvironment: (path) => variables.has(pathKey(path)) || files.has(pathKey(path)),
    variables: (path) => variables.get(pathKey(path)) ?? [],
    files: (path) => files.get(pathKey(path)) ?? [],
    unknown: (path) => unknown.has(pathKey(path)),
  }
}

const wrongVariable = {
  code: 'wrong-variable' satisfies ConfigCode,
  message: '"${" begins a variable of the environment or a file, but no name and "}" follow.',
  advice: 'Write ${NAME}, ${NAME:-default} or ${file:PATH}. For a plain "${" write "$${".',
}

function missingVariable(name: string, path: Path): Problem {
  return {
    code: 'missing-variable' satisfies ConfigCode,
    message: `The variable ${name} is not set; ${showPath(path)} needs it.`,
    advice: `Set ${name} in the environment, or put it into the file .env beside the project file${connectAdvice(path)}.`,
  }
}

/** What belongs to a connection may also be asked for. */
function connectAdvice([first, connection, part]: Path): string {
  const asked = first === 'connections' && (part === 'settings' || part === 'credentials')
  return asked ? `, or run syncline connect ${connection}` : ''
}

function missingFile(file: string, not: string, path: Path): Problem {
  return {
    code: 'missing-file' satisfies ConfigCode,
    message: `The file ${file} ${not}; ${showPath(path)} is read from it.`,
    advice: `Put the value into that file, or correct the path (it is relative to the project file)${connectAdvice(path)}.`,
  }
}

/** `${NAME}` or `${file:PATH}` in a file that is not the project file, or in a function of it. */
export function environmentUses(document: YamlDocument, below: Path = []): Finding[] {
  const findings: Finding[] = []
  for (const { path, value } of document.scalars(below)) {
    if (typeof value !== 'string') continue
    for (const match of value.matchAll(/\$\{(?:file:([^{}]+)|([A-Za-z_][A-Za-z0-9_]*)(?::-[^}]*)?)\}/g)) {
      findings.push(
        document.finding({
          code: 'environment-outside-project' satisfies ConfigCode,
          message: `${match[1] === undefined ? `The variable ${match[2]} of the environment` : `The file ${match[1]}`} cannot be read here: only values of the project file can, and no expressions.`,
          advice:
            'Make it an option of the mapping or a setting of the connector, and set that from the environment in the project file.',
          path,
          offset: match.index,
        }),
      )
    }
  }
  return findings
}

function replaceAt(value: unknown, path: Path, replacements: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((entry, index) => replaceAt(entry, [...path, index], replacements))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, child]) => [key, replaceAt(child, [...path, key], replacements)]),
    )
  }
  return replacements.get(pathKey(path)) ?? value
}

function pathKey(path: Path): string {
  return JSON.stringify(path.map(String))
}

/** `connections.shop.settings.url`, `mappings[0]`. */
export function showPath(path: Path): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('')
}
