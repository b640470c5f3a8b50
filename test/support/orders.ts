import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { StaffAction } from '../../examples/sandbox/brightpearl/staff/actions.ts'
import { type Shop, shopProject, startShop } from './sandbox.ts'

type ShopOrder = NonNullable<ReturnType<Shop['shop']['shop']['order']>>
type OfficeOrder = ReturnType<Shop['backOffice']['staff']['orders']>[number]

/** What left, what was invoiced and captured, cancelled and paid back: the flows that follow an order. */
export const followUp = [
  'shipments',
  'dropShipments',
  'shipmentsWithoutGoods',
  'invoices',
  'dropShipInvoices',
  'invoicesOfOrders',
  'cancellationsToShop',
  'cancellationsToBackOffice',
  'refundsToShop',
  'refundsToBackOffice',
] as const

const stocked = [1001, 1002, 1003, 1011, 1014, 1016]

/** Both stand-ins, the ready project with other options if need be, and what orders need: stock, and an ear for captures. */
export async function startOrders({
  options = {},
  beside = [],
  ...rest
}: {
  readonly options?: Readonly<Record<string, unknown>>
  /** Mapping files beside those of the ready project, from the root. */
  readonly beside?: readonly string[]
} & Omit<Parameters<typeof startShop>[0] & object, 'project' | 'loadOnce'> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'syncline-orders-'))
  const project = join(folder, 'syncline.yaml')
  const lines = Object.entries(options).map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`)
  const text = readFileSync(shopProject, 'utf8')
  const folded = text
    .replace('../../mappings/*.yaml', (all) => [all, ...beside.map((one) => `../../${one}`)].join(', '))
    .replaceAll('../../', `${resolve(dirname(shopProject), '../..')}/`)
    .replace('tables/*.yaml', `${dirname(shopProject)}/tables/*.yaml`)
    .split('\n')
    .filter((line) => !Object.keys(options).some((name) => line.startsWith(`  ${name}:`)))
    .join('\n')
    .replace(/^options:.*$/m, (head) => [head, ...lines].join('\n'))
  writeFileSync(project, folded)

  const at = await startShop({
    products: 60,
    environment: { NORCE_APPLICATIONS: '1302,1303,1304' },
    ...rest,
    project,
  })
  for (const id of stocked) {
    at.catalogue.setStock(id, 2, { inStock: 200, allocated: 0 })
    at.catalogue.setStock(id, 3, { inStock: 200, allocated: 0 })
  }
  const captures: { CapturedInvoiceId: number; State: string }[] = []
  const ear = createServer(async (incoming, outgoing) => {
    const body = JSON.parse(Buffer.concat(await incoming.toArray()).toString())
    captures.push({ CapturedInvoiceId: body.CapturedInvoiceId, State: body.State })
    outgoing.end()
  })
  ear.listen(0, '127.0.0.1')
  await once(ear, 'listening')
  at.shop.shop.setEventTargets({
    InvoiceCaptureCompletedEvent: { url: `http://127.0.0.1:${(ear.address() as AddressInfo).port}/captures` },
  })

  const { staff } = at.backOffice
  const view = (ref: number): ShopOrder => at.shop.shop.order(ref) as ShopOrder
  const sale = (ref: number): OfficeOrder => staff.orders({ externalRef: String(ref), type: 'SO' })[0] as OfficeOrder
  const by = (id: number): OfficeOrder => staff.orders({ id })[0] as OfficeOrder
  const family = (ref: number): readonly OfficeOrder[] => {
    const withChildren = (order: OfficeOrder): readonly OfficeOrder[] => [
      order,
      ...order.children.flatMap((id) => withChildren(by(id))),
    ]
    return withChildren(sale(ref))
  }
  const cents = (text: string | number): number => Math.round(Number(text) * 100)
  const sum = (amounts: readonly number[]): number => amounts.reduce((total, one) => total + one, 0)

  return {
    ...at,
    /** Its file, for processes of the command line. */
    project,
    staff,
    view,
    sale,
    by,
    family,
    do: (...actions: readonly StaffAction[]) => staff.do(...actions),
    /** Places an order and lets the back office take it. */
    async order(description: Record<string, unknown>): Promise<number> {
      const { ref } = at.shop.shop.place({
        customer: { email: 'maja@example.com', firstName: 'Maja', lastName: 'Lind' },
        payments: [{ method: 'CARD' }],
        ...description,
      })
      const pushed = { records: [{ value: at.shop.shop.orderRequest(ref) }] }
      const report = await at.run({ mappings: ['orders'], given: new Map([['orders', pushed]]) })
      if (!sale(ref)) throw new Error(`Order ${ref} was not taken: ${JSON.stringify(report.of.orders)}`)
      return ref
    },
    /** Runs what follows an order until the provider has answered every capture, and its answers are booked. */
    async follow(mappings: readonly string[] = followUp) {
      const report = await at.run({ mappings })
      const isPending = () => at.shop.shop.orders().some((one) => one.invoices.some(({ state }) => state === 'pending'))
      for (let tries = 0; isPending() && tries < 500; tries += 1) await new Promise((done) => setTimeout(done, 10))
      await at.shop.shop.idle()
      const told = captures.splice(0)
      const booked = told.length === 0 ? undefined : await this.book(told)
      return { ...report, booked, captures: told }
    },
    /** Runs `payments` over what the shop told of captures. */
    book: (told: readonly { CapturedInvoiceId: number; State: string }[]) =>
      at.run({
        mappings: ['payments'],
        given: new Map([['payments', { records: told.map((value) => ({ value })) }]]),
      }),
    /** Amounts in hundredths: what both systems hold of an order. */
    money(ref: number) {
      const orders = family(ref)
      const credits = orders.flatMap((order) => order.credits.map(by))
      const paid = (types: readonly string[]) =>
        sum(
          [...orders, ...credits]
            .flatMap(({ payments }) => payments)
            .filter(({ type }) => types.includes(type))
            .map(({ amount }) => cents(amount)),
        )
      const shop = view(ref)
      return {
        /** Of the orders that are not cancelled. */
        ordered: sum(orders.filter(({ cancelled }) => !cancelled).map(({ total }) => cents(total.gross))),
        credited: sum(credits.map(({ total }) => cents(total.gross))),
        receipts: paid(['RECEIPT', 'CAPTURE']),
        refunds: paid(['PAYMENT']),
        captured: cents(shop.captured),
        refunded: cents(shop.refunded),
        invoicedInShop: cents(shop.invoiced),
        creditedInShop: cents(shop.credited),
        reserved: cents(shop.reserved),
      }
    },
    /** Why a record of a mapping failed. */
    failure: (mapping: string, key: string | number) => at.engine.store.deadLetters.get(mapping, String(key)),
    async stop() {
      ear.closeAllConnections()
      ear.close()
      await at.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export type Orders = Awaited<ReturnType<typeof startOrders>>
