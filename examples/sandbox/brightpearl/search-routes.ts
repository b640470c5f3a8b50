import type { Catalogue, CatalogueProduct, ProductView } from '../catalogue/types.ts'
import { barcodeOf } from './product-shape.ts'
import type { Route } from './route.ts'
import { type Column, type SearchSettings, type SearchTable, search } from './search.ts'

export interface SearchRouteOptions {
  readonly catalogue: Catalogue
  readonly settings: SearchSettings
  /** How the search index sees the products: it may lag behind GET. */
  readonly products: () => ProductView
}

export function searchRoutes({ catalogue, settings, products }: SearchRouteOptions): readonly Route[] {
  const { reference } = catalogue
  const route = <Row>(path: string, table: () => SearchTable<Row>): Route => ({
    method: 'GET',
    path,
    operation: path.slice(path.lastIndexOf('/') + 1),
    // One name for every search, as recorded [rec].
    messageType: 'bulk-data-search',
    handle: ({ query }) => search(table(), query, settings),
  })
  const optionValues = reference.options.flatMap(({ id, name, values }) =>
    values.map((value) => ({ optionId: id, optionName: name, value })),
  )
  return [
    route('/product-service/product-search', () => productTable(products())),
    // Columns of the rest [code]; their types and flags are assumed. `updatedOn` is left out where a column list does
    // not place it, though newer accounts have it on several.
    route('/product-service/brand-search', () =>
      table(reference.brands, [idSet('brandId', ({ id }) => id), words('brandName', ({ name }) => name)]),
    ),
    route('/product-service/brightpearl-category-search', () =>
      table(reference.categories, [
        idSet('id', ({ id }) => id),
        words('name', ({ name }) => name),
        idSet('parentId', ({ parentId }) => parentId),
        { name: 'active', type: 'BOOLEAN', value: ({ active }) => active },
        { name: 'createdOn', type: 'PERIOD', value: () => Date.UTC(2024, 0, 8, 10, 0, 0) },
        { name: 'createdById', type: 'INTEGER', value: () => 4 },
        { name: 'updatedOn', type: 'PERIOD', value: () => null },
        { name: 'updatedBy', type: 'INTEGER', value: () => null },
      ]),
    ),
    route('/product-service/option-search', () =>
      table(reference.options, [idSet('id', ({ id }) => id), words('name', ({ name }) => name)]),
    ),
    route('/product-service/option-value-search', () =>
      // The primary id is the value's, though the option's column stands first.
      table(optionValues, [
        idSet('optionId', ({ optionId }) => optionId),
        words('optionName', ({ optionName }) => optionName),
        idSet('optionValueId', ({ value }) => value.id),
        words('optionValueName', ({ value }) => value.name),
      ]),
    ),
    route('/product-service/product-type-search', () =>
      table(reference.productTypes, [idSet('id', ({ id }) => id), words('name', ({ name }) => name)]),
    ),
    route('/accounting-service/currency-search', () =>
      table(reference.currencies, [
        idSet('id', ({ id }) => id),
        words('title', ({ name }) => name),
        { name: 'code', type: 'STRING', value: ({ code }) => code },
        { name: 'symbol', type: 'STRING', value: ({ symbol }) => symbol },
        { name: 'exchangeRate', type: 'STRING', value: ({ exchangeRate }) => exchangeRate.toFixed(6) },
        { name: 'isDefault', type: 'BOOLEAN', value: ({ isDefault }) => isDefault },
        { name: 'exchangeRateVarianceNominalCode', type: 'INTEGER', value: () => null },
      ]),
    ),
    route('/warehouse-service/warehouse-search', () =>
      table(reference.warehouses, [
        idSet('id', ({ id }) => id),
        words('name', ({ name }) => name),
        { name: 'typeDescription', type: 'STRING', value: () => 'Warehouse' },
        idSet('addressId', ({ id }) => 30 + id),
      ]),
    ),
    route('/warehouse-service/shipping-method-search', () =>
      table(reference.shippingMethods, [
        idSet('id', ({ id }) => id),
        { name: 'code', type: 'STRING', value: ({ code }) => code },
        words('name', ({ name }) => name),
      ]),
    ),
  ]
}

/** Columns, types and flags of product-search [rec], in this order. A row is a product's id. */
function productTable(view: ProductView): SearchTable<number> {
  // A row's cells are asked for one after the other: the product is built once for all of them.
  let latest: CatalogueProduct | undefined
  const product = (id: number): CatalogueProduct => {
    if (latest?.id !== id) latest = view.product(id)
    if (!latest) throw new Error(`There is no product ${id}: only existing ones can be rows.`)
    return latest
  }
  const text = (name: string, value: (product: CatalogueProduct) => string | undefined): Column<number> => ({
    name,
    type: 'STRING',
    // Null where a barcode is empty [rec].
    value: (id) => value(product(id)) || null,
  })
  return {
    columns: [
      { ...idSet<number>('productId', (id) => id), referenceData: ['productCategoryMembership'] },
      { name: 'productName', type: 'SEARCH_STRING', value: (id) => product(id).name },
      { name: 'SKU', type: 'STRING', value: (id) => view.sku(id) ?? '' },
      text('barcode', barcodeOf),
      text('EAN', ({ ean }) => ean),
      text('UPC', ({ upc }) => upc),
      text('ISBN', ({ isbn }) => isbn),
      text('MPN', ({ mpn }) => mpn),
      { name: 'stockTracked', type: 'BOOLEAN', value: (id) => product(id).stockTracked },
      { name: 'salesChannelName', type: 'STRING', filterable: false, value: () => 'Brightpearl' },
      { name: 'createdOn', type: 'PERIOD', value: (id) => view.createdOn(id) ?? null },
      // Null until the first change [rec].
      { name: 'updatedOn', type: 'PERIOD', value: (id) => view.updatedOn(id) ?? null },
      {
        name: 'brightpearlCategoryCode',
        type: 'IDSET',
        sortable: false,
        value: (id) => product(id).categoryIds[0] ?? null,
        // That the filter finds every category of a product is assumed.
        values: (id) => product(id).categoryIds,
      },
      { name: 'productGroupId', type: 'INTEGER', value: (id) => product(id).groupId },
      idSet('brandId', (id) => product(id).brandId),
      idSet('productTypeId', (id) => product(id).productTypeId),
      { name: 'productStatus', type: 'STRING', value: (id) => view.status(id) ?? null },
      idSet('primarySupplierId', (id) => product(id).primarySupplierId ?? null),
    ],
    rows: () => view.ids(),
    reference: (_name, ids) => Object.fromEntries(ids.map((id) => [id, product(id).categoryIds])),
  }
}

function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): SearchTable<Row> {
  return { columns, rows: () => rows }
}

function idSet<Row>(name: string, value: (row: Row) => number | null): Column<Row> {
  return { name, type: 'IDSET', value }
}

function words<Row>(name: string, value: (row: Row) => string): Column<Row> {
  return { name, type: 'SEARCH_STRING', value }
}
