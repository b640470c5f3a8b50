import { afterEach, describe, expect, test } from 'vitest'
import { ACCOUNT, jacket, PRODUCT_HEADER, problems, startTestNorce, type TestNorce } from '../test-client.ts'

let client: TestNorce

afterEach(() => client.norce.stop())

const sku = (partNo: string) => client.norce.state.sku(partNo)
const importProducts = (items: readonly unknown[], changes: Record<string, unknown> = {}) =>
  client.run('ImportProducts', { ...PRODUCT_HEADER, ...changes }, items)
const fields = (list: keyof typeof PRODUCT_HEADER, ...more: string[]) => ({
  [list]: [...(PRODUCT_HEADER[list] as readonly string[]), ...more],
})
const without = (list: keyof typeof PRODUCT_HEADER, ...gone: string[]) => ({
  [list]: (PRODUCT_HEADER[list] as readonly string[]).filter((name) => !gone.includes(name)),
})

describe('create and update', () => {
  test('a cluster of two variants: three levels, counted as rows', async () => {
    client = await startTestNorce()
    const { job, log } = await importProducts([jacket()])
    expect(problems(log)).toEqual([])
    expect(job).toMatchObject({ StatusId: 2, Totals: 1, Inserts: 5, Updates: 0, Fail: 0 })
    expect(sku('210455-M')).toMatchObject({
      StatusId: 2,
      TypeId: 1,
      EanCode: '733111222M',
      Variant: { ManufacturerCode: 'FELLGATE', ManufacturerPartNo: 'FJ-LODGE-M', Parametrics: { p_size: 'M' } },
      Cluster: { Code: '210455', Categories: ['jackets'], PartNos: ['210455-M', '210455-L'] },
    })
    const rows = await client.rows("Products/ProductSkus?$filter=PartNo eq '210455-M'&$select=CreatedBy,Updated")
    expect(rows).toEqual([{ CreatedBy: ACCOUNT, Updated: null }])
  })

  test('the same again changes nothing, and still counts as written', async () => {
    client = await startTestNorce()
    await importProducts([jacket()])
    client.norce.state.resetCounters()
    const { job } = await importProducts([jacket()])
    expect(job).toMatchObject({ Inserts: 0, Updates: 5 })
    expect(client.norce.state.counters()).toMatchObject({
      written: { cluster: 1, variant: 2, sku: 2 },
      changed: { cluster: 0, variant: 0, sku: 0 },
    })
    expect(sku('210455-M')?.Updated).toBeNull()
  })

  test.each([
    ['ManufacturerCode', { ManufacturerCode: undefined }, {}],
    ['PartNo', { Variants: [{ ManufacturerPartNo: 'A', Skus: [] }] }, {}],
    ['ManufacturerPartNo', { Variants: [{ Skus: [{ PartNo: 'A', Status: 1, Type: 1 }] }] }, {}],
    ['Status', { Variants: [{ ManufacturerPartNo: 'A', Skus: [{ PartNo: 'A', Type: 1 }] }] }, {}],
    ['Type', { Variants: [{ ManufacturerPartNo: 'A', Skus: [{ PartNo: 'A', Status: 1 }] }] }, {}],
    ['ManufacturerName', { ManufacturerCode: 'NEW', ManufacturerName: undefined }, {}],
    ['ManufacturerCode', {}, without('ProductFieldsThatAreSet', 'ManufacturerCode')],
    ['ManufacturerPartNo', {}, without('VariantFieldsThatAreSet', 'ManufacturerPartNo')],
    ['Type', {}, without('SkuFieldsThatAreSet', 'Type')],
  ])('a create without %s is rejected', async (missing, item, header) => {
    client = await startTestNorce()
    const { job, log } = await importProducts([jacket(['M'], item)], header)
    expect(
      problems(log)
        .filter((line) => line.startsWith('3'))
        .join(),
    ).toContain(missing)
    expect(job.Fail).toBeGreaterThan(0)
    expect(client.norce.state.counts().skus).toBe(0)
  })

  test('an update needs only the part number', async () => {
    client = await startTestNorce()
    await importProducts([jacket()])
    const { log } = await client.run(
      'ImportProducts',
      { ProductFieldsThatAreSet: ['Variants'], VariantFieldsThatAreSet: ['Skus'], SkuFieldsThatAreSet: ['EanCode'] },
      [{ Variants: [{ Skus: [{ PartNo: '210455-M', EanCode: '4006381333931' }] }] }],
    )
    expect(problems(log)).toEqual([])
    expect(sku('210455-M')).toMatchObject({ EanCode: '4006381333931', StatusId: 2, Cluster: { Code: '210455' } })
    expect((await client.rows('Products/Products?$filter=Updated ne null')).length).toBe(0)
  })

  test('several variants without a Code are rejected, one is a product of its own', async () => {
    client = await startTestNorce()
    const { log } = await importProducts([jacket(['M', 'L'], { Code: undefined })])
    expect(problems(log)).toEqual([expect.stringContaining('3 Code is required')])
    await importProducts([jacket(['M'], { Code: undefined })])
    expect(sku('210455-M')?.Cluster).toMatchObject({ Code: null, PartNos: ['210455-M'] })
    await importProducts([jacket(['M', 'L'])])
    expect(sku('210455-M')?.Cluster).toMatchObject({ Code: '210455', PartNos: ['210455-M', '210455-L'] })
    expect(client.norce.state.counts().clusters).toBe(1)
  })

  test('a variant sent with another Code moves', async () => {
    client = await startTestNorce()
    await importProducts([jacket()])
    await importProducts([jacket(['L'], { Code: 'OTHER' })])
    expect(sku('210455-M')?.Cluster.PartNos).toEqual(['210455-M'])
    expect(sku('210455-L')?.Cluster).toMatchObject({ Code: 'OTHER', PartNos: ['210455-L'] })
  })

  test('a manufacturer pair belongs to one variant', async () => {
    client = await startTestNorce()
    await importProducts([jacket()])
    const twin = jacket(['M'], {
      Code: 'TWIN',
      Variants: [{ ManufacturerPartNo: 'FJ-LODGE-M', Skus: [{ PartNo: 'RENAMED-M', Status: 1, Type: 1 }] }],
    })
    const { log } = await importProducts([twin])
    expect(problems(log)).toEqual([
      '3 Manufacturer part number FJ-LODGE-M of manufacturer FELLGATE is already used by 210455-M.',
    ])
    expect(sku('RENAMED-M')).toBeUndefined()
  })

  test('one pair on two variants of an item is rejected once', async () => {
    client = await startTestNorce()
    const item = jacket(['M'], {
      Variants: ['A', 'B'].map((PartNo) => ({ ManufacturerPartNo: 'X', Skus: [{ PartNo, Status: 1, Type: 1 }] })),
    })
    const { log } = await importProducts([item])
    expect(problems(log)).toEqual(['3 Manufacturer part number X occurs on two variants of the product.'])
    expect([sku('A')?.PartNo, sku('B')]).toEqual(['A', undefined])
  })

  test('of a part number or Code that comes twice the last is used, with a warning', async () => {
    client = await startTestNorce()
    const one = jacket(['M'], { Cultures: [{ CultureCode: 'en-GB', Name: 'First' }] })
    const { log } = await importProducts([one, jacket(['L'])])
    expect(problems(log)).toEqual([expect.stringContaining('2 Duplicate product in the import: Code 210455')])
    expect(sku('210455-M')).toBeUndefined()
    const again = await importProducts([jacket(['S'], { Code: 'A' }), jacket(['S'], { Code: 'B' })])
    expect(problems(again.log)).toEqual([expect.stringContaining('2 Duplicate SKU in the import: PartNo 210455-S')])
    expect(sku('210455-S')?.Cluster.Code).toBe('B')
  })
})

