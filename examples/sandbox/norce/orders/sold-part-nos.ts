import { SKU_STATUS } from '../connect/value-enums.ts'
import type { Application } from '../model.ts'
import type { Assortment } from '../standin.ts'
import type { Store } from '../store.ts'

/** What an application sells: active SKUs with a price on its list; before any import, its part of the assortment. */
export function soldPartNos(
  store: Store,
  { priceListCode, currency }: Application,
  assortment: Assortment | undefined,
): readonly string[] {
  const sold = store
    .sortedSkus()
    .filter(
      (sku) =>
        sku.statusId !== SKU_STATUS.Inactive &&
        sku.prices.some((price) => price.list.code === priceListCode && price.isActive && price.priceSale > 0),
    )
    .map(({ partNo }) => partNo)
  if (sold.length > 0 || assortment === undefined) return sold
  return assortment.partNos().filter((partNo) => assortment.item(partNo)?.prices[currency.code] !== undefined)
}
