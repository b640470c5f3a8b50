import type { ConfigCode } from '../../diagnostics/codes.ts'
import { StoreError } from '../../store/store-error.ts'
import { parseStoreUrl } from '../../store/store-url.ts'
import { addressProblem } from '../addresses.ts'
import type { Substituted } from '../environment.ts'
import { isObject } from '../json-object.ts'
import type { Origin, Path, Problem } from '../origin.ts'
import type { FunctionSource } from '../project.ts'

/** Takes a finding at its place in the project file. */
type Report = (problem: Problem & { readonly code: ConfigCode }) => void

const defaultStore = 'sqlite:.syncline/state.db'

export function readStore(store: unknown, source: Substituted, report: Report): string {
  if (typeof store !== 'string' || source.unknown(['store'])) return defaultStore
  try {
    parseStoreUrl(store)
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    report({ code: 'wrong-store', message: `${error.message}.`, advice: `${error.advice}.`, path: ['store'] })
  }
  return store
}

export function readFunctions(functions: unknown, origin: Origin): ReadonlyMap<string, FunctionSource> {
  const named = new Map<string, FunctionSource>()
  for (const [name, source] of Object.entries(isObject(functions) ? functions : {})) {
    if (typeof source !== 'string') continue
    named.set(name, Object.freeze({ name, source, origin, path: ['functions', name] }))
  }
  return named
}

export function readPublicUrl(url: unknown, source: Substituted, report: Report): string | undefined {
  const path: Path = ['service', 'publicUrl']
  if (typeof url !== 'string' || url === '' || source.unknown(path)) return undefined
  const problem = addressProblem(url)
  if (problem === undefined) return url
  report({
    code: 'wrong-setting',
    message: `The public address ${problem}.`,
    advice: 'Write the address under which the systems reach the receivers, such as https://sync.example.com.',
    path,
  })
  return undefined
}