describe('only named fields are written', () => {
  test('a value without its field is ignored', async () => {
    client = await startTestNorce()
    await importProducts([jacket()])
    const item = jacket(['M'], { Cultures: [{ CultureCode: 'en-GB', Name: 'New', Description: 'New' }] })
    await importProducts([item], { ProductCultureFieldsThatAreSet: ['Name'] })
    expect(sku('210455-M')?.Cluster.Cultures['en-GB']).toEqual({ Name: 'New', Description: '<p>Windproof.</p>' })
  })

  test('a named field that the item lacks becomes the default of its type', async () => {
    client = await startTestNorce()
    await importProducts([jacket()])
    const { log } = await importProducts(
      [
        {
          Code: '210455',
          ManufacturerCode: 'FELLGATE',
          ManufacturerName: 'Fellgate',
          Cultures: [{ CultureCode: 'en-GB', Name: 'Lodge Jacket' }],
          Variants: [{ ManufacturerPartNo: 'FJ-LODGE-M', Skus: [{ PartNo: '210455-M', Status: 1, Type: 1 }] }],
        },
      ],
      fields('SkuFieldsThatAreSet', 'IsBuyable', 'UnitOfMeasurementCount', 'ActualWeight'),
    )
    expect(problems(log)).toEqual([])
    const after = sku('210455-M')
    expect(after).toMatchObject({ EanCode: null, IsBuyable: false, UnitOfMeasurementCount: 0, ActualWeight: null })
    expect(after?.Cluster.Categories).toEqual([])
    expect(after?.Cluster.Cultures['en-GB']).toEqual({ Name: 'Lodge Jacket', Description: null })
  })

  test('the default of an enum is no value: the SKU is rejected', async () => {
    client = await startTestNorce()
    await importProducts([jacket()])
    const item = jacket(['M'], {
      Variants: [{ ManufacturerPartNo: 'FJ-LODGE-M', Skus: [{ PartNo: '210455-M', Type: 1 }] }],
    })
    const { log } = await importProducts([item])
    expect(problems(log)).toEqual(['3 Sku 210455-M: Status 0 is not valid.'])
    expect(sku('210455-M')?.StatusId).toBe(2)
  })
})

