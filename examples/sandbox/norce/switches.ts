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

  /** Status of an order message that names an order which is not there: 400 or 500 (unknown). */
  readonly unknownOrderStatus: 400 | 500
  /** Do row statuses, infos, delivery notes and invoices move the order's `Updated`? Unknown. */
  readonly childChangeMovesOrder: boolean
  /** Does a delivery note move the order's status by itself (8, then 4)? Not clearly documented. */
  readonly deliveryNoteMovesStatus: boolean
  /** Rows that a complete delivery needs: all, or those of goods only. Unknown. */
  readonly deliveryCompleteness: 'allRows' | 'physicalRows'
  /** Does the last invoice move the order's status to Invoiced by itself? Unknown. */
  readonly invoiceMovesStatus: boolean
  /** A second use of a NoteNo: a note like any other (quantities count twice), 400, or in place of the first (unknown). */
  readonly repeatedNoteNo: 'accept' | 'refuse' | 'replace'
  /** A second use of an InvoiceNo: taken and captured again, taken without effect, or 400 (unknown). */
  readonly repeatedInvoiceNo: 'captureTwice' | 'accept' | 'refuse'
  /** A second external order of the same number: a second order, or 400 (unknown). */
  readonly repeatedExternalOrder: 'accept' | 'refuse'
  /** How providers answer a capture: as the amounts allow, always with an error, or never. */
  readonly captures: 'byAmount' | 'error' | 'never'
  /** Credits above what was captured, of orders with several payments or a gift card: 400, or taken (unknown). */
  readonly creditLimits: 'refuse' | 'accept'
  /** Is there a set of delivery notes in Query 2.0? Unknown; its types are documented. */
  readonly deliveryNotesInQuery: boolean

  /** `shopping/GetOrderRequest`: absent (404), the pushed OrderRequest, or that with dates in the form of Services. */
  readonly getOrderRequest: 'absent' | 'pushed' | 'pushedWithServicesDates'
  /** What Services answer when there is no such thing, with 200: `null` or nothing. Both were seen. */
  readonly servicesNotFound: 'null' | 'empty'
  /** What Services answer without `format=json`: unknown. */
  readonly servicesDefaultFormat: 'xml' | 'json'

  /** Meaning of `Discount` on a pushed row: off one unit, off the row, per cent, or never filled (unknown). */
  readonly rowDiscount: 'unit' | 'row' | 'percent' | 'zero'
  /** Freight and invoice fee in a push: rows (as in the samples), or entries of `Fees` instead. */
  readonly pushFees: 'rows' | 'fees'
  /** `Fee.Type`: a number [doc D9] or a name [code C1]. */
  readonly feeType: 'number' | 'name'
  /** Zone of `SubmitDate`, which does not say it (unknown). */
  readonly pushTimeZone: string
  /** The answer `Failed`: the push is tried again on the plan, or given up (unknown). */
  readonly pushFailedAnswer: 'retry' | 'giveUp'
  /** Real milliseconds that a push waits for its answer (unknown). */
  readonly pushTimeoutMs: number
  /** Pushes under way at the same time. */
  readonly pushConcurrency: number
  /** Every n-th order is pushed once more after it was taken; null: none. */
  readonly pushAgainEvery: number | null
  /** Every n-th order is pushed twice at the same moment; null: none. */
  readonly pushTwiceAtOnceEvery: number | null
  /** The answer of every n-th push is lost on the way, so that the shop tries again; null: none. */
  readonly pushDropAnswerEvery: number | null
  /** Every n-th push breaks off in the middle of its body (plain HTTP only); null: none. */
  readonly pushCutEvery: number | null
  /** Every n-th order is never pushed; null: none. */
  readonly pushLostEvery: number | null

  /** Real milliseconds that a receiver of events has [doc D14]. */
  readonly eventTimeoutMs: number
  /** Every n-th event is delivered twice; null: none. */
  readonly eventTwiceEvery: number | null
  /** Every n-th event is lost; null: none. */
  readonly eventLostEvery: number | null
  /** Every n-th event is held back, so that later ones overtake it; null: none. */
  readonly eventLateEvery: number | null
  /** For how long, in sandbox milliseconds. */
  readonly eventLateMs: number
  /** How much faster than documented the plans of repeated pushes and events run. */
  readonly retrySpeed: number
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

  unknownOrderStatus: 400,
  childChangeMovesOrder: false,
  deliveryNoteMovesStatus: true,
  deliveryCompleteness: 'allRows',
  invoiceMovesStatus: true,
  repeatedNoteNo: 'accept',
  repeatedInvoiceNo: 'captureTwice',
  repeatedExternalOrder: 'accept',
  captures: 'byAmount',
  creditLimits: 'refuse',
  deliveryNotesInQuery: true,

  getOrderRequest: 'pushed',
  servicesNotFound: 'null',
  servicesDefaultFormat: 'xml',

  rowDiscount: 'unit',
  pushFees: 'rows',
  feeType: 'number',
  pushTimeZone: 'UTC',
  pushFailedAnswer: 'retry',
  pushTimeoutMs: 30_000,
  pushConcurrency: 8,
  pushAgainEvery: null,
  pushTwiceAtOnceEvery: null,
  pushDropAnswerEvery: null,
  pushCutEvery: null,
  pushLostEvery: null,

  eventTimeoutMs: 5000,
  eventTwiceEvery: null,
  eventLostEvery: null,
  eventLateEvery: null,
  eventLateMs: 2000,
  retrySpeed: 60,
}

