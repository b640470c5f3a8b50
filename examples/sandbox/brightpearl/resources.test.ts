import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTest, type TestClient } from './test-client.ts'

let client: TestClient
beforeAll(async () => {
  client = await startTest({ products: 700, quota: 10_000 })
})
afterAll(() => client.server.stop())

const codeOf = async (path: string) => {
  const { status, body } = await client.get(path)
  return [status, body.errors?.[0]?.code]
}

describe('id sets', () => {
  test('may be ranges, ascending comma lists, unordered dot lists', async () => {
    const ids = async (set: string) => {
      const { body } = await client.get(`/product-service/product/${set}`)
      return body.response.map(({ id }: { id: number }) => id).sort((a: number, b: number) => a - b)
    }
    expect(await ids('1001')).toEqual([1001])
    expect(await ids('1001-1003,1005')).toEqual([1001, 1002, 1003, 1005])
    expect(await ids('1005.1001.1005')).toEqual([1001, 1005])
    expect(await ids('1040-1042')).toEqual([1040, 1042])
  })

  test.each([
    '1005,1001',
    '1001,1001',
    '1001-1005,1003',
    '1005-1001',
    '1001-1001',
    '1001,1003.1002',
    'x',
    '01',
    '1001,',
  ])('%s is 400 CMNC-006', async (set) => {
    expect(await codeOf(`/product-service/product/${set}`)).toEqual([400, 'CMNC-006'])
  })

  test('are mandatory for products, and hold 200 at most', async () => {
    expect(await codeOf('/product-service/product')).toEqual([400, 'CMNC-400'])
    expect(await codeOf('/product-service/product/*')).toEqual([400, 'CMNC-400'])
    expect((await client.get('/product-service/product/1001-1200')).body.response).toHaveLength(196)
    expect(await codeOf('/product-service/product/1001-1201')).toEqual([400, 'CMNC-400'])
    expect(await codeOf('/product-service/product-price/1001-1201')).toEqual([400, 'CMNC-400'])
    expect(await codeOf('/warehouse-service/product-availability/1-2000000000')).toEqual([400, 'CMNC-400'])
  })
})

