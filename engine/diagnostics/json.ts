import type { FindingsFormat } from './format.ts'

/** For machines: one JSON object, `{ "findings": […] }`. The excerpt is left out: a machine has the file. */
export const json: FindingsFormat = (findings) => `${JSON.stringify({ findings: findingsAsJson(findings) }, null, 2)}\n`

/** The findings as plain data with exactly the published keys, for commands that answer more than findings. */
export function findingsAsJson(findings: Parameters<FindingsFormat>[0]): FindingJson[] {
  return findings.map(({ code, severity, message, file, line, column, advice }) => ({
    code,
    severity,
    message,
    file,
    line,
    column,
    advice,
  }))
}

export interface FindingJson {
  readonly code: string
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly file: string
  readonly line: number
  readonly column: number
  readonly advice: string
}