describe('create-only, limited update, cleanup', () => {
  test('create-only fields are written once', async () => {
    client = await startTestNorce()
    const header = {
      ProductFieldsThatAreSet: ['ManufacturerCode', 'Code', 'Variants', 'Cultures', 'CategoriesCreateOnly'],
      ProductCultureFieldsThatAreSet: ['NameCreateOnly', 'DescriptionCreateOnly'],
      SkuFieldsThatAreSet: ['StatusCreateOnly', 'Type'],
    }
    await importProducts([jacket(['M'])], header)
    client.norce.state.change([
      { action: 'setText', partNo: '210455-M', level: 'cluster', text: 'Shop name' },
      { action: 'setStatus', partNo: '210455-M', status: 'Active' },
      { action: 'setCategories', partNo: '210455-M', categories: ['packs', 'lamps'] },
    ])
    const item = jacket(['M'], {
      Cultures: [
        { CultureCode: 'en-GB', Name: 'Again', Description: 'Again' },
        { CultureCode: 'sv-SE', Name: 'Jacka' },
      ],
    })
    await importProducts([item], header)
    expect(sku('210455-M')).toMatchObject({
      StatusId: 1,
      Cluster: {
        Categories: ['packs', 'lamps'],
        Cultures: { 'en-GB': { Name: 'Shop name', Description: '<p>Windproof.</p>' }, 'sv-SE': { Name: 'Jacka' } },
      },
    })
  })

  test('limited update leaves alone what another account wrote last', async () => {
    client = await startTestNorce({ otherAccountIds: [72] })
    const header = {
      ProductFieldsThatAreSet: ['ManufacturerCode', 'Code', 'Variants', 'Cultures', 'CategoriesLimitedUpdate'],
      ProductCultureFieldsThatAreSet: ['NameLimitedUpdate'],
    }
    const named = (Name: string, category: string) =>
      jacket(['M'], { Cultures: [{ CultureCode: 'en-GB', Name }], Categories: [{ Code: category }] })
    await importProducts([named('One', 'packs')], header)
    await importProducts([named('Two', 'lamps')], header)
    expect(sku('210455-M')?.Cluster).toMatchObject({ Cultures: { 'en-GB': { Name: 'Two' } }, Categories: ['lamps'] })
    await importProducts([named('Three', 'boots')], { ...header, AccountId: 72 })
    expect(sku('210455-M')?.Cluster).toMatchObject({ Cultures: { 'en-GB': { Name: 'Two' } }, Categories: ['lamps'] })
    client.norce.state.change({ action: 'setText', partNo: '210455-M', level: 'cluster', text: 'Shop' })
    await importProducts([named('Four', 'socks')], header)
    expect(sku('210455-M')?.Cluster).toMatchObject({ Cultures: { 'en-GB': { Name: 'Shop' } }, Categories: ['socks'] })
  })

  test('parametrics add, with cleanup they replace', async () => {
    client = await startTestNorce()
    const send = (ParametricCode: string, Code: string, ...more: string[]) =>
      importProducts(
        [
          jacket(['M'], {
            Variants: [
              {
                ManufacturerPartNo: 'FJ-LODGE-M',
                VariantParametrics: [{ ParametricCode, ValueList: { Code, Value: Code } }],
                Skus: [{ PartNo: '210455-M', Status: 1, Type: 1 }],
              },
            ],
          }),
        ],
        fields('VariantFieldsThatAreSet', ...more),
      )
    await send('p_size', 'M')
    await send('p_colour', 'MOSS')
    expect(sku('210455-M')?.Variant.Parametrics).toEqual({ p_size: 'M', p_colour: 'MOSS' })
    await send('p_colour', 'RUST', 'ParametricsCleanup')
    expect(sku('210455-M')?.Variant.Parametrics).toEqual({ p_colour: 'RUST' })
  })

  test('a locked status is left alone, without a word', async () => {
    client = await startTestNorce()
    await importProducts([jacket(['M'])])
    client.norce.state.change({ action: 'lockStatus', partNo: '210455-M', status: 'Hidden' })
    const { log } = await importProducts([jacket(['M'])])
    expect(problems(log)).toEqual([])
    expect(sku('210455-M')).toMatchObject({ StatusId: 4, IsStatusLocked: true })
    client.norce.state.change({ action: 'unlockStatus', partNo: '210455-M' })
    await importProducts([jacket(['M'])])
    expect(sku('210455-M')?.StatusId).toBe(2)
  })
})