const numberOrNull = (value: unknown) => value === null || (typeof value === 'number' && value >= 0)
const oneOf =
  (...values: readonly unknown[]) =>
  (value: unknown) =>
    values.includes(value)

const isPositive = (value: unknown) => typeof value === 'number' && value > 0
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) > 0
const everyNth = (value: unknown) => value === null || isCount(value)

function isTimeZone(value: unknown): boolean {
  try {
    return typeof value === 'string' && new Intl.DateTimeFormat('en', { timeZone: value }) !== undefined
  } catch {
    return false
  }
}

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

  unknownOrderStatus: oneOf(400, 500),
  childChangeMovesOrder: oneOf(true, false),
  deliveryNoteMovesStatus: oneOf(true, false),
  deliveryCompleteness: oneOf('allRows', 'physicalRows'),
  invoiceMovesStatus: oneOf(true, false),
  repeatedNoteNo: oneOf('accept', 'refuse', 'replace'),
  repeatedInvoiceNo: oneOf('captureTwice', 'accept', 'refuse'),
  repeatedExternalOrder: oneOf('accept', 'refuse'),
  captures: oneOf('byAmount', 'error', 'never'),
  creditLimits: oneOf('refuse', 'accept'),
  deliveryNotesInQuery: oneOf(true, false),

  getOrderRequest: oneOf('absent', 'pushed', 'pushedWithServicesDates'),
  servicesNotFound: oneOf('null', 'empty'),
  servicesDefaultFormat: oneOf('xml', 'json'),

  rowDiscount: oneOf('unit', 'row', 'percent', 'zero'),
  pushFees: oneOf('rows', 'fees'),
  feeType: oneOf('number', 'name'),
  pushTimeZone: isTimeZone,
  pushFailedAnswer: oneOf('retry', 'giveUp'),
  pushTimeoutMs: isPositive,
  pushConcurrency: isCount,
  pushAgainEvery: everyNth,
  pushTwiceAtOnceEvery: everyNth,
  pushDropAnswerEvery: everyNth,
  pushCutEvery: everyNth,
  pushLostEvery: everyNth,

  eventTimeoutMs: isPositive,
  eventTwiceEvery: everyNth,
  eventLostEvery: everyNth,
  eventLateEvery: everyNth,
  eventLateMs: isPositive,
  retrySpeed: isPositive,
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
