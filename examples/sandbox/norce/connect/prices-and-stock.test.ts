import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  jacket,
  ONHAND_HEADER,
  PRICE_HEADER,
  PRODUCT_HEADER,
  problems,
  startTestNorce,
  type TestNorce,
} from '../test-client.ts'
import { roundToFour } from './import-prices.ts'

let client: TestNorce

beforeEach(async () => {
  client = await startTestNorce()
  client.norce.state.importNow('ImportProducts', PRODUCT_HEADER, [jacket(['S', 'M', 'L'])])
})

afterEach(() => client.norce.stop())

const prices = (partNo = '210455-M') => client.norce.state.sku(partNo)?.Prices
const places = (partNo = '210455-M') => client.norce.state.sku(partNo)?.OnHands
const price = (changes: Record<string, unknown> = {}) => ({
  PartNo: '210455-M',
  PriceListCode: 'UK-WEB',
  QuantityBreak: 1,
  CurrencyCode: 'GBP',
  PriceSale: 99.5,
  PriceRecommended: 120,
  IsActive: true,
  ...changes,
})
const onHand = (changes: Record<string, unknown> = {}) => ({
  PartNo: '210455-M',
  WarehouseCode: 'CW1',
  LocationCode: 'MAIN',
  OnhandValue: 42,
  LeadTimeDayCount: 2,
  ...changes,
})
const importPrices = (items: readonly unknown[], header: Record<string, unknown> = {}) =>
  client.run('ImportSkuPriceLists', { ...PRICE_HEADER, ...header }, items)
const importOnhands = (items: readonly unknown[], header: Record<string, unknown> = {}) =>
  client.run('ImportOnhands', { ...ONHAND_HEADER, ...header }, items)

describe('ImportSkuPriceLists', () => {
  test('a row per part number, list and quantity break', async () => {
    const { job, log } = await importPrices([price(), price({ QuantityBreak: 10, PriceSale: 89 })])
    expect(problems(log)).toEqual([])
    expect(job).toMatchObject({ StatusId: 2, Totals: 2, Inserts: 2, Updates: 0, Fail: 0 })
    expect(prices()).toMatchObject([
      { PriceListCode: 'UK-WEB', QuantityBreak: 1, CurrencyCode: 'GBP', PriceSale: 99.5, PriceRecommended: 120 },
      { PriceListCode: 'UK-WEB', QuantityBreak: 10, PriceSale: 89, IsActive: true, Writes: 1 },
    ])
  })

  test('null and 0 do not overwrite, also where the field is named and absent', async () => {
    await importPrices([price()])
    await importPrices([price({ PriceSale: 0, PriceRecommended: null })])
    await importPrices([price({ PriceSale: undefined, PriceRecommended: undefined })])
    expect(prices()).toMatchObject([{ PriceSale: 99.5, PriceRecommended: 120, IsActive: true }])
  })

  test('a named IsActive that the row lacks switches the price off', async () => {
    await importPrices([price()])
    await importPrices([price({ IsActive: undefined })])
    expect(prices()).toMatchObject([{ IsActive: false, PriceSale: 99.5 }])
  })

  test('a value whose field is not named is not written', async () => {
    await importPrices([price({ CostUnit: 50, PriceCatalog: 110 })])
    expect(prices()).toMatchObject([{ CostUnit: 0, PriceCatalog: null }])
  })

  test('a row is ignored when a field of IgnoreWhenEmpty is empty', async () => {
    await importPrices([price()])
    const header = { IgnoreSkuPriceListFieldsWhenEmpty: ['PriceSale'] }
    const { job, log } = await importPrices([price({ PriceSale: 0, IsActive: false })], header)
    expect(problems(log)).toEqual([])
    expect(job).toMatchObject({ StatusId: 2, Inserts: 0, Updates: 0, Fail: 0 })
    expect(prices()).toMatchObject([{ IsActive: true }])
  })

  test('unknown part numbers and lists, and another currency, are ignored with an entry each', async () => {
    const { job, log } = await importPrices([
      price({ PartNo: 'NO-SUCH' }),
      price({ PriceListCode: 'SE-XX' }),
      price({ CurrencyCode: 'SEK' }),
      price({ PartNo: '210455-L' }),
    ])
    expect(problems(log)).toEqual([
      '3 Sku with part number NO-SUCH was not found.',
      '3 Price list with code SE-XX was not found.',
      '3 Currency SEK is not the currency GBP of price list UK-WEB.',
    ])
    expect(JSON.parse(log.find((row) => row.SeverityId === 3)?.ImportedRow ?? '')).toMatchObject({ PartNo: 'NO-SUCH' })
    expect(job).toMatchObject({ StatusId: 2, Totals: 4, Inserts: 1, Fail: 3 })
  })

  test('the entries can be missing altogether, or be warnings, or be cut', async () => {
    client.norce.setSwitches({ ignoredRows: 'silent' })
    const silent = await importPrices([price({ PartNo: 'NO-SUCH' })])
    expect([problems(silent.log), silent.job.Fail, silent.job.StatusId]).toEqual([[], 0, 2])
    client.norce.setSwitches({ ignoredRows: 'warning', importedRowLength: 12 })
    const warned = await importPrices([price({ PartNo: 'NO-SUCH' })])
    expect([problems(warned.log), warned.job.Fail]).toEqual([['2 Sku with part number NO-SUCH was not found.'], 0])
    expect(warned.log[1]?.ImportedRow).toBe('{"PartNo":"N')
  })

  test('when every row failed the job failed', async () => {
    const { job } = await importPrices([price({ PartNo: 'NO-SUCH' })])
    expect(job).toMatchObject({ StatusId: 3, IsFinished: true, Fail: 1 })
  })

  test('of two rows with one key the last is used, with a warning', async () => {
    const { job, log } = await importPrices([price({ PriceSale: 1 }), price({ PriceSale: 2 })])
    expect(problems(log)).toEqual([expect.stringContaining('2 Duplicate row in the import: PartNo 210455-M')])
    expect(job).toMatchObject({ Inserts: 1, Fail: 0 })
    expect(prices()).toMatchObject([{ PriceSale: 2 }])
  })

  test('by the stricter reading one list holds one break per import', async () => {
    client.norce.setSwitches({ quantityBreaks: 'lastWins' })
    const { log } = await importPrices([price(), price({ QuantityBreak: 10, PriceSale: 89 })])
    expect(problems(log)).toEqual([expect.stringContaining('quantity break 1')])
    expect(prices()).toMatchObject([{ QuantityBreak: 10 }])
  })

  test('full file deactivates what is absent on the lists that are present', async () => {
    await importPrices([
      price(),
      price({ QuantityBreak: 10 }),
      price({ PartNo: '210455-L' }),
      price({ PriceListCode: 'UK-TRADE' }),
    ])
    const { job } = await importPrices([price()], { FullFile: true })
    expect(job).toMatchObject({ Updates: 3, Inserts: 0 })
    expect(prices()?.map((row) => [row.PriceListCode, row.QuantityBreak, row.IsActive])).toEqual([
      ['UK-WEB', 1, true],
      ['UK-WEB', 10, false],
      ['UK-TRADE', 1, true],
    ])
    expect(prices('210455-L')).toMatchObject([{ IsActive: false }])
  })

  test('full file leaves a price alone whose row is there but ignored or rejected', async () => {
    await importPrices([price(), price({ PartNo: '210455-L' })])
    await importPrices([price({ PriceSale: 0 }), price({ PartNo: '210455-L', CurrencyCode: 'SEK' })], {
      FullFile: true,
      IgnoreSkuPriceListFieldsWhenEmpty: ['PriceSale'],
    })
    expect([prices()?.[0]?.IsActive, prices('210455-L')?.[0]?.IsActive]).toEqual([true, true])
  })

  test('two full files for one list deactivate each other', async () => {
    await importPrices([price()], { FullFile: true })
    await importPrices([price({ PartNo: '210455-L' })], { FullFile: true })
    expect([prices()?.[0]?.IsActive, prices('210455-L')?.[0]?.IsActive]).toEqual([false, true])
  })

  test.each([
    [1.00005, 1.0001],
    [0.28, 0.28],
    [1.005, 1.005],
    [-2.00005, -2.0001],
    [1e-7, 0],
    [1e22, 1e22],
  ])('%d has four decimals as %d', (value, rounded) => {
    expect(roundToFour(value)).toBe(rounded)
  })
})

