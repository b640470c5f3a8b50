import { checkItems } from './connect/endpoint.ts'
import { type ImportName, parseImportHeader } from './connect/header.ts'
import { type CompanyView, type CustomerView, companyView, customerView } from './customers/view.ts'
import { applyShopChanges, type ShopChange } from './shop-changes.ts'
import { type SkuView, skuView } from './sku-view.ts'
import type { Standin } from './standin.ts'
import type { WriteCounters, WriteRecord } from './store.ts'
import { ticksFromMilliseconds } from './wire-time.ts'

/** What is in the shop, for tests and the demo. Due jobs are carried out before it is read. */
export interface NorceState {
  counts(): NorceCounts
  sku(partNo: string): SkuView | undefined
  partNos(): readonly string[]
  /** By code, as Query does not show it: with relations, flags and infos. */
  customer(code: string): CustomerView | undefined
  company(code: string): CompanyView | undefined
  counters(): WriteCounters
  /** The newest writes, oldest first. */
  writes(): readonly WriteRecord[]
  /** Starts the counting of writes anew. */
  resetCounters(): void
  change(change: ShopChange | readonly ShopChange[]): void
  /**
   * Fills the shop without the network and at once. The header is that of the import without AccountId.
   * @returns the finished job with its log
   * @throws Error when the header is wrong or an item fails the schema
   */
  importNow(
    importName: ImportName,
    header: Readonly<Record<string, unknown>>,
    items: readonly unknown[],
  ): { readonly job: Readonly<Record<string, unknown>>; readonly log: readonly Readonly<Record<string, unknown>>[] }
}

export interface NorceCounts {
  readonly clusters: number
  readonly variants: number
  readonly skus: number
  readonly prices: number
  readonly activePrices: number
  readonly onHands: number
  readonly activeOnHands: number
  readonly priceLists: number
  readonly manufacturers: number
}

export function createState({ store, jobs, clock, options }: Standin): NorceState {
  return {
    counts() {
      jobs.advance()
      let activePrices = 0
      let activeOnHands = 0
      for (const sku of store.skus.values()) {
        for (const price of sku.prices) if (price.isActive) activePrices += 1
        for (const onHand of sku.onHands) if (onHand.isActive) activeOnHands += 1
      }
      return {
        clusters: store.clusters.size,
        variants: store.variants.size,
        skus: store.skus.size,
        prices: store.priceCount,
        activePrices,
        onHands: store.onHandCount,
        activeOnHands,
        priceLists: store.priceLists.size,
        manufacturers: store.manufacturers.size,
      }
    },
    sku(partNo) {
      jobs.advance()
      const sku = store.skus.get(partNo)
      return sku && skuView(store, sku)
    },
    partNos() {
      jobs.advance()
      return store.sortedSkus().map(({ partNo }) => partNo)
    },
    customer(code) {
      jobs.advance()
      const customer = store.customers.customerByCode(code)
      return customer && customerView(customer)
    },
    company(code) {
      jobs.advance()
      const company = store.customers.companyByCode(code)
      return company && companyView(company)
    },
    counters() {
      jobs.advance()
      return store.counters()
    },
    writes() {
      jobs.advance()
      return store.writes()
    },
    resetCounters() {
      jobs.advance()
      store.resetCounters()
    },
    change(change) {
      jobs.advance()
      applyShopChanges(store, change, { at: ticksFromMilliseconds(clock.now()), by: options.shopAccountId ?? 45 })
    },
    importNow(importName, headerObject, entries) {
      const text = JSON.stringify({ AccountId: options.accountId, ...headerObject })
      const request = checkItems(importName, parseImportHeader(importName, text), entries)
      const [problem] = request.invalid
      if (problem !== undefined) throw new Error(problem.message)
      const id = jobs.runNow(request)
      return { job: jobs.job(id) ?? {}, log: jobs.log(id) ?? [] }
    },
  }
}
