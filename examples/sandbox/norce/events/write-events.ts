import type { Company, Customer } from '../customers/model.ts'
import type { OnHandRow, PriceRow, Sku, Tracked } from '../model.ts'
import type { RowKind, Store } from '../store.ts'
import type { EventHub } from './event-hub.ts'
import type { EventType } from './event-types.ts'

/**
 * Every row that is made or changed fires its events, also when we wrote it ourselves by Connect: the echo [inf].
 * Assumed: a write that changes no value fires nothing; changes of texts fire nothing; several of one object in one go are one event.
 */
export function announceWrites(store: Store, hub: EventHub, applicationId: number): void {
  const say = (type: EventType, key: string, fields: Readonly<Record<string, unknown>>) =>
    hub.announceOnce(`${type} ${key}`, { type, applicationId, fields })
  const skuChanged = (sku: Sku, entity: string) =>
    say('SkuChangedNotification', `${sku.partNo} ${entity}`, { PartNo: sku.partNo, EntityChanged: entity })
  store.onWrite = (kind: RowKind, row: Tracked) => {
    if (!hub.hasTargets()) return
    if (kind === 'sku') skuChanged(row as Sku, 'tClientProductSku')
    if (kind === 'price') {
      const price = row as PriceRow
      skuChanged(price.sku, 'tClientProductSkuPriceList')
      // After the import has written its values, not while it does.
      queueMicrotask(() =>
        say('SkuPriceChangedNotification', `${price.sku.partNo} ${price.list.code} ${price.qtyBreak}`, {
          PartNo: price.sku.partNo,
          PricelistId: price.list.id,
          PricelistCode: price.list.code,
          PriceSaleValue: price.priceSale,
          QuantityBreak: price.qtyBreak,
        }),
      )
    }
    if (kind === 'onhand') skuChanged((row as OnHandRow).sku, 'tClientProductSkuOnHand')
    if (kind === 'customer') {
      const { id } = row as Customer
      say('CustomerChangedNotification', String(id), { CustomerId: id, EntityChanged: 'tClientCustomer' })
    }
    if (kind === 'company') {
      const { id } = row as Company
      say('CompanyChangedNotification', String(id), { CompanyId: id, EntityChanged: 'tClientCompany' })
    }
  }
}