describe('ImportOnhands', () => {
  test('a row per part number, warehouse and location, with absolute values', async () => {
    await importOnhands([onHand(), onHand({ WarehouseCode: 'STORE', OnhandValue: 0 })])
    const { job } = await importOnhands([onHand({ OnhandValue: 7 })])
    expect(job).toMatchObject({ Inserts: 0, Updates: 1 })
    expect(places()).toMatchObject([
      { WarehouseCode: 'CW1', LocationCode: 'MAIN', OnhandValue: 7, LeadTimeDayCount: 2, Writes: 2 },
      { WarehouseCode: 'STORE', LocationCode: 'MAIN', OnhandValue: 0, IsActive: true },
    ])
  })

  test('a named field that the row lacks destroys what was there', async () => {
    await importOnhands([onHand()])
    await importOnhands([onHand({ OnhandValue: undefined, LeadTimeDayCount: undefined })])
    expect(places()).toMatchObject([{ OnhandValue: 0, LeadTimeDayCount: null }])
  })

  test('a named IsActive that the row lacks switches the record off', async () => {
    await importOnhands([onHand()])
    await importOnhands([onHand()], { SkuOnhandFieldsThatAreSet: ['OnhandValue', 'IsActive'] })
    expect(places()).toMatchObject([{ OnhandValue: 42, IsActive: false }])
  })

  test('"checked" moves also when the value did not change, Updated does not', async () => {
    const path = "Products/ProductSkuOnHands?$filter=PartNo eq '210455-M'"
    await importOnhands([onHand()])
    const [before] = await client.rows(path)
    await importOnhands([onHand()])
    const [after] = await client.rows(path)
    expect(after?.OnHandLastChecked).not.toBe(before?.OnHandLastChecked)
    expect([after?.OnHandLastUpdated, after?.Updated]).toEqual([before?.OnHandLastUpdated, null])
  })

  test('unknown part numbers and places are ignored', async () => {
    const { log } = await importOnhands([
      onHand({ PartNo: '210455-m' }),
      onHand({ WarehouseCode: 'CW9' }),
      onHand({ WarehouseCode: 'STORE', LocationCode: 'OVERFLOW' }),
    ])
    expect(problems(log)).toEqual([
      '3 Sku with part number 210455-m was not found.',
      '3 Warehouse with code CW9 was not found.',
      '3 Location with code OVERFLOW was not found in warehouse STORE.',
    ])
  })

  test('full file deactivates what is absent at the places that are present', async () => {
    await importOnhands([
      onHand(),
      onHand({ PartNo: '210455-L' }),
      onHand({ PartNo: '210455-L', LocationCode: 'OVERFLOW' }),
    ])
    await importOnhands([onHand()], { FullFile: true })
    expect(places('210455-L')?.map((row) => [row.LocationCode, row.IsActive])).toEqual([
      ['MAIN', false],
      ['OVERFLOW', true],
    ])
    await importOnhands([onHand({ PartNo: '210455-L' })])
    expect(places('210455-L')?.[0]).toMatchObject({ IsActive: false, OnhandValue: 42 })
    await importOnhands([onHand({ PartNo: '210455-L', IsActive: true })], {
      SkuOnhandFieldsThatAreSet: ['OnhandValue', 'IsActive'],
    })
    expect(places('210455-L')?.[0]).toMatchObject({ IsActive: true, LeadTimeDayCount: 2 })
  })
})

