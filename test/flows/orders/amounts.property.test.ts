import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadProject } from '../../../engine/config/load-project.ts'
import { assemble } from '../../../engine/pipeline/assemble.ts'
import type { SteppedMapping } from '../../../engine/pipeline/compiled-mapping.ts'
import { noLinks } from '../../../engine/pipeline/map/link-functions.ts'
import { recordVariables } from '../../../engine/pipeline/map/map-record.ts'
import { RecordFailure } from '../../../engine/pipeline/map/outcome.ts'
import { createGivenWorld } from '../../../engine/pipeline/steps/given-world.ts'
import { prepareSteps } from '../../../engine/pipeline/steps/prepare.ts'
import { runRecordSteps } from '../../../engine/pipeline/steps/run-record.ts'

/**
 * Random orders through the shipped mapping, without network. What is expected is counted here in whole ten-thousandths
 * with BigInt, and compared digit by digit: a floating point number anywhere on the way would show.
 */

/** How an amount, in so many parts of a ten-thousandth, is rounded to the unit of its currency: half away from zero. */
function rounded(amount: bigint, places: number, parts = 1n): bigint {
  const unit = 10n ** BigInt(4 - places) * parts
  const sign = amount < 0n ? -1n : 1n
  return (sign * (sign * amount * 2n + unit)) / (unit * 2n)
}

/** Ten-thousandths, or units of a currency, as the shortest decimal number: what JSON of the shop says. */
function numberOf(value: bigint, places: number): number {
  const digits = String(value < 0n ? -value : value).padStart(places + 1, '0')
  const at = digits.length - places
  return Number(`${value < 0n ? '-' : ''}${digits.slice(0, at)}.${digits.slice(at)}0`)
}

/** Units of the currency that a decimal text says, exactly. */
function unitsOf(text: unknown, places: number): bigint {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(text))
  if (!match) throw new Error(`${String(text)} is no decimal text.`)
  const [, sign, whole = '', fraction = ''] = match
  if (/[^0]/.test(fraction.slice(places))) throw new Error(`${String(text)} has more than ${places} decimals.`)
  const units = BigInt(whole + fraction.slice(0, places).padEnd(places, '0'))
  return sign === '-' ? -units : units
}

interface Line {
  readonly type: string
  /** Ten-thousandths. */
  readonly price: bigint
  readonly original: bigint
  readonly rate: number
  readonly vat: bigint
  readonly quantity: bigint
}

interface Sale {
  readonly currency: 'GBP' | 'SEK' | 'JPY'
  readonly places: number
  readonly lines: readonly Line[]
  /** Beside the rows. */
  readonly fees: readonly { readonly amount: bigint; readonly rate: number }[]
  /** Off the whole order. */
  readonly discount: bigint
  readonly giftCard: number
  /** What the payments are beside what the rows come to, in units of the currency. */
  readonly off: bigint
  readonly pays: boolean
}

/** A rate in ten-thousandths of a price: 25 % of 1.2345 at so many decimals of VAT. */
function vatOf(price: bigint, rate: number, decimals: number): bigint {
  const exact = price * BigInt(rate * 10)
  const unit = 1000n * 10n ** BigInt(4 - decimals)
  return ((exact * 2n + unit) / (unit * 2n)) * 10n ** BigInt(4 - decimals)
}

const rates = { GBP: [20, 5, 0], SEK: [25, 12, 6, 0], JPY: [10, 0] } as const
const markets = { GBP: 1301, SEK: 1303, JPY: 1304 } as const
const countries = { GBP: 'GB', SEK: 'SE', JPY: 'JP' } as const

