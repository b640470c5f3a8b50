import type { CallFailure } from '../../connectors/failure.ts'
import type { Unreadable } from '../../connectors/read/reading.ts'
import type { ValueProblem } from '../../expressions/values/index.ts'
import type { SpooledRead } from '../../store/spool.ts'

/** A source record in the spool: converted by its schema, or with what is wrong. */
export interface SourceRecord {
  readonly value: unknown
  readonly problems: readonly ValueProblem[]
  /** Set instead, when the system did not give the record. */
  readonly unreadable?: Unreadable
}

/** What was read of a source, on disk. */
export interface SourceRead {
  readonly spooled: SpooledRead
  /** Read to its end: only then may what is not in it count as gone, and the cursor move. */
  readonly complete: boolean
  /** The server's time at the first request: the next cursor. */
  readonly position: string | undefined
  /** What broke the read off. */
  readonly failure: CallFailure | undefined
}
