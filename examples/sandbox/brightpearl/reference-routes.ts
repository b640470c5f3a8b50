import type { ReferenceData } from '../catalogue/types.ts'
import { leadSources, orderStatuses, paymentMethods } from './back-office/account-data.ts'
import { notFound } from './errors.ts'
import { metaDataRoutes } from './meta-data-routes.ts'
import { collection, type Route } from './route.ts'
import type { TimeStamps } from './time-stamps.ts'

/** When the account was set up: before the first product. */
const accountStart = Date.UTC(2024, 0, 8, 10, 0, 0)

/**
 * Reference data, each with an optional id set. A set of which nothing exists is 404 CMNC-404: documented for empty
 * lists in general [doc], unconfirmed for these. Shapes are [rec] or [doc] where nothing else is said.
 */
export function referenceRoutes(reference: ReferenceData, times: TimeStamps): readonly Route[] {
  const list = <Item>(
    path: string,
    operation: string,
    items: readonly Item[],
    idOf: (item: Item) => number,
    shape: (item: Item) => unknown,
  ): readonly Route[] =>
    collection(path, operation, (ids) => {
      const found = items.filter((item) => ids?.has(idOf(item)) ?? true)
      if (found.length === 0) throw notFound('Nothing Found')
      return { response: found.map(shape) }
    })
  const byId = ({ id }: { readonly id: number }) => id
  const stamp = times.write(accountStart)

  return [
    ...metaDataRoutes('/product-service/product/custom-field-meta-data', reference.customFields),
    // Fields from a third party's model of the answer.
    ...list('/product-service/brand', 'get-brand', reference.brands, byId, ({ id, name, description }) => ({
      id,
      name,
      description,
    })),
    // Fields as the search names them [code]; the GET's own are unconfirmed [assumed].
    ...list(
      '/product-service/brightpearl-category',
      'get-brightpearl-category',
      reference.categories,
      byId,
      ({ id, name, parentId, active }) => ({ id, name, parentId, active, createdOn: stamp, createdById: 4 }),
    ),
    ...list('/product-service/option', 'get-option', reference.options, byId, ({ id, name, sortOrder }) => ({
      id,
      name,
      sortOrder,
      createdOn: stamp,
      updatedOn: stamp,
    })),
    // Only paths are known of these two; id and name [assumed].
    ...list('/product-service/product-type', 'get-product-type', reference.productTypes, byId, idAndName),
    ...list('/product-service/season', 'get-season', reference.seasons, byId, idAndName),
    // [code]
    ...list('/product-service/channel', 'get-channel', reference.channels, byId, (channel) => ({
      id: channel.id,
      name: channel.name,
      channelTypeId: channel.channelTypeId,
      defaultWarehouseId: channel.defaultWarehouseId,
      contactGroupId: 0,
      defaultPriceListId: channel.defaultPriceListId,
      channelBrandId: 1,
      warehouseIds: channel.warehouseIds,
      showInChannelMenu: true,
      integrationDetail: {},
    })),
    // [code]
    ...list('/warehouse-service/warehouse', 'get-warehouse', reference.warehouses, byId, ({ id, name, city }) => ({
      name,
      id,
      address: {
        addressId: 30 + id,
        customerId: 0,
        streetAddress: `Unit ${id} Dock Lane`,
        postcode: 'BS11 9DL',
        city,
        state: '',
        countryId: 222,
        countryIsoCode2: 'GB',
      },
    })),
    // [code]: the bare location id.
    {
      method: 'GET',
      path: '/warehouse-service/warehouse/:warehouse/location/default',
      operation: 'get-default-location',
      handle(request) {
        const wanted = request.id('warehouse')
        const warehouse = reference.warehouses.find(({ id }) => id === wanted)
        if (!warehouse) throw notFound('No Warehouse Found')
        return { response: warehouse.defaultLocationId }
      },
    },
    // Fields as POST and search name them [doc, code]; the GET's own are unconfirmed [assumed].
    ...list(
      '/warehouse-service/shipping-method',
      'get-shipping-method',
      reference.shippingMethods,
      byId,
      ({ id, name, code }) => ({ id, name, code }),
    ),
    ...list(
      '/accounting-service/tax-code',
      'get-tax-code',
      reference.taxCodes,
      byId,
      // The rate is omitted when zero or none [rec].
      ({ id, code, description, rate }) => ({ id, code, description, ...(rate !== undefined && { rate }) }),
    ),
    // [code]
    ...list(
      '/accounting-service/exchange-rate',
      'get-exchange-rate',
      reference.currencies.filter(({ isDefault }) => !isDefault),
      byId,
      ({ id, exchangeRate }) => ({ currencyId: id, rateActiveFrom: stamp, rate: exchangeRate, addedById: 4 }),
    ),
    // Fields as POST names them [doc]; the GET's own are unconfirmed [assumed].
    ...list('/accounting-service/payment-method', 'get-payment-method', paymentMethods, byId, (method) => method),
    ...list(
      '/order-service/order-status',
      'get-order-status',
      orderStatuses,
      ({ statusId }) => statusId,
      (status) => ({
        ...status,
        sortOrder: status.statusId,
        disabled: false,
        visible: true,
        color: '#E7E6E4',
        remindAfterDays: 10,
        alertEmails: [],
        emailContent: '',
        batchProcess: false,
      }),
    ),
    // [code]
    ...list('/contact-service/lead-source', 'get-lead-source', leadSources, byId, (source) => source),
  ]
}

const idAndName = ({ id, name }: { readonly id: number; readonly name: string }) => ({ id, name })