const sales: fc.Arbitrary<Sale> = fc
  .record({
    currency: fc.constantFrom('GBP' as const, 'SEK' as const, 'JPY' as const),
    vatDecimals: fc.constantFrom(2, 4),
  })
  .chain(({ currency, vatDecimals }) => {
    const rate = fc.constantFrom(...rates[currency])
    const price = fc.oneof(
      fc.bigInt(1n, 9_999_999n),
      fc.constantFrom(0n, 2800n, 16_250n, 1n, 99_999n),
      fc.bigInt(1n, 999_999_999n),
    )
    const line = fc
      .record({
        type: fc.constantFrom('ErpStandard', 'ErpStandard', 'Service', 'Freight', 'Invoice'),
        price,
        reduced: fc.option(fc.bigInt(1n, 1_000_000n), { freq: 3, nil: 0n }),
        rate,
        quantity: fc.oneof(fc.bigInt(1n, 4n), fc.bigInt(1n, 1000n), fc.constant(1000n)),
      })
      .map(
        ({ type, price: unit, reduced, rate: percent, quantity }): Line => ({
          type,
          price: unit,
          original: unit + reduced,
          rate: percent,
          vat: vatOf(unit, percent, vatDecimals),
          quantity: type === 'Freight' || type === 'Invoice' ? 1n : quantity,
        }),
      )
    const giftCard = fc.bigInt(1n, 9_999n).map(
      (units): Line => ({
        type: 'GiftCertificate',
        price: units * 10_000n,
        original: units * 10_000n,
        rate: 0,
        vat: 0n,
        quantity: 1n,
      }),
    )
    return fc.record({
      currency: fc.constant(currency),
      places: fc.constant(currency === 'JPY' ? 0 : 2),
      lines: fc.array(fc.oneof({ arbitrary: line, weight: 9 }, { arbitrary: giftCard, weight: 1 }), {
        minLength: 1,
        maxLength: 12,
      }),
      fees: fc.array(fc.record({ amount: fc.bigInt(0n, 999_999n), rate }), { maxLength: 2 }),
      discount: fc.oneof(fc.constant(0n), fc.bigInt(1n, 50_000n)),
      giftCard: fc.double({ min: 0, max: 0.9, noNaN: true }),
      off: fc.oneof(fc.constant(0n), fc.bigInt(-5n, 5n), fc.constantFrom(5n, -5n, 6n, -6n), fc.bigInt(-40n, 40n)),
      // Invoice customers pay later.
      pays: fc.constantFrom(true, true, true, false),
    })
  })

interface Variant {
  readonly promotions: 'net' | 'row'
  readonly orderDiscounts: 'included' | 'share'
  readonly feesBesideRows: 'add' | 'ignore'
}

const variants: readonly Variant[] = [
  { promotions: 'net', orderDiscounts: 'included', feesBesideRows: 'add' },
  { promotions: 'row', orderDiscounts: 'included', feesBesideRows: 'add' },
  { promotions: 'net', orderDiscounts: 'share', feesBesideRows: 'ignore' },
  { promotions: 'row', orderDiscounts: 'share', feesBesideRows: 'add' },
]

const compiled = new Map<Variant, SteppedMapping>()
beforeAll(async () => {
  const file = fileURLToPath(new URL('../../../examples/shop/syncline.yaml', import.meta.url))
  const { project } = await loadProject({ file, environment: {}, mode: 'validate' })
  if (!project) throw new Error('The ready project does not load.')
  for (const options of variants) {
    const assembly = assemble(
      { ...project, options: { ...project.options, ...options } },
      { names: new Set(['orders']) },
    )
    assembly.bind({ rowsOf: async () => [], links: noLinks })
    compiled.set(options, assembly.mappings.get('orders') as SteppedMapping)
  }
})

/** What the rows of the order come to, in units of the currency: each row, fee and discount is rounded by itself. */
function sumOf({ lines, fees, discount, places }: Sale, { orderDiscounts, feesBesideRows }: Variant): bigint {
  const rows = lines.reduce((sum, { price, vat, quantity }) => sum + rounded((price + vat) * quantity, places), 0n)
  const added =
    feesBesideRows === 'add'
      ? fees.reduce(
          (sum, { amount, rate }) => sum + rounded(amount, places) + rounded(amount * BigInt(rate * 10), places, 1000n),
          0n,
        )
      : 0n
  return rows + added - (orderDiscounts === 'share' ? rounded(discount, places) : 0n)
}

/** The order as the shop pushes it; gift card and card pay what it comes to, or somewhat more or less. */
function pushed(sale: Sale, paid: bigint): Readonly<Record<string, unknown>> {
  const { currency, places, lines, fees, discount } = sale
  const giftCard = BigInt(Math.floor(Number(paid) * sale.giftCard))
  return {
    ClientOrderRef: '554871',
    SubmitDate: '2026-03-19T09:44:48.613',
    CurrencyCode: currency,
    Header: { ApplicationId: markets[currency] },
    SellTo: {
      Person: {
        FirstName: 'Maja',
        LastName: 'Lind',
        Email: 'maja.lind@example.com',
        Address: { Line1: 'Road 1', City: 'Leeds', ZipCode: '1', Country: countries[currency] },
      },
    },
    ShippingAdvice: { DeliveryMethodCode: 'STANDARD' },
    Discounts: discount > 0n ? [{ Code: 'OFF', Amount: numberOf(discount, 4) }] : [],
    Fees: fees.map(({ amount, rate }) => ({ Type: 0, Amount: numberOf(amount, 4), VatRate: rate, Description: 'Fee' })),
    Payments: [
      ...(giftCard > 0n
        ? [
            {
              PaymentMethodCode: 'GIFTCARD',
              PaymentRef: 'g',
              Amount: numberOf(giftCard, places),
              CurrencyCode: currency,
            },
          ]
        : []),
      ...(paid - giftCard > 0n
        ? [
            {
              PaymentMethodCode: 'CARD',
              PaymentRef: 'c',
              Amount: numberOf(paid - giftCard, places),
              CurrencyCode: currency,
            },
          ]
        : []),
    ],
    Items: lines.map(({ type, price, original, rate, vat, quantity }, index) => ({
      LineNo: index + 1,
      Type: type,
      PartNo: `P${index + 1}`,
      Description: `Row ${index + 1}`,
      UnitPrice: numberOf(price, 4),
      UnitPriceOriginal: numberOf(original, 4),
      UnitVat: numberOf(vat, 4),
      VatRate: rate,
      Quantity: Number(quantity),
      Quantity2: Number(quantity),
    })),
  }
}

