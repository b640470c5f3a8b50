/** What one step of a connection's check found. */
export interface CheckResult {
  readonly connection: string
  readonly step: string
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped'
  /** What was found, or what went wrong. */
  readonly found: string
  /** Failed since the system could not be reached or refused the credentials. */
  readonly system?: true
  /** What to do, when it is not ok. */
  readonly fix?: string
}
