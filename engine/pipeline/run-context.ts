import type { OptionValue } from '../config/dsl.generated.ts'
import type { Connection } from '../connectors/connection.ts'
import type { Clock, Timers } from '../http/time.ts'
import type { Spool } from '../store/spool.ts'
import type { StateStore } from '../store/state-store.ts'
import type { AnyMapping, TriggerRead } from './compiled-mapping.ts'
import type { Counts, StepCounts } from './counts.ts'
import type { Given, ReadMode } from './read/plan-types.ts'
import type { SourceRead } from './read/source-record.ts'

/** What a user asked of a run. */
export interface RunOptions {
  /** Read everything, whatever the cursor says. */
  readonly full: boolean
  /** One record, by the key that a person knows. */
  readonly only: string | undefined
  /** What changed since then (ISO 8601), whatever the cursor says. */
  readonly since: string | undefined
  /** Up to the write, and nothing is changed: neither the target nor the state. */
  readonly dryRun: boolean
  /** Values of options that hold for this run only: it reads as if they were new, and leaves the cursor where it is. */
  readonly override?: Readonly<Record<string, OptionValue>>
  /** What a schedule reads, whatever the mapping says. */
  readonly read?: TriggerRead
  /** A person asks for these records again: what cannot be looked up, and was perhaps done, is sent. */
  readonly retry?: boolean | undefined
  /** A person waits for it: what has a grace is mapped at once. */
  readonly atOnce?: boolean | undefined
}

/** What the pipelines of one run share. */
export interface RunContext {
  readonly id: string
  readonly startedAt: string
  readonly options: RunOptions
  /** By mapping: what is mapped instead of what the source's list gives. */
  readonly given: ReadonlyMap<string, Given>
  readonly connections: ReadonlyMap<string, Connection>
  readonly store: StateStore
  readonly spool: Spool
  /** Source reads of this run, by name: a second pipeline over the same entity uses the first one's. */
  readonly reads: Map<string, Promise<SourceRead>>
  /** All mappings of the project, also those that this run leaves out. */
  readonly mappings: ReadonlyMap<string, AnyMapping>
  readonly parkedForMs: number
  /** Target entities (`connection.entity`) by the mapping that makes them. */
  readonly makers: ReadonlyMap<string, string>
  /** Aborted when the run is to stop: nothing new is begun, what is under way is finished. */
  readonly stop: AbortSignal
  /** Aborted when the run is to stop at once. */
  readonly abort: AbortSignal
  readonly clock: Clock
  readonly timers: Timers
  /** How long a lost answer is asked for by runs themselves, before the record is held. */
  readonly undecidedAfterMs: number
  readonly listener: (event: RunEvent) => void
}

/** What a run tells while it goes on; progress, logs and metrics listen to it. */
export type RunEvent =
  | { readonly type: 'pipeline-started'; readonly mapping: string; readonly mode: ReadMode; readonly reason: string }
  | {
      readonly type: 'progress'
      readonly mapping: string
      readonly phase: 'reading' | 'mapping' | 'writing'
      readonly counts: Counts
      readonly listed: number
    }
  | { readonly type: 'warning'; readonly mapping: string; readonly message: string }
  | { readonly type: 'would-write'; readonly mapping: string; readonly record: WouldWrite }
  | { readonly type: 'pipeline-ended'; readonly mapping: string; readonly report: PipelineReport }
  | {
      /** Both sides of a mapping are compared, and repaired if that was asked for. */
      readonly type: 'sides-compared'
      readonly mapping: string
      readonly compared: number
      /** Differences that are still there. */
      readonly remaining: number
      readonly seconds: number
    }

/** Records that a dry run shows field by field. */
export const shown = 5

/** A record that a dry run would write. */
export interface WouldWrite {
  readonly key: string
  readonly label: string
  readonly action: 'create' | 'update' | 'gone' | 'found'
  /** The step that would write it, of a mapping with steps. */
  readonly step?: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly createOnly: readonly string[]
}

export interface PipelineReport {
  readonly mapping: string
  readonly mode: ReadMode
  readonly reason: string
  readonly read: number
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  readonly gone: number
  readonly skipped: Readonly<Record<string, number>>
  readonly warned: Readonly<Record<string, number>>
  readonly parked: number
  /** Of `parked`: those that wait for a condition of the mapping, by reason. */
  readonly waits: Readonly<Record<string, number>>
  readonly failed: Readonly<Record<string, number>>
  readonly calls: Readonly<Record<string, number>>
  readonly throttled: number
  /** Of a mapping with steps: what its steps came to, by step. The counts above are of source records. */
  readonly steps?: Readonly<Record<string, StepCounts>>
  readonly seconds: number
  /** Whether the source was read to its end. */
  readonly complete: boolean
  /** What ended the pipeline early. */
  readonly error?: { readonly code: string; readonly message: string; readonly exitStatus: 1 | 2 | 3 }
  readonly stopped?: boolean
  /** The first records that a dry run would write. */
  readonly wouldWrite?: readonly WouldWrite[]
}

/** How the way of a mapping's records ended, from their read to their last confirmed write. */
export interface Ended {
  /** The source was read to its end. */
  readonly complete: boolean
  readonly error?: PipelineReport['error']
  readonly steps?: PipelineReport['steps']
}
