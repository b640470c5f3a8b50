import type { RunContext } from '../run-context.ts'
import type { RunRequest } from '../run-project.ts'
import type { Difference } from './difference.ts'

export interface ReconcileRequest extends Omit<RunRequest, 'options' | 'given'> {
  /** Only what changed since then (ISO 8601) is compared, where the source can be asked for it. */
  readonly since: string | undefined
  /** Repair what can be repaired. Without it nothing is written to any system. */
  readonly repair: boolean
}

/** What the comparison of one mapping's two sides came to. */
export interface MappingReconciliation {
  readonly mapping: string
  /** Records that were compared. */
  readonly compared: number
  /** Records that were left out, by reason. */
  readonly skipped: Readonly<Record<string, number>>
  /** Records that wait for another mapping. */
  readonly parked: number
  /** Records that could not be compared, by code. */
  readonly failed: Readonly<Record<string, number>>
  /** Differences by reason, before any repair. */
  readonly found: Readonly<Record<string, number>>
  readonly repaired: number
  /** Differences that are still there. */
  readonly remaining: number
  /** The first of those that are still there. */
  readonly differences: readonly Difference[]
  readonly calls: Readonly<Record<string, number>>
  readonly seconds: number
  /** Why records of the mapping cannot be compared. */
  readonly notCompared?: string
  /** What ended it early. */
  readonly error?: { readonly code: string; readonly message: string; readonly exitStatus: 1 | 2 | 3 }
}

export interface ReconcileReport {
  readonly startedAt: string
  readonly seconds: number
  readonly since?: string
  readonly repair: boolean
  readonly stopped?: true
  readonly mappings: readonly MappingReconciliation[]
  readonly remaining: number
  /** 0 nothing differs, 1 differences remain, 2 the configuration is wrong, 3 a system could not be reached or refused. */
  readonly exitStatus: 0 | 1 | 2 | 3
}

/** What the comparisons of one reconciliation share. */
export interface Reconciling {
  readonly request: ReconcileRequest
  readonly context: RunContext
  /** A new name for a read or a list in the spool. */
  fresh(name: string): string
}
