export interface MappingTestResult {
  readonly mapping: string
  readonly name: string
  readonly passed: boolean
  /** What differs, line by line: path, what was expected, what came. */
  readonly differences: readonly string[]
  readonly file: string
  readonly line: number
}
