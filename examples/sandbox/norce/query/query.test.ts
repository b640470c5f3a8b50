import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ACCOUNT,
  jacket,
  ONHAND_HEADER,
  PRICE_HEADER,
  PRODUCT_HEADER,
  startTestNorce,
  type TestNorce,
} from '../test-client.ts'

const SINGLES = 1_100

let client: TestNorce

/** `P-0001` … with two prices and one place each, and the jacket. */
beforeAll(async () => {
  client = await startTestNorce({ otherAccountIds: [72] })
  const { state } = client.norce
  const numbers = Array.from({ length: SINGLES }, (_, index) => String(index + 1).padStart(4, '0'))
  state.importNow('ImportProducts', PRODUCT_HEADER, [
    jacket(),
    ...numbers.map((number) => ({
      ManufacturerCode: 'FELLGATE',
      ManufacturerName: 'Fellgate',
      Cultures: [{ CultureCode: 'en-GB', Name: `Item ${number}` }],
      Categories: [{ Code: 'lamps' }, { Code: 'packs' }],
      Variants: [{ ManufacturerPartNo: `M-${number}`, Skus: [{ PartNo: `P-${number}`, Status: 1, Type: 1 }] }],
    })),
  ])
  state.importNow(
    'ImportSkuPriceLists',
    PRICE_HEADER,
    numbers.flatMap((number) => [
      { PartNo: `P-${number}`, PriceListCode: 'UK-WEB', PriceSale: Number(number), IsActive: true },
      { PartNo: `P-${number}`, PriceListCode: 'UK-TRADE', QuantityBreak: 10, PriceSale: 1.5, IsActive: false },
    ]),
  )
  state.importNow(
    'ImportOnhands',
    ONHAND_HEADER,
    numbers.map((number) => ({ PartNo: `P-${number}`, WarehouseCode: 'CW1', LocationCode: 'MAIN', OnhandValue: 3 })),
  )
})

afterAll(() => client.norce.stop())

const read = async (path: string) => {
  const response = await client.query(path)
  return { status: response.status, body: (await response.json()) as Record<string, unknown> & { value: object[] } }
}

