/** What the repair of a record needs to know. */
export interface RecordRepair {
  readonly reason: 'missing' | 'differs' | 'not-gone' | 'orphan-link'
  readonly sourceKey: string
  readonly targetKey: string
  /** Of what the mapping makes of it now. */
  readonly fingerprint?: string
  /** Only a read of everything tells the target. */
  readonly needsAll?: boolean
}

/** Stands for target records of a source record whose keys are not known, since they could not be made. */
export function failedMark(sourceKey: string): string {
  return `failed ${sourceKey}`
}