describe('ImportPriceLists', () => {
  const header = {
    PriceListFieldsThatAreSet: ['Name', 'CurrencyCode', 'IsPublic', 'StartDate', 'Warehouses'],
    WarehouseFieldsThatAreSet: ['Name', 'Type'],
    WarehouseLocationFieldsThatAreSet: ['Name'],
  }
  const spring = (changes: Record<string, unknown> = {}) => ({
    Code: 'SE-SPRING26',
    Name: 'SE spring campaign',
    CurrencyCode: 'SEK',
    StartDate: '2026-03-20T00:00:00',
    IsPublic: true,
    Warehouses: [{ Code: 'CW2', Type: 'Store', Name: 'Second', Locations: [{ Code: 'A', Name: 'Aisle A' }] }],
    ...changes,
  })

  test('makes the list, its warehouses and their locations', async () => {
    const { job, log } = await client.run('ImportPriceLists', header, [spring()])
    expect(problems(log)).toEqual([])
    expect(job).toMatchObject({ StatusId: 2, Inserts: 3 })
    const [list] = await client.rows("Application/ClientPriceLists?$filter=Agreement eq 'SE-SPRING26'")
    expect(list).toMatchObject({ Name: 'SE spring campaign', CurrencyId: 3, StartDate: '2026-03-20T00:00:00Z' })
    expect(
      await client.rows(`Application/ApplicationPriceLists?$filter=PriceListId eq ${list?.PriceListId}`),
    ).toHaveLength(1)
    expect(await client.rows("Application/ClientWarehouses?$filter=Code eq 'CW2'&$expand=Locations")).toMatchObject([
      { TypeId: 2, Name: 'Second', Locations: [{ Code: 'A', Name: 'Aisle A', IsStandard: true }] },
    ])
    const { log: priceLog } = await importPrices([price({ PriceListCode: 'SE-SPRING26', CurrencyCode: 'SEK' })])
    expect(problems(priceLog)).toEqual([])
    const stock = await importOnhands([onHand({ WarehouseCode: 'CW2', LocationCode: 'A' })])
    expect(problems(stock.log)).toEqual([])
  })

  test('the currency of a list is fixed; a new list needs a name and a known currency', async () => {
    await client.run('ImportPriceLists', header, [spring()])
    const { log } = await client.run('ImportPriceLists', header, [
      spring({ CurrencyCode: 'EUR', Name: 'Spring' }),
      spring({ Code: 'A', Name: undefined }),
      spring({ Code: 'B', CurrencyCode: 'XXX' }),
    ])
    expect(problems(log)).toEqual([
      '2 Price list SE-SPRING26 is in SEK; its currency cannot be changed to EUR.',
      expect.stringContaining('3 Price list A cannot be created'),
      '3 Currency with code XXX was not found.',
    ])
    expect(await client.rows("Application/ClientPriceLists?$filter=Agreement eq 'SE-SPRING26'")).toMatchObject([
      { Name: 'Spring', CurrencyId: 3 },
    ])
  })

  test('can leave the list out of the application', async () => {
    const fields = [...header.PriceListFieldsThatAreSet, 'DoNotCreateApplicationPriceList']
    await client.run('ImportPriceLists', { ...header, PriceListFieldsThatAreSet: fields }, [spring()])
    const [list] = await client.rows("Application/ClientPriceLists?$filter=Agreement eq 'SE-SPRING26'")
    expect(await client.rows(`Application/ApplicationPriceLists?$filter=PriceListId eq ${list?.PriceListId}`)).toEqual(
      [],
    )
  })
})