describe('headers of a query', () => {
  test('without the application header: 500, and 400 by the switch', async () => {
    const get = async (headers: Record<string, string>) =>
      (
        await fetch(`${client.norce.url}/commerce/query/2.0/Products/Products`, {
          headers: { Authorization: `Bearer ${await client.token()}`, ...headers },
        })
      ).status
    expect(await get({})).toBe(500)
    expect(await get({ applicationId: 'shop' })).toBe(500)
    expect(await get({ 'application-id': '1301' })).toBe(200)
    expect(await get({ applicationId: '9' })).toBe(403)
    client.norce.setSwitches({ missingApplicationStatus: 400 })
    expect(await get({})).toBe(400)
    client.norce.setSwitches({ missingApplicationStatus: 500 })
  })

  test('reading only: POST answers 405', async () => {
    const response = await fetch(`${client.norce.url}/commerce/query/2.0/Core/Currencies`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${await client.token()}`, applicationId: '1301' },
    })
    expect(response.status).toBe(405)
  })

  test('an outage, a throttled call and a client error by fault', async () => {
    client.norce.setSwitches({ retryAfterSeconds: 3 })
    client.norce.faults.set({ throttle: { count: 1 } })
    const throttled = await client.query('Core/Currencies')
    expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([429, '3'])
    client.norce.setSwitches({ retryAfterSeconds: null })
    client.norce.faults.set({ throttle: { count: 1 }, outage: { after: 1, count: 1 } })
    const bare = await client.query('Core/Currencies')
    expect([bare.status, bare.headers.get('retry-after')]).toEqual([429, null])
    expect((await client.query('Core/Currencies')).status).toBe(503)
    client.norce.faults.set({ clientError: { count: 1, message: 'Timeout expired.' } })
    expect((await read('Core/Currencies')).body).toMatchObject({ error: { message: 'Timeout expired.' } })
  })

  test('a limit per minute can be set', async () => {
    client.norce.setSwitches({ queryCallsPerMinute: 2 })
    client.clock.advance(60_000)
    const statuses = []
    for (let call = 0; call < 3; call += 1) statuses.push((await client.query('Core/Currencies')).status)
    client.clock.advance(60_000)
    statuses.push((await client.query('Core/Currencies')).status)
    client.norce.setSwitches({ queryCallsPerMinute: null })
    expect(statuses).toEqual([200, 200, 429, 200])
  })
})

describe('sets', () => {
  test.each([
    ['Core/Currencies', { Code: 'GBP', DefaultName: 'Pound sterling' }],
    ['Core/Countries', { Code: 'SE' }],
    ['Core/SkuStatuses', { Id: 4, DefaultName: 'Hidden' }],
    ['Core/VatCodes', { DefaultName: 'Standard GB', Rate: 20 }],
    ['Core/PaymentMethods', { DefaultName: 'Card' }],
    ['Core/DeliveryMethods', { DefaultName: 'Standard' }],
    ['Core/Applications', { Id: 1301 }],
    ['Application/ClientPriceLists', { PriceListId: 14, Agreement: 'UK-WEB', CurrencyId: 2, ClientId: 1017 }],
    ['Application/ApplicationPriceLists', { ApplicationId: 1301, PriceListId: 14, IsPrimary: true }],
    ['Application/ClientWarehouses', { WarehouseId: 3, Code: 'CW1' }],
    ['Application/Categories', { Code: 'jackets', DefaultFullName: 'Clothing - Jackets', IsActive: true }],
    ['Application/ClientManufacturers', { ManufacturerId: 1, Name: 'Fellgate', IsActive: true }],
    ['Application/Parametrics', { Code: 'p_size', TypeId: 101 }],
    ['Application/ParametricListValues', { Code: 'XL', DefaultName: 'XL' }],
    ['Application/ApplicationCultures', { ApplicationId: 1301, CultureCode: 'en-GB', IsPrimary: true }],
    ['Application/ClientCultures', { CultureCode: 'sv-SE' }],
    ['Application/SalesAreas', { Id: 5, Code: 'UnitedKingdom' }],
    ['Application/VariantGroups', { Code: 'size' }],
    ['Products/Products', { ManufacturerPartNo: 'FJ-LODGE-M', DefaultName: 'Lodge Jacket M', IsVariant: true }],
    ['Products/ProductSkus', { PartNo: '210455-L', StatusId: 2, TypeId: 1, IsStatusLocked: false, Updated: null }],
    ['Products/ProductSkuPriceLists', { PartNo: 'P-0001', PriceListId: 14, QtyBreak: 1, PriceSale: 1, CurrencyId: 2 }],
    ['Products/ProductSkuOnHands', { PartNo: 'P-0001', WarehouseId: 3, LocationId: 5, OnHandValue: 3 }],
    ['Products/Variants', { DefaultName: 'Lodge Jacket' }],
  ])('%s', async (path, expected) => {
    const rows = await client.rows(path)
    expect(rows).toContainEqual(expect.objectContaining(expected))
  })

  test.each(['Orders/OrderItems', 'Products/ProductCategories', 'Products/productskus', 'Products/Nothing', 'Nowhere'])(
    '%s answers 404',
    async (path) => {
      expect((await client.query(path)).status).toBe(404)
    },
  )

  test('a service document names the sets, $metadata their types', async () => {
    const { body } = await read('products')
    expect(body['@odata.context']).toMatch(/\/commerce\/query\/2\.0\/Products\/\$metadata$/)
    expect(body.value).toContainEqual({ name: 'ProductSkuOnHands', kind: 'EntitySet', url: 'ProductSkuOnHands' })
    const metadata = await client.query('Products/$metadata')
    expect(metadata.headers.get('content-type')).toContain('application/xml')
    const xml = await metadata.text()
    expect(xml).toContain('<EntitySet Name="ProductSkus" EntityType="Norce.Products.ClientProductSku" />')
    expect(xml).toContain('<Property Name="PartNo" Type="Edm.String" Nullable="false" />')
    expect(xml).toContain(
      '<NavigationProperty Name="OnHands" Type="Collection(Norce.Products.ClientProductSkuOnHand)" />',
    )
  })

  test('one entity by its key is the object itself', async () => {
    const one = await read("Products/ProductSkus('210455-M')?$select=PartNo,StatusId")
    expect(one.body).toEqual({
      '@odata.context': expect.stringMatching(/#ProductSkus\(PartNo,StatusId\)\/\$entity$/),
      PartNo: '210455-M',
      StatusId: 2,
    })
    const price = await read("Products/ProductSkuPriceLists(PartNo='P-0002',PriceListId=14,QtyBreak=1)")
    expect(price.body.PriceSale).toBe(2)
    expect((await client.query("Products/ProductSkus('nothing')")).status).toBe(404)
    expect((await client.query('Products/ProductSkus(12)')).status).toBe(400)
    expect((await client.query("Products/ProductSkuPriceLists(PartNo='P-0002')")).status).toBe(404)
  })

  test('a product of one variant has no cluster row, unless switched on', async () => {
    const variants = async () => (await client.rows('Products/Variants')).length
    const product = "Products/Products?$filter=ManufacturerPartNo eq 'M-0001'&$select=IsVariant,VariantId"
    expect(await variants()).toBe(1)
    expect(await client.rows(product)).toEqual([{ IsVariant: false, VariantId: null }])
    client.norce.setSwitches({ singleVariantClusters: true })
    expect(await variants()).toBe(500)
    expect(await client.rows(product)).toEqual([{ IsVariant: true, VariantId: expect.any(Number) }])
    client.norce.setSwitches({ singleVariantClusters: false })
  })
})

describe('paging', () => {
  test('pages of 500 with absolute links that keep the other options', async () => {
    let url: string | undefined =
      `${client.norce.url}/commerce/query/2.0/Products/ProductSkus?$filter=startswith(PartNo,%27P-%27)&$select=PartNo`
    const seen: unknown[] = []
    const links: string[] = []
    while (url !== undefined) {
      const response = await fetch(url, {
        headers: { Authorization: `Bearer ${await client.token()}`, applicationId: '1301' },
      })
      const body = (await response.json()) as { value: { PartNo: string }[]; '@odata.nextLink'?: string }
      seen.push(...body.value.map((row) => row.PartNo))
      url = body['@odata.nextLink']
      if (url !== undefined) links.push(url)
    }
    expect(seen).toHaveLength(SINGLES)
    expect(new Set(seen).size).toBe(SINGLES)
    const options = '$filter=startswith(PartNo,%27P-%27)&$select=PartNo'
    expect(links).toEqual([
      `${client.norce.url}/commerce/query/2.0/Products/ProductSkus?${options}&$skip=500`,
      `${client.norce.url}/commerce/query/2.0/Products/ProductSkus?${options}&$skip=1000`,
    ])
  })

  test('a larger $top is quietly cut down, and has no next link', async () => {
    const { body } = await read('Products/ProductSkus?$top=1000&$select=PartNo')
    expect(body.value).toHaveLength(500)
    expect(body['@odata.nextLink']).toBeUndefined()
    const ordered = await read('Products/ProductSkuPriceLists?$orderby=PriceSale desc&$top=2&$select=PartNo')
    expect(ordered.body.value).toHaveLength(2)
    expect(ordered.body['@odata.nextLink']).toBeUndefined()
    expect((await read('Products/ProductSkus?$top=0')).body.value).toEqual([])
  })

  test('keyset paging over a text key and over a composite key', async () => {
    const first = await client.rows('Products/ProductSkus?$orderby=PartNo&$top=2&$select=PartNo')
    expect(first).toEqual([{ PartNo: '210455-L' }, { PartNo: '210455-M' }])
    const next = await client.rows(
      "Products/ProductSkus?$filter=PartNo gt '210455-M'&$orderby=PartNo&$top=1&$select=PartNo",
    )
    expect(next).toEqual([{ PartNo: 'P-0001' }])
    const prices = await client.rows(
      "Products/ProductSkuPriceLists?$filter=PartNo gt 'P-0001' or (PartNo eq 'P-0001' and PriceListId gt 14)&$top=2&$select=PartNo,PriceListId",
    )
    expect(prices).toEqual([
      { PartNo: 'P-0001', PriceListId: 15 },
      { PartNo: 'P-0002', PriceListId: 14 },
    ])
    const products = await client.rows('Products/Products?$filter=Id gt 5000&$orderby=Id&$top=1&$select=Id')
    expect(products).toEqual([{ Id: 5001 }])
  })

  test('descending order, and $skip in it', async () => {
    const rows = await client.rows(
      'Products/ProductSkuPriceLists?$orderby=PriceSale desc,PartNo&$skip=1&$top=2&$select=PriceSale&$filter=QtyBreak eq 1',
    )
    expect(rows).toEqual([{ PriceSale: SINGLES - 1 }, { PriceSale: SINGLES - 2 }])
  })

  test('heavy queries and deep skips answer 500, unless switched off', async () => {
    const heavy = 'Products/Products?$top=500&$expand=Skus,Categories'
    expect((await client.query(heavy)).status).toBe(500)
    expect((await client.query('Products/Products?$expand=Skus,Categories')).status).toBe(500)
    expect((await client.query('Products/Products?$top=100&$expand=Skus,Categories')).status).toBe(200)
    client.norce.setSwitches({ heavyQueryFails: false, deepSkipLimit: 100 })
    expect((await client.query(heavy)).status).toBe(200)
    expect((await client.query('Products/ProductSkus?$skip=101')).status).toBe(500)
    client.norce.setSwitches({ heavyQueryFails: true, deepSkipLimit: null })
    expect((await client.query('Products/ProductSkus?$skip=50000')).status).toBe(200)
    client.norce.setSwitches({ deepSkipLimit: 20_000 })
  })
})

describe('filter, select and expand', () => {
  test('a chain of part numbers', async () => {
    const wanted = ['P-0003', 'P-0009', "it's not there", '210455-M']
    const filter = wanted.map((partNo) => `PartNo eq '${partNo.replaceAll("'", "''")}'`).join(' or ')
    const rows = await client.rows(`Products/ProductSkus?$filter=${encodeURIComponent(filter)}&$select=PartNo`)
    expect(rows.map((row) => row.PartNo)).toEqual(['210455-M', 'P-0003', 'P-0009'])
  })

  test('known expands with nested options', async () => {
    const { body } = await read(
      "Products/Products?$filter=ManufacturerPartNo eq 'M-0007'&$top=10&$select=Id&$expand=Skus($select=PartNo;$expand=PriceLists($filter=IsActive eq true;$select=PriceListId,PriceSale)),Categories($select=CategoryId,IsPrimary)",
    )
    expect(body['@odata.context']).toMatch(
      /#Products\(Id,Skus\(PartNo,PriceLists\(PriceListId,PriceSale\)\),Categories\(CategoryId,IsPrimary\)\)$/,
    )
    const [lamps, packs] = await client.rows(
      "Application/Categories?$filter=Code eq 'lamps' or Code eq 'packs'&$orderby=Code",
    )
    expect(body.value).toEqual([
      {
        Id: expect.any(Number),
        Skus: [{ PartNo: 'P-0007', PriceLists: [{ PriceListId: 14, PriceSale: 7 }] }],
        Categories: [
          { CategoryId: lamps?.Id, IsPrimary: true },
          { CategoryId: packs?.Id, IsPrimary: false },
        ],
      },
    ])
  })

  test('PriceList of ClientPriceLists is one object, Locations of a warehouse are a list', async () => {
    const { body } = await read('Application/ClientPriceLists?$expand=PriceList&$top=1')
    expect(body['@odata.context']).toMatch(/#ClientPriceLists\(PriceList\(\)\)$/)
    expect(body.value[0]).toMatchObject({ PriceList: { Id: 14, Agreement: 'UK-WEB' } })
    expect(await client.rows("Application/ClientWarehouses?$filter=Code eq 'CW1'&$expand=Locations")).toMatchObject([
      {
        Locations: [
          { LocationId: 5, Code: 'MAIN', IsStandard: true },
          { LocationId: 6, Code: 'OVERFLOW' },
        ],
      },
    ])
  })

  test.each([
    'Products/ProductSkus?$filter=ApplicationId eq 1301',
    'Products/ProductSkus?$select=partNo',
    'Products/ProductSkus?$expand=Product',
    'Products/ProductSkus?$orderby=Name',
    'Products/ProductSkus?$count=true',
    'Products/ProductSkus?$filter=',
  ])('%s answers 400 with a message', async (path) => {
    const { status, body } = await read(path)
    expect(status).toBe(400)
    expect(body).toMatchObject({ error: { code: '', message: expect.stringContaining('not valid'), details: [] } })
  })

  test('ids can be sent as strings', async () => {
    client.norce.setSwitches({ idsAsStrings: 'all' })
    const rows = await client.rows("Products/ProductSkuPriceLists?$filter=PartNo eq 'P-0001'&$top=1")
    client.norce.setSwitches({ idsAsStrings: 'none' })
    expect(rows[0]).toMatchObject({ PriceListId: '14', QtyBreak: 1, PriceSale: 1 })
  })
})

describe('Updated', () => {
  test('is null until the first change, and carries the account and an instant that can be sent back', async () => {
    const header = { ...PRICE_HEADER, AccountId: 72 }
    const path = "Products/ProductSkuPriceLists?$filter=PartNo eq 'P-0042' and QtyBreak eq 1"
    expect(await client.rows(path)).toMatchObject([{ Updated: null, UpdatedBy: null, CreatedBy: ACCOUNT }])
    await client.run('ImportSkuPriceLists', header, [
      { PartNo: 'P-0042', PriceListCode: 'UK-WEB', PriceSale: 5, IsActive: true },
    ])
    const [row] = await client.rows(path)
    expect(row).toMatchObject({ UpdatedBy: 72, PriceSaleLastUpdatedBy: 72, PriceRecommendedLastUpdated: null })
    expect(row?.Updated).toMatch(/^2026-03-19T\d\d:\d\d:\d\d(?:\.\d{1,7})?Z$/)
    expect(await client.rows(`Products/ProductSkuPriceLists?$filter=Updated ge ${row?.Updated}`)).toHaveLength(1)
    expect(await client.rows(`Products/ProductSkuPriceLists?$filter=Updated gt ${row?.Updated}`)).toHaveLength(0)
  })
})