interface Row {
  readonly externalRef: string
  readonly quantity: string
  readonly net: string
  readonly tax: string
}

interface Outcome {
  readonly rows?: readonly Row[]
  readonly receipts?: readonly unknown[]
  readonly code?: string
  readonly message?: string
}

async function outcomeOf(mapping: SteppedMapping, raw: Readonly<Record<string, unknown>>): Promise<Outcome> {
  const { value, problems } = mapping.from.entity.reader(raw)
  expect(problems).toEqual([])
  const items = raw.Items as readonly { readonly PartNo: string }[]
  const product = items.map(({ PartNo }, index) => ({ productId: 2001 + index, SKU: PartNo }))
  const variables = recordVariables(mapping, value, { product }, '2026-03-20T00:00:00.000Z')
  try {
    const prepared = await prepareSteps(mapping, value, variables)
    const { steps, failure } = await runRecordSteps(
      mapping.steps,
      { sourceKey: '554871', value, variables: prepared.variables, isPersonal: () => false },
      createGivenWorld({}),
    )
    if (failure) return { code: failure.code, message: failure.message }
    const sent = (name: string) =>
      steps.find(({ step }) => step === name)?.items.flatMap(({ draft }) => (draft ? [draft.fields] : [])) ?? []
    return {
      rows: sent('order')[0]?.rows as readonly Row[],
      receipts: sent('receipt').map(({ amountPaid }) => amountPaid),
    }
  } catch (error) {
    if (error instanceof RecordFailure) return { code: error.code, message: error.message }
    throw error
  }
}

const threshold = 5n

describe('amounts of an order', () => {
  it.each(variants)(
    'come out to the last minor unit, or the order fails with both ($promotions, $orderDiscounts)',
    async (variant) => {
      const mapping = compiled.get(variant) as SteppedMapping
      await fc.assert(
        fc.asyncProperty(sales, async (sale) => {
          const { places, pays } = sale
          const sum = sumOf(sale, variant)
          const paid = pays && sum + sale.off > 0n ? sum + sale.off : 0n
          const { rows, receipts, code, message } = await outcomeOf(mapping, pushed(sale, paid))
          const difference = paid > 0n ? paid - sum : 0n
          if (difference > threshold || difference < -threshold) {
            expect(code).toBe('total-differs')
            const text = (units: bigint): string => numberOf(units, places).toFixed(places)
            expect(message).toContain(`${text(sum)} ${sale.currency}`)
            expect(message).toContain(text(paid))
            return
          }
          expect({ code, message }).toEqual({ code: undefined, message: undefined })
          const amounts = (rows ?? []).map(({ externalRef, net, tax }) => ({
            externalRef,
            net: unitsOf(net, places),
            tax: unitsOf(tax, places),
          }))
          const written = amounts.reduce((total, { net, tax }) => total + net + tax, 0n)
          // Where there are payments they are the proof; without any the rows are.
          expect(written).toBe(paid > 0n ? paid : sum)
          const roundings = amounts.filter(({ externalRef }) => externalRef === 'rounding')
          expect(roundings.map(({ net, tax }) => [net, tax])).toEqual(difference === 0n ? [] : [[difference, 0n]])
          // The shop's VAT of each row counts, also where the rate would give another.
          for (const [index, { vat, price, original, quantity, type }] of sale.lines.entries()) {
            if (variant.orderDiscounts === 'share' && sale.discount > 0n) break
            if (variant.promotions === 'row' && original > price) continue
            const row = amounts.find(({ externalRef }) => externalRef === String(index + 1))
            expect([type, row?.tax]).toEqual([type, rounded(vat * quantity, places)])
          }
          const received = (receipts ?? []).reduce((total: bigint, amount) => total + unitsOf(amount, places), 0n)
          expect(received).toBe(BigInt(Math.floor(Number(paid) * sale.giftCard)))
        }),
        { numRuns: 60 },
      )
    },
  )
})
