import type { StateStore } from '../../engine/store/state-store.ts'
import type { Sandbox } from '../../examples/sandbox/start-sandbox.ts'

const most = 25

const ofOrders = [
  'orders',
  'orderStatus',
  'payments',
  'shipments',
  'shipmentsWithoutGoods',
  'invoices',
  'cancellationsToShop',
]

export interface Expected {
  readonly orders: number
  /** Whether all of them are to be shipped and captured, too. */
  readonly shipping: boolean
  /** What the sandbox has twice from the beginning: two customers with one e-mail address. */
  readonly twiceBefore: ReadonlySet<string>
}

/** What both systems hold, against what they have to: every order once, the same money everywhere. */
export function differencesOf(
  { backOffice, shop }: Sandbox,
  { orders, shipping, twiceBefore }: Expected,
): readonly string[] {
  const found: string[] = []
  const { staff } = backOffice
  const sales = Map.groupBy(
    staff.orders({ type: 'SO' }).filter(({ externalRef }) => externalRef !== undefined),
    ({ externalRef }) => externalRef as string,
  )
  const placed = shop.shop.orders()
  if (placed.length !== orders) found.push(`The shop has ${placed.length} orders instead of ${orders}.`)
  for (const order of placed) {
    const [sale, ...more] = sales.get(String(order.ref)) ?? []
    const say = (what: string): void => void found.push(`${order.ref}: ${what}`)
    if (!sale) {
      say('is not in the back office')
      continue
    }
    if (more.length > 0) say(`is there ${more.length + 1} times`)
    if (Number(sale.total.gross) !== order.due) say(`is ${sale.total.gross} there, and ${order.due} in the shop`)
    if (sale.currency !== order.currency) say(`is in ${sale.currency} there`)
    if (order.erpOrderNo !== String(sale.id))
      say(`has the number ${order.erpOrderNo} in the shop, and ${sale.id} there`)
    if (sale.reservation === undefined && sale.notes.length === 0) say('is not reserved')
    if (!shipping) continue
    const shipped = new Map(sale.rows.map(({ externalRef, shipped: pieces }) => [Number(externalRef), pieces] as const))
    for (const row of order.rows) {
      if (row.type !== 'Freight' && shipped.get(row.lineNo) !== row.quantity)
        say(`row ${row.lineNo} is not shipped yet`)
      if (row.delivered !== row.quantity) say(`row ${row.lineNo}: ${row.delivered} delivered of ${row.quantity}`)
    }
    const notes = order.notes.map(({ noteNo }) => noteNo).sort()
    const noteIds = sale.notes.map(({ id }) => String(id)).sort()
    if (notes.join() !== noteIds.join())
      say(`has the notes ${notes.join(', ')} in the shop, and ${noteIds.join(', ')} there`)
    if (order.invoices.length !== sale.notes.length)
      say(`has ${order.invoices.length} invoices for ${sale.notes.length} notes`)
    if (order.invoiced !== order.due) say(`invoiced ${order.invoiced} of ${order.due}`)
    if (order.captured !== order.due) say(`captured ${order.captured} of ${order.due}`)
    if (!order.captureEnded) say('is not known to be captured whole')
    const receipts = sale.payments.filter(({ type }) => type === 'RECEIPT')
    const received = receipts.reduce((sum, { amount }) => sum + Math.round(Number(amount) * 100), 0)
    if (received !== Math.round(order.captured * 100)) say(`received ${received / 100}, and captured ${order.captured}`)
    if (receipts.length !== order.invoices.length)
      say(`has ${receipts.length} receipts for ${order.invoices.length} invoices`)
  }
  const { twice } = staff.account()
  for (const [what, keys] of Object.entries(twice))
    for (const key of Object.keys(keys)) if (!twiceBefore.has(key)) found.push(`${what}: ${key} is there twice`)
  const emails = new Set(placed.map(({ buyer }) => buyer?.toLowerCase()))
  for (const email of emails) {
    if (email === undefined) continue
    const contacts = staff.contacts({ email })
    if (contacts.length !== 1) found.push(`${contacts.length} contacts for ${email}`)
  }
  return found
}

/** What the state still keeps as open: nothing may be left. Closes the state. */
export function keptIn(store: StateStore): readonly string[] {
  try {
    const found: string[] = []
    for (const [name, waiting] of store.inbox.waiting()) found.push(`inbox of ${name}: ${JSON.stringify(waiting)}`)
    for (const [name, count] of store.parked.counts())
      if (count > 0) found.push(`${count} records of ${name} are parked`)
    for (const { mapping, code, message, sourceKey } of store.deadLetters.list({ limit: most }))
      if (ofOrders.includes(mapping)) found.push(`dead letter of ${mapping}: ${sourceKey} ${code} ${message}`)
    for (const mapping of ofOrders)
      for (const { step, targetKeys } of store.journal.pending(mapping))
        found.push(`open intent of ${mapping} ${step}: ${targetKeys.join(', ')}`)
    return found
  } finally {
    store.close()
  }
}

/** The first of them, and how many more there are. */
export function shortened(found: readonly string[]): readonly string[] {
  return found.length > most ? [...found.slice(0, most), `and ${found.length - most} more`] : found
}