describe('products', () => {
  test('have the shape of the API', async () => {
    const { body } = await client.get('/product-service/product/1001?includeOptional=customFields,nullCustomFields')
    expect(body.response).toEqual([
      {
        id: 1001,
        brandId: 2,
        productTypeId: 2,
        identity: {
          sku: 'TJ-MOS-S',
          isbn: '',
          ean: expect.stringMatching(/^\d{13}$/),
          upc: '',
          mpn: 'M-1001',
          barcode: expect.any(String),
        },
        productGroupId: 501,
        featured: false,
        stock: {
          stockTracked: true,
          weight: { magnitude: 0.85 },
          dimensions: { length: 40, height: 6, width: 30, volume: 0.0072 },
        },
        financialDetails: { taxable: false, taxCode: { id: 7, code: 'T20' } },
        salesChannels: [
          {
            salesChannelName: 'Brightpearl',
            productName: 'Trail Jacket',
            productCondition: 'new',
            categories: [{ categoryCode: '11' }],
            description: { languageCode: 'en', text: expect.stringMatching(/^<p>/), format: 'HTML_FRAGMENT' },
            shortDescription: { languageCode: 'en', text: 'Trail Jacket', format: 'HTML_FRAGMENT' },
          },
        ],
        composition: { bundle: false },
        customFields: {
          PCF_WEB: true,
          PCF_FABRIC: 'Recycled nylon',
          PCF_HSCODE: 620193,
          PCF_ORIGIN: { id: 1, value: 'Portugal' },
        },
        nullCustomFields: ['PCF_CARE', 'PCF_LAUNCH'],
        variations: [
          { optionId: 1, optionName: 'Colour', optionValueId: 11, optionValue: 'Moss' },
          { optionId: 2, optionName: 'Size', optionValueId: 21, optionValue: 'S' },
        ],
        createdOn: '2024-02-05T09:12:44.000+00:00',
        updatedOn: '2025-05-18T14:03:27.000+01:00',
        warehouses: {
          2: { defaultLocationId: 2, overflowLocationId: 0, reorderLevel: 0, reorderQuantity: 0 },
          5: { defaultLocationId: 9, overflowLocationId: 0, reorderLevel: 0, reorderQuantity: 0 },
        },
        nominalCodeStock: '1001',
        nominalCodePurchases: '5000',
        nominalCodeSales: '4000',
        seasonIds: [1],
        reporting: { categoryId: 11 },
        primarySupplierId: 233,
        status: 'LIVE',
        salesPopupMessage: '',
        warehousePopupMessage: '',
        version: Date.UTC(2025, 4, 18, 13, 3, 27),
      },
    ])
  })

  test('omit what is not set: change date, custom fields not asked for', async () => {
    const { body } = await client.get('/product-service/product/1002')
    expect(body.response[0]).not.toHaveProperty('updatedOn')
    expect(body.response[0]).not.toHaveProperty('customFields')
    expect(body.response[0].identity).not.toHaveProperty('upc')
  })

  test('show bundles within bundles', async () => {
    const { body } = await client.get('/product-service/product/1015')
    expect(body.response[0].composition).toEqual({
      bundle: true,
      bundleComponents: [
        {
          productId: 1013,
          productQuantity: 1,
          composition: {
            bundle: true,
            bundleComponents: [
              { productId: 1011, productQuantity: 1 },
              { productId: 1014, productQuantity: 2 },
            ],
          },
        },
        { productId: 1016, productQuantity: 1 },
      ],
    })
  })

  test('come in no order, without those that do not exist, and as 404 when there is none', async () => {
    const { body } = await client.get('/product-service/product/1001-1010,5000')
    const ids: number[] = body.response.map(({ id }: { id: number }) => id)
    expect(ids).toHaveLength(10)
    expect(ids).not.toEqual(ids.toSorted((a, b) => a - b))
    expect(await codeOf('/product-service/product/5000-5010')).toEqual([404, 'CMNC-404'])
  })

  test('can be listed by OPTIONS, two hundred existing ones to a path', async () => {
    const { body } = await client.get('/product-service/product', { method: 'OPTIONS' })
    expect(body.response.getUris).toHaveLength(4)
    expect(body.response.getUris[0]).toBe('/product/1001-1040,1042-1081,1083-1122,1124-1163,1165-1204')
    const some = await client.get('/product-service/product/1039-1043', { method: 'OPTIONS' })
    expect(some.body).toEqual({ response: { getUris: ['/product/1039-1040,1042-1043'] } })
    const none = await client.get('/product-service/product/1-3', { method: 'OPTIONS' })
    expect(none.body).toEqual({ response: { getUris: [] } })
  })

  test('have custom fields in a map that holds every id asked for', async () => {
    const { body } = await client.get('/product-service/product-custom-field/1036,1037,6000')
    expect(body).toEqual({ response: { 1036: {}, 1037: { PCF_WEB: true }, 6000: {} } })
    const meta = await client.get('/product-service/product/custom-field-meta-data')
    expect(meta.body.response[0]).toEqual({
      id: 101,
      code: 'PCF_WEB',
      name: 'Sold in the web shop',
      customFieldType: 'YES_NO',
      required: false,
    })
    expect(meta.body.response.at(-1).options['2']).toEqual({ id: 2, value: 'Vietnam' })
  })
})

describe('prices', () => {
  test('have every list, empty where there is no price', async () => {
    const { body } = await client.get('/product-service/product-price/1039')
    expect(body.response[0].productId).toBe(1039)
    expect(body.response[0].priceLists).toHaveLength(9)
    expect(body.response[0].priceLists[6]).toEqual({
      priceListId: 7,
      currencyCode: 'GBP',
      currencyId: 1,
      quantityPrice: { 1: '1.6250', 100: '0.9900', 1000: '0.2800' },
    })
    expect(body.response[0].priceLists[8].quantityPrice).toEqual({})
  })

  test('can be held to some lists', async () => {
    const { body } = await client.get('/product-service/product-price/1001-1003/price-list/2,6')
    expect(body.response).toHaveLength(3)
    for (const { priceLists } of body.response) {
      expect(priceLists.map((list: { priceListId: number }) => list.priceListId)).toEqual([2, 6])
    }
  })

  test('of products that do not exist are 404', async () => {
    expect(await codeOf('/product-service/product-price/5000')).toEqual([404, 'CMNC-404'])
  })

  test('are sliced by OPTIONS with no regard to what exists', async () => {
    const { body } = await client.get('/product-service/product-price/1-250/price-list/1-3', { method: 'OPTIONS' })
    expect(body.response.getUris).toEqual([
      '/product-price/1-200/price-list/1-3',
      '/product-price/201-250/price-list/1-3',
    ])
  })

  test('have lists with currency, kind and gross mark', async () => {
    const { body } = await client.get('/product-service/price-list/6')
    expect(body.response).toEqual([
      {
        id: 6,
        name: { languageCode: 'en', text: 'Web JPY', format: 'PLAINTEXT' },
        code: 'WEBJPY',
        currencyCode: 'JPY',
        currencySymbol: '¥',
        currencyId: 4,
        priceListTypeCode: 'SELL',
        gross: false,
      },
    ])
  })
})

