/**
 * Points on which the facts are silent or contradict each other, and behaviour that is only sometimes seen. Each
 * default is the documented or seen behaviour where there is one, else the one that is hardest on a client.
 */
export interface NorceSwitches {
  /** Query without the application header: 500 was seen [code C9], 400 is as likely. */
  readonly missingApplicationStatus: 400 | 500
  /** Should `429` carry `Retry-After` (seconds)? Unknown for every surface; null: no header. */
  readonly retryAfterSeconds: number | null
  /** Query calls per minute before 429; null: no limit. A limit exists [doc D3], its figure is not published. */
  readonly queryCallsPerMinute: number | null
  /** Connect calls per minute before 429; null: no limit. Nothing is published. */
  readonly connectCallsPerMinute: number | null
  /** `$top` of 500 or more (or none) with two or more expands on Products/Products answers 500 [code C9]. */
  readonly heavyQueryFails: boolean
  /** `$skip` above this answers 500; null: never. That it happens was seen [code C9], the depth is assumed. */
  readonly deepSkipLimit: number | null
  /** Ids on the wire: numbers were seen [code C9], documentation prints int64 as string; `all` prints every id so. */
  readonly idsAsStrings: 'none' | 'int64' | 'all'
  /**
   * Rows that an import ignores: `error` logs them with severity 3 and counts them in `Fail`, `warning` with severity
   * 2 and not in `Fail`, `silent` does neither.
   */
  readonly ignoredRows: 'error' | 'warning' | 'silent'
  /** Longest `ImportedRow`; null: whole. "May be cut" [doc D11]. */
  readonly importedRowLength: number | null
  /** Several quantity breaks of one SKU and list in one import: all are taken, or only the last (unknown). */
  readonly quantityBreaks: 'accept' | 'lastWins'
  /** FullFile of products: takes absent variants out of their cluster [doc D7], or inactivates absent SKUs [old page]. */
  readonly productFullFile: 'cluster' | 'inactivate'
  /** Does a cluster of one variant have a row in Query's Variants? It may be absent [inf]. */
  readonly singleVariantClusters: boolean
  /** Largest body of an import in bytes; larger ones get 413. Null: no limit (nothing is documented). */
  readonly maxBodyBytes: number | null
  /** Most items of one import; more get 400. Null: no limit (nothing is documented). */
  readonly maxItems: number | null
  /** Name of the job's counter of new rows: `Inserts` (contract) or `Insert` (documentation). */
  readonly insertCounter: 'Inserts' | 'Insert'
}

export const defaultSwitches: NorceSwitches = {
  missingApplicationStatus: 500,
  retryAfterSeconds: null,
  queryCallsPerMinute: null,
  connectCallsPerMinute: null,
  heavyQueryFails: true,
  deepSkipLimit: 20_000,
  idsAsStrings: 'none',
  ignoredRows: 'error',
  importedRowLength: null,
  quantityBreaks: 'accept',
  productFullFile: 'cluster',
  singleVariantClusters: false,
  maxBodyBytes: null,
  maxItems: null,
  insertCounter: 'Inserts',
}

const numberOrNull = (value: unknown) => value === null || (typeof value === 'number' && value >= 0)
const oneOf =
  (...values: readonly unknown[]) =>
  (value: unknown) =>
    values.includes(value)

const accepts: Readonly<Record<keyof NorceSwitches, (value: unknown) => boolean>> = {
  missingApplicationStatus: oneOf(400, 500),
  retryAfterSeconds: numberOrNull,
  queryCallsPerMinute: numberOrNull,
  connectCallsPerMinute: numberOrNull,
  heavyQueryFails: oneOf(true, false),
  deepSkipLimit: numberOrNull,
  idsAsStrings: oneOf('none', 'int64', 'all'),
  ignoredRows: oneOf('error', 'warning', 'silent'),
  importedRowLength: numberOrNull,
  quantityBreaks: oneOf('accept', 'lastWins'),
  productFullFile: oneOf('cluster', 'inactivate'),
  singleVariantClusters: oneOf(true, false),
  maxBodyBytes: numberOrNull,
  maxItems: numberOrNull,
  insertCounter: oneOf('Inserts', 'Insert'),
}

/**
 * Switches with some of them changed.
 * @throws TypeError when a name is unknown or a value is not possible; the message lists what is.
 */
export function withSwitches(switches: NorceSwitches, changes: Readonly<Record<string, unknown>>): NorceSwitches {
  for (const [name, value] of Object.entries(changes)) {
    if (!Object.hasOwn(accepts, name)) {
      throw new TypeError(`There is no switch "${name}". Known: ${Object.keys(accepts).join(', ')}.`)
    }
    if (!accepts[name as keyof NorceSwitches](value)) {
      throw new TypeError(`The switch "${name}" cannot be ${JSON.stringify(value)}.`)
    }
  }
  return { ...switches, ...changes }
}
