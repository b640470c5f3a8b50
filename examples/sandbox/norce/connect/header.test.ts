import { describe, expect, test } from 'vitest'
import { type ImportName, parseImportHeader } from './header.ts'

const parse = (header: unknown, importName: ImportName = 'ImportSkuPriceLists') =>
  parseImportHeader(importName, typeof header === 'string' ? header : JSON.stringify(header))

describe('X-StormConnect-Header', () => {
  test('fields by number and by name mean the same', () => {
    const byNumber = parse({ AccountId: 71, SkuPriceListFieldsThatAreSet: [3, 6, 8, 10], SerializationType: 0 })
    const byName = parse({
      AccountId: 71,
      SkuPriceListFieldsThatAreSet: ['PriceSale', 'PriceRecommended', 'PriceCatalog', 'IsActive'],
    })
    expect(byNumber).toEqual(byName)
    expect(byName).toMatchObject({ accountId: 71, fullFile: false })
    expect([...byName.fields.SkuPriceListFieldsThatAreSet]).toHaveLength(4)
  })

  test('a list that is null or absent names nothing', () => {
    expect(parse({ AccountId: 71, SkuPriceListFieldsThatAreSet: null }).fields.SkuPriceListFieldsThatAreSet.size).toBe(
      0,
    )
  })

  test.each([
    [undefined, 'missing or could not be deserialized'],
    ['', 'missing or could not be deserialized'],
    ['{"AccountId":', 'missing or could not be deserialized'],
    ['[1]', 'missing or could not be deserialized'],
    ['<Header/>', 'XML is not supported by the sandbox'],
    ['{}', 'AccountId is required'],
    ['{"AccountId":"71"}', 'AccountId must be an integer'],
    ['{"AccountId":71,"accountId":71}', "'accountId' is no property"],
    ['{"AccountId":71,"SkuOnhandFieldsThatAreSet":[]}', "'SkuOnhandFieldsThatAreSet' is no property"],
    ['{"AccountId":71,"SkuPriceListFieldsThatAreSet":["pricesale"]}', '"pricesale" is no value'],
    ['{"AccountId":71,"SkuPriceListFieldsThatAreSet":[1]}', '1 is no value'],
    ['{"AccountId":71,"SkuPriceListFieldsThatAreSet":"PriceSale"}', 'must be an array'],
    ['{"AccountId":71,"FullFile":"false"}', 'FullFile must be true or false'],
    ['{"AccountId":71,"SerializationType":1}', 'XML'],
    ['{"AccountId":71,"StorageName":"a.json"}', 'not supported by the sandbox'],
    [
      '{"AccountId":71,"SkuPriceListFieldsThatAreSet":[6],"IgnoreSkuPriceListFieldsWhenEmpty":[3]}',
      'PriceSale is in IgnoreSkuPriceListFieldsWhenEmpty but not in',
    ],
  ])('refuses %s', (header, message) => {
    expect(() => parseImportHeader('ImportSkuPriceLists', header)).toThrow(message)
  })

  test('price lists have no full file', () => {
    expect(() => parse({ AccountId: 71, FullFile: false }, 'ImportPriceLists')).toThrow("'FullFile' is no property")
  })
})
