import { SKU_STATUS } from '../connect/value-enums.ts'
import type { Assortment } from '../standin.ts'
import type { Store } from '../store.ts'

/** What the shop sells: active SKUs with a price on the application's list; before any import, its assortment. */
export function soldPartNos(
  store: Store,
  applicationId: number,
  assortment: Assortment | undefined,
): readonly string[] {
  const list = store.applications.find(({ id }) => id === applicationId)?.priceListCode
  const sold = store
    .sortedSkus()
    .filter(
      (sku) =>
        sku.statusId !== SKU_STATUS.Inactive &&
        sku.prices.some((price) => price.list.code === list && price.isActive && price.priceSale > 0),
    )
    .map(({ partNo }) => partNo)
  return sold.length > 0 ? sold : (assortment?.partNos() ?? [])
}