describe('what does not exist', () => {
  test('category, parametric, culture and family are warnings: the rest of the record is imported', async () => {
    client = await startTestNorce()
    const item = jacket(['M'], {
      Categories: [{ Code: 'nowhere' }, { Code: 'packs' }],
      Cultures: [{ CultureCode: 'xx-XX', Name: 'X' }],
      Family: { Code: 'fam' },
      Variants: [
        {
          ManufacturerPartNo: 'FJ-LODGE-M',
          VariantParametrics: [
            { ParametricCode: 'p_shape', ValueList: { Code: 'A' } },
            { ParametricCode: 'p_size', ValueInteger: 3 },
            { ParametricCode: 'p_colour', ValueList: { Code: 'UNSEEN' } },
          ],
          Skus: [{ PartNo: '210455-M', Status: 1, Type: 1 }],
        },
      ],
    })
    const { job, log } = await importProducts([item], fields('ProductFieldsThatAreSet', 'Family'))
    expect(problems(log)).toEqual([
      '2 Culture with code xx-XX was not found.',
      '2 Category with code nowhere was not found.',
      '2 Product family with code fam was not found.',
      '2 Parametric with code p_shape was not found.',
      '2 Parametric p_size needs ValueList.',
      '2 List value UNSEEN of parametric p_colour was not found.',
    ])
    expect(job).toMatchObject({ StatusId: 2, Fail: 0 })
    expect(sku('210455-M')?.Cluster.Categories).toEqual(['packs'])
  })
})

describe('full file', () => {
  test('takes absent variants out of the cluster', async () => {
    client = await startTestNorce()
    await importProducts([jacket(['S', 'M', 'L'])])
    await importProducts([jacket(['M'])], { FullFile: true })
    expect(sku('210455-M')?.Cluster).toMatchObject({ Code: '210455', PartNos: ['210455-M'] })
    expect(sku('210455-L')?.Cluster).toMatchObject({ Code: null, PartNos: ['210455-L'] })
    expect(sku('210455-L')?.StatusId).toBe(2)
  })

  test('by the older reading it inactivates absent products', async () => {
    client = await startTestNorce({ switches: { productFullFile: 'inactivate' } })
    await importProducts([jacket(['S', 'M'])])
    await importProducts([jacket(['M'])], { FullFile: true })
    expect([sku('210455-M')?.StatusId, sku('210455-S')?.StatusId]).toEqual([2, 5])
    expect(sku('210455-S')?.Cluster.Code).toBe('210455')
  })

  test('needs a Code', async () => {
    client = await startTestNorce()
    const { log } = await importProducts([jacket(['M'], { Code: undefined })], { FullFile: true })
    expect(problems(log)).toEqual([expect.stringContaining('3 Code is required when FullFile is set')])
  })
})

describe('the price of a product import', () => {
  test('goes along as StandardPrice; an unknown list is a warning', async () => {
    client = await startTestNorce()
    const header = {
      ...fields('SkuFieldsThatAreSet', 'StandardPrice', 'VatRate'),
      SkuPriceListFieldsThatAreSet: ['PriceSale', 'IsActive'],
    }
    const priced = (PriceListCode: string) =>
      jacket(['M'], {
        Variants: [
          {
            ManufacturerPartNo: 'FJ-LODGE-M',
            Skus: [
              {
                PartNo: '210455-M',
                Status: 1,
                Type: 1,
                StandardPrice: { PartNo: '210455-M', PriceListCode, PriceSale: 79.5, IsActive: true },
                VatRates: [{ SalesArea: 'UnitedKingdom', Rate: 20 }],
              },
            ],
          },
        ],
      })
    const { log } = await importProducts([priced('UK-WEB')], header)
    expect(problems(log)).toEqual([])
    expect(sku('210455-M')).toMatchObject({
      VatRates: { 5: 20 },
      Prices: [{ PriceListCode: 'UK-WEB', QuantityBreak: 1, PriceSale: 79.5, IsActive: true }],
    })
    const again = await importProducts([priced('NO-SUCH')], header)
    expect(problems(again.log)).toEqual(['2 Price list with code NO-SUCH was not found.'])
    expect(again.job.StatusId).toBe(2)
  })
})
