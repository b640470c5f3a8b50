import type { ConfigCode } from '../../diagnostics/codes.ts'
import { displayPath, type Finding } from '../../diagnostics/finding.ts'
import type { Origin } from '../origin.ts'
import type { LoadOptions } from '../yaml/yaml-file.ts'

/** What every part of a project is loaded with. */
export interface Loading {
  readonly report: (finding: Finding) => void
  readonly options: LoadOptions
}

/** Files of one kind by the name that each gives itself. */
export interface Named<T> {
  readonly named: ReadonlyMap<string, T>
  /** Whether some of them could not be read. */
  readonly incomplete: boolean
}

export function duplicateName(
  plural: string,
  key: string,
  { name, origin }: { readonly name: string; readonly origin: Origin },
  other: { readonly origin: Origin },
  { currentFolder }: LoadOptions,
): Finding {
  const { line, column } = other.origin.at([key])
  return origin.finding({
    code: 'duplicate-name' satisfies ConfigCode,
    message: `Two ${plural} are named ${name}; the other is at ${displayPath(other.origin.file, currentFolder)}:${line}:${column}.`,
    advice: 'Rename one of them.',
    path: [key],
  })
}