describe('availability', () => {
  test('is a map by product, on hand being in stock less allocated', async () => {
    const { body } = await client.get('/warehouse-service/product-availability/1001,1034')
    expect(body.response).toEqual({
      1001: {
        total: { inStock: 27, onHand: 20, allocated: 7, inTransit: 5 },
        warehouses: {
          2: { inStock: 19, onHand: 13, allocated: 6, inTransit: 5 },
          5: { inStock: 8, onHand: 7, allocated: 1, inTransit: 0 },
        },
      },
      1034: {
        total: { inStock: 2, onHand: -1, allocated: 3, inTransit: 10 },
        warehouses: {
          2: { inStock: 0, onHand: -3, allocated: 3, inTransit: 10 },
          3: { inStock: 2, onHand: 2, allocated: 0, inTransit: 0 },
        },
      },
    })
  })

  test('leaves out bundles, services, and products without a figure', async () => {
    expect((await client.get('/warehouse-service/product-availability/1013,1017,1033,5000')).body).toEqual({
      response: {},
    })
  })

  test('can be asked for one warehouse', async () => {
    const { body } = await client.get('/warehouse-service/warehouse/5/product-availability/1001,1007')
    expect(body.response).toEqual({
      1001: {
        total: { inStock: 8, onHand: 7, allocated: 1, inTransit: 0 },
        warehouses: { 5: { inStock: 8, onHand: 7, allocated: 1, inTransit: 0 } },
      },
    })
    expect(await codeOf('/warehouse-service/warehouse/4/product-availability/1001')).toEqual([404, 'CMNC-404'])
  })

  test('refuses the whole request for such ids by switch', async () => {
    const strict = await startTest({ availabilityOfOthers: 'reject' })
    expect((await strict.get('/warehouse-service/product-availability/1001,1013')).status).toBe(400)
    expect((await strict.get('/warehouse-service/product-availability/1001')).status).toBe(200)
    await strict.server.stop()
  })

  test('of a bundle is asked for one id', async () => {
    const { body } = await client.get('/warehouse-service/bundle-availability/1015')
    expect(body.response).toEqual({
      1015: { total: { onHand: 4 }, warehouses: { 2: { onHand: 4 }, 3: { onHand: 0 } } },
    })
    expect(await codeOf('/warehouse-service/bundle-availability/1013,1015')).toEqual([400, 'CMNC-400'])
    expect(await codeOf('/warehouse-service/bundle-availability/1001')).toEqual([404, 'CMNC-404'])
  })
})

describe('reference data', () => {
  test.each([
    ['/product-service/brand', 9],
    ['/product-service/brightpearl-category', 17],
    ['/product-service/option', 4],
    ['/product-service/product-type', 3],
    ['/product-service/season', 2],
    ['/product-service/channel', 4],
    ['/product-service/price-list', 9],
    ['/product-service/product/custom-field-meta-data', 6],
    ['/warehouse-service/warehouse', 5],
    ['/warehouse-service/shipping-method', 6],
    ['/accounting-service/tax-code', 13],
    ['/accounting-service/payment-method', 5],
    ['/accounting-service/exchange-rate', 3],
    ['/order-service/order-status', 23],
    ['/order-service/order-type', 4],
    ['/order-service/order-stock-status', 13],
    ['/order-service/order-shipping-status', 4],
    ['/order-service/sale/custom-field-meta-data', 8],
    ['/contact-service/customer/custom-field-meta-data', 4],
    ['/accounting-service/nominal-code', 16],
    ['/contact-service/lead-source', 4],
  ])('%s answers all without a set, with or without a slash', async (path, count) => {
    expect((await client.get(path)).body.response).toHaveLength(count)
    expect((await client.get(`${path}/`)).body.response).toHaveLength(count)
    expect(await codeOf(`${path}/99999`)).toEqual([404, 'CMNC-404'])
  })

  test('omits the rate of a tax code that has none', async () => {
    const { body } = await client.get('/accounting-service/tax-code/7-8')
    expect(body.response).toEqual([
      { id: 7, code: 'T20', description: 'Standard 20%', rate: 20 },
      { id: 8, code: 'T0', description: 'Zero rated' },
    ])
  })

  test('answers the default location of a warehouse as a bare number', async () => {
    expect((await client.get('/warehouse-service/warehouse/3/location/default')).body).toEqual({ response: 7 })
  })
})

