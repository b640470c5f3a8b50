import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { handMade } from './hand-made.ts'
import { referenceData } from './reference-data.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

test('the README lists the ids that tables name', () => {
  const rows = [
    ...referenceData.brands.map(({ id, name }) => `| ${id} | ${name} |`),
    ...referenceData.categories.map(
      ({ id, name, parentId, active }) => `| ${id} | ${name} | ${active ? parentId || '' : '(inactive) '}`,
    ),
    ...referenceData.options.map(({ id, name }) => `| ${id} | ${name} |`),
    ...referenceData.priceLists.map(
      ({ id, code, name, currencyCode, kind, gross }) =>
        `| ${id} | ${code} | ${name} | ${currencyCode} | ${kind} | ${gross ? 'yes' : 'no'} |`,
    ),
    ...referenceData.warehouses.map(({ id, name, defaultLocationId }) => `| ${id} | ${name} | ${defaultLocationId} |`),
    ...referenceData.taxCodes.map(({ id, code, rate = 'none' }) => `| ${id} | ${code} | ${rate} |`),
    ...referenceData.currencies.map(({ id, code, decimals }) => `| ${id} | ${code} | ${decimals} |`),
    ...referenceData.channels.map(({ id, name }) => `| ${id} | ${name} |`),
    ...referenceData.customFields.map(({ id, code, type }) => `| ${id} | ${code} | ${type} |`),
  ]
  for (const row of rows) expect(readme).toContain(row.trim())
  for (const { values } of referenceData.options) {
    for (const { id, name } of values) expect(readme).toContain(`${id} ${name}`)
  }
})

test('the README lists the SKUs of the first forty products', () => {
  const grouped = (sku: string) => /^(TJ|FT)-/.test(sku)
  for (const { product } of handMade) {
    if (product.sku.trim() !== '' && !grouped(product.sku)) expect(readme).toContain(`\`${product.sku}\``)
  }
})