describe('product-search', () => {
  const search = async (query: string) => {
    const { status, body } = await client.get(`/product-service/product-search?${query}`)
    return { status, ...body }
  }
  const idsOf = async (query: string) => (await search(query)).response.results.map(([id]: [number]) => id)

  test('pages by 500, from 1', async () => {
    const first = await search('')
    expect(first.response.metaData).toMatchObject({
      morePagesAvailable: true,
      resultsAvailable: 700,
      resultsReturned: 500,
      firstResult: 1,
      lastResult: 500,
    })
    const second = await search('firstResult=501&pageSize=1000')
    expect(second.response.metaData).toMatchObject({
      morePagesAvailable: false,
      resultsReturned: 200,
      firstResult: 501,
      lastResult: 700,
    })
    expect(second.response.results[0][0]).toBeGreaterThan(first.response.results[499][0])
    const beyond = await search('firstResult=701')
    expect(beyond.response.results).toEqual([])
    expect(beyond.response.metaData).not.toHaveProperty('firstResult')
    expect(beyond.reference).toEqual({})
    expect(await codeOf('/product-service/product-search?firstResult=0')).toEqual([400, 'CMNC-400'])
  })

  test('answers rows by position, with columns, sorting and reference beside the response', async () => {
    const { response, reference } = await search('productId=1007-1008')
    expect(response.results).toEqual([
      [
        1007,
        'Fell Trousers',
        'FT-SLA-M-R-SL',
        expect.any(String),
        expect.any(String),
        null,
        null,
        'M-1007',
        true,
        'Brightpearl',
        '2024-02-05T09:18:44.000+00:00',
        '2025-05-18T14:09:27.000+01:00',
        12,
        502,
        1,
        2,
        'LIVE',
        233,
      ],
      expect.arrayContaining([1008, null]),
    ])
    expect(response.metaData.columns.map(({ name }: { name: string }) => name)).toEqual([
      'productId',
      'productName',
      'SKU',
      'barcode',
      'EAN',
      'UPC',
      'ISBN',
      'MPN',
      'stockTracked',
      'salesChannelName',
      'createdOn',
      'updatedOn',
      'brightpearlCategoryCode',
      'productGroupId',
      'brandId',
      'productTypeId',
      'productStatus',
      'primarySupplierId',
    ])
    expect(response.metaData.sorting).toEqual([
      {
        filterable: {
          name: 'productId',
          sortable: true,
          filterable: true,
          reportDataType: 'IDSET',
          referenceData: ['productCategoryMembership'],
          isFreeTextSearchable: false,
          required: false,
        },
        direction: 'ASC',
      },
    ])
    expect(reference).toEqual({ productCategoryMembership: { 1007: [12, 10], 1008: [12, 10] } })
  })

  test('shows the columns asked for in that order', async () => {
    const { response, reference } = await search('columns=SKU,productId&productId=1001')
    expect(response.results).toEqual([['TJ-MOS-S', 1001]])
    expect(response.metaData.columns.map(({ name }: { name: string }) => name)).toEqual(['SKU', 'productId'])
    expect(reference).toEqual({ productCategoryMembership: { 1001: [11] } })
    expect((await search('columns=SKU&productId=1001')).reference).toEqual({})
    expect(await codeOf('/product-service/product-search?columns=sku')).toEqual([400, 'CMNC-400'])
  })

  test('sorts by column.ASC and column.DESC only, nulls first', async () => {
    const descending = await idsOf('sort=productId.DESC&pageSize=3')
    expect(descending).toEqual([1717, 1716, 1715])
    const updated = await search('sort=updatedOn.ASC&columns=updatedOn')
    expect(updated.response.results[0]).toEqual([null])
    const names = (
      await search('sort=productName.ASC,productId.DESC&productId=1001-1010&columns=productName,productId')
    ).response.results
    expect(names[0]).toEqual(['Fell Trousers', 1010])
    expect(names[9]).toEqual(['Trail Jacket', 1001])
    for (const wrong of ['productId%7CASC', 'productId:DESC', 'brightpearlCategoryCode.ASC', 'nothing.ASC']) {
      expect(await codeOf(`/product-service/product-search?sort=${wrong}`)).toEqual([400, 'CMNC-400'])
    }
  })

  test('filters by the type of the column', async () => {
    expect(await idsOf('SKU=DUP-100')).toEqual([1028, 1029])
    expect(await idsOf('SKU=map-n5')).toEqual([1024])
    expect(await idsOf('SKU=DUP')).toEqual([])
    expect(await idsOf(`SKU=${encodeURIComponent(' MAP-N4 ')}`)).toEqual([1023])
    expect(await idsOf('productName=trail')).toEqual([1001, 1002, 1003, 1004, 1005, 1006])
    expect(await idsOf('productId=1001-1003,1007&productGroupId=501')).toEqual([1001, 1002, 1003])
    expect(await idsOf('brightpearlCategoryCode=10&productId=1001-1010')).toEqual([1007, 1008, 1009, 1010])
    expect(await idsOf('stockTracked=false&productId=1001-1020')).toEqual([1013, 1015, 1017, 1018])
    expect(await idsOf('productStatus=ARCHIVED&productId=1001-1020')).toEqual([1019])
    expect(await idsOf('brandId=6-7&productId=1001-1020')).toEqual([1011, 1012, 1013, 1015, 1016])
  })

  test('filters by period, open at either end, and never finds null', async () => {
    const created = (period: string) => idsOf(`productId=1001-1010&createdOn=${encodeURIComponent(period)}`)
    expect(await created('2024-02-05T09:20:00.000Z/')).toEqual([1009, 1010])
    expect(await created('2024-02-05T10:20:00.000+01:00/2024-02-05T09:21:00Z')).toEqual([1009])
    expect(await created('/2024-02-05T09:14:00Z')).toEqual([1001, 1002])
    expect(await created('2024-02-05/2024-02-06')).toHaveLength(10)
    expect(await created('2024-02-06/')).toEqual([])
    expect(await idsOf('productId=1001-1004&updatedOn=2000-01-01/')).toEqual([1001, 1003])
  })

  test.each([
    'productId=1005,1001',
    'productId=abc',
    'productGroupId=1/',
    'stockTracked=yes',
    'updatedOn=2026-01-01',
    'updatedOn=yesterday/',
    'updatedOn=2026-01-01T00:00:00/',
    'updatedOn=2026-05-01T00:00:00.000+01:00/',
    'updatedOn=/',
  ])('answers a filter that cannot be parsed, %s, with CMNC-018 as 500', async (query) => {
    const { status, errors } = await search(query)
    expect([status, errors[0].code]).toEqual([500, 'CMNC-018'])
    expect(errors[0].message).toMatch(/^The filter \w+=.+ cannot be parsed as: (IDSET|INTEGER|BOOLEAN|PERIOD)$/)
  })

  test('refuses filters that do not exist, or ignores them by switch', async () => {
    expect(await codeOf('/product-service/product-search?sku=X')).toEqual([400, 'CMNC-400'])
    expect(await codeOf('/product-service/product-search?salesChannelName=Brightpearl')).toEqual([400, 'CMNC-400'])
    const lenient = await startTest({ unknownFilter: 'ignore', filterErrorStatus: 400 })
    expect((await lenient.get('/product-service/product-search?sku=X')).status).toBe(200)
    expect((await lenient.get('/product-service/product-search?productId=x')).status).toBe(400)
    await lenient.server.stop()
  })

  test('finds what was changed, after it was changed', async () => {
    const { clock, catalogue } = client
    clock.advance(3_600_000)
    const since = new Date(clock.now()).toISOString()
    expect(await idsOf(`updatedOn=${since}/`)).toEqual([])
    const touched = catalogue.touch(10)
    expect(await idsOf(`updatedOn=${since}/`)).toEqual(touched)
  })
})

describe('other searches', () => {
  test('answer in the same form', async () => {
    const { body } = await client.get('/product-service/option-value-search?optionId=2')
    expect(body.response.results).toEqual([
      [2, 'Size', 21, 'S'],
      [2, 'Size', 22, 'M'],
      [2, 'Size', 23, 'L'],
      [2, 'Size', 24, 'XL'],
    ])
    const currency = await client.get('/accounting-service/currency-search?code=JPY')
    expect(currency.body.response.results).toEqual([[4, 'Japanese yen', 'JPY', '¥', '188.000000', false, null]])
    for (const path of [
      '/product-service/brand-search',
      '/product-service/brightpearl-category-search',
      '/product-service/option-search',
      '/product-service/product-type-search',
      '/warehouse-service/warehouse-search',
      '/warehouse-service/shipping-method-search',
    ]) {
      const { body: found } = await client.get(`${path}?pageSize=2`)
      expect(found.response.metaData).toMatchObject({ resultsReturned: 2, morePagesAvailable: true })
    }
  })
})
