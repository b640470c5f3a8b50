import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Shop, startShop } from '../../support/sandbox.ts'

/** Cases 1 to 18 of the test set of orders: what the back office holds in the end. One run takes them all. */
let at: Shop
const refs = new Map<string, string>()
let failed: Readonly<Record<string, number>> = {}

const guest = (name: string) => ({
  email: `${name}@example.com`,
  firstName: 'Maja',
  lastName: 'Lind',
  cellPhone: '+46701234567',
})

const orders: Readonly<Record<string, Record<string, unknown>>> = {
  '1 card': { customer: guest('one'), items: [{ partNo: 'TJ-MOS-S', price: 75 }], payments: [{ method: 'CARD' }] },
  '2 mixed rates': {
    customer: guest('two'),
    items: [
      ...['TJ-MOS-S', 'TJ-MOS-M', 'TJ-MOS-L', 'HL-300', 'STOVE-1', 'FLASK-1', 'CUP-1', 'BOOK-1'].map(
        (partNo, index) => ({
          partNo,
          price: Number((10.1234 + index * 3.3331).toFixed(4)),
          quantity: 1 + (index % 3),
          vatRate: [20, 5, 0][index % 3],
        }),
      ),
    ],
    freight: 4.1667,
    payments: [{ method: 'CARD' }],
  },
  '3 divides badly': {
    customer: guest('three'),
    items: [
      { partNo: 'HL-300', grossPrice: 1.95 },
      { partNo: 'SCREW-1', price: 0.28, quantity: 1000 },
    ],
    payments: [{ method: 'CARD' }],
  },
  '4 promotions': {
    customer: guest('four'),
    items: [
      { partNo: 'TJ-MOS-S', price: 80, quantity: 2 },
      { partNo: 'STOVE-1', price: 65.83 },
    ],
    promotions: [
      { code: 'TEN', percent: 10 },
      { code: 'FIVER', amount: 5 },
      { code: 'GIFT', freeItem: 'BAT-AAA4' },
    ],
    payments: [{ method: 'CARD' }],
  },
  '5 free freight': {
    customer: guest('five'),
    items: [{ partNo: 'TJ-MOS-S', price: 75 }],
    freight: 0,
    payments: [{ method: 'CARD' }],
  },
  '6 invoice fee': {
    customer: guest('six'),
    items: [{ partNo: 'TJ-MOS-S', price: 75 }],
    invoiceFee: 3,
    payments: [{ method: 'INVOICE' }],
  },
  '7 gift card bought': {
    customer: guest('seven'),
    items: [{ partNo: 'TJ-MOS-S', price: 75 }],
    giftCardBought: 50,
    payments: [{ method: 'CARD' }],
  },
  '8 gift card used': {
    customer: guest('eight'),
    items: [{ partNo: 'TJ-MOS-S', price: 75 }],
    giftCardUsed: 30,
    payments: [{ method: 'CARD' }],
  },
  '9 yen': {
    application: 'JP',
    customer: guest('nine'),
    items: [{ partNo: 'TJ-MOS-S', price: 8333.3333, quantity: 3 }],
    payments: [{ method: 'CARD' }],
  },
  '9 kronor': {
    application: 'SE',
    customer: guest('nine-se'),
    items: [{ partNo: 'TJ-MOS-S', price: 799.2 }],
    payments: [{ method: 'SWISH' }],
  },
  '10 export': {
    customer: guest('ten'),
    address: { line1: '1 Fjord', city: 'Oslo', zipCode: '0150', country: 'NO' },
    items: [{ partNo: 'TJ-MOS-S', price: 75 }],
    payments: [{ method: 'CARD' }],
  },
  '11 reverse charge': {
    application: 'EU',
    customer: guest('eleven'),
    company: { name: 'Berg Bygg AB', vatNo: 'SE556677889901' },
    address: { line1: 'Storgatan 14', city: 'Göteborg', zipCode: '41138', country: 'SE' },
    items: [{ partNo: 'TJ-MOS-S', price: 75 }],
    payments: [{ method: 'INVOICE' }],
  },
  '12 guest': { customer: guest('twelve'), items: [{ partNo: 'TJ-MOS-S', price: 75 }], payments: [{ method: 'CARD' }] },
  '13 company': {
    customer: guest('thirteen'),
    company: { name: 'Nordic Trade Ltd', vatNo: 'GB999999973' },
    customerOrderRef: 'PO-7788',
    items: [{ partNo: 'TJ-MOS-S', price: 75 }],
    payments: [{ method: 'INVOICE' }],
  },
  '14 no ship-to': {
    customer: guest('fourteen'),
    shipTo: null,
    billTo: { line1: 'Billing Road 9', city: 'Leeds', zipCode: 'LS1 4AP', country: 'GB' },
    items: [{ partNo: 'TJ-MOS-S', price: 75 }],
    payments: [{ method: 'CARD' }],
  },
  '15 long address': {
    customer: { email: 'fifteen@example.com', firstName: '山田', lastName: '太郎' },
    address: {
      careOf: 'The Right Honourable Society of Very Long Names and of those who Live at them',
      line1: `${'Llanfairpwllgwyngyll '.repeat(4)}Street 1`,
      line2: '二階',
      box: 'Box 12',
      city: 'Ñuñoa',
      zipCode: '1',
      country: 'GB',
    },
    items: [{ partNo: 'ВРВ-8', price: 41.58 }],
    payments: [{ method: 'CARD' }],
  },
  '15 unknown country': {
    customer: guest('fifteen-b'),
    address: { line1: '1 Nowhere', city: 'Nowhere', zipCode: '1', country: 'ZZ' },
    items: [{ partNo: 'TJ-MOS-S', price: 75 }],
    vat: 0,
    payments: [{ method: 'CARD' }],
  },
  '16 pick-up': {
    customer: guest('sixteen'),
    deliveryMethod: 'COLLECT',
    pickup: 'STORE',
    items: [{ partNo: 'TJ-MOS-S', price: 75 }],
    payments: [{ method: 'CARD' }],
  },
  '17 unknown SKU': {
    customer: guest('seventeen'),
    items: [{ partNo: 'NOBODY-KNOWS', price: 12.5 }],
    payments: [{ method: 'CARD' }],
  },
  '18 spaces': {
    customer: guest('eighteen'),
    items: [
      { partNo: 'MAP-N4', price: 9 },
      { partNo: 'map-n5', price: 9 },
    ],
    payments: [{ method: 'CARD' }],
  },
}

beforeAll(async () => {
  at = await startShop({ environment: { NORCE_APPLICATIONS: '1302,1303,1304' } })
  await at.run({ mappings: ['products'] })
  for (const [name, order] of Object.entries(orders)) refs.set(name, String(at.shop.shop.place(order).ref))
  failed = (await at.run({ mappings: ['orders'], atOnce: true })).of.orders?.failed ?? {}
})
afterAll(() => at.stop())

/** The one sales order of a case, and the shop's order. */
function both(name: string) {
  const ref = refs.get(name) as string
  const found = at.backOffice.staff.orders({ externalRef: ref })
  expect(found, name).toHaveLength(1)
  const order = found[0] as (typeof found)[0]
  const shop = at.shop.shop.order(Number(ref)) as NonNullable<ReturnType<typeof at.shop.shop.order>>
  return { order, shop }
}

const reasonOf = (name: string): string | undefined =>
  at.engine.store.deadLetters.get('orders', refs.get(name) as string)?.code

const money = (value: number, places = 2): string => value.toFixed(places)

describe('every order', () => {
  it('that the back office can take is there once, with the shop’s total, and the shop has its number', () => {
    for (const name of Object.keys(orders)) {
      if (name.startsWith('17') || name.startsWith('15 unknown')) continue
      const { order, shop } = both(name)
      expect(order.total.gross, name).toBe(money(shop.due))
      expect(order.currency, name).toBe(shop.currency)
      expect(shop.orderNo, name).toBe(String(order.id))
      expect(shop.status, name).toBe('Confirmed')
    }
    expect(at.backOffice.staff.account().twice.salesOrders).toEqual({})
    expect(failed).toEqual({ 'unknown-sku': 1, 'unknown-country': 1 })
  })
})

describe('what the back office holds of an order', () => {
  it('1: one row, card: the row, its account and tax, the buyer, the reservation', () => {
    const { order } = both('1 card')
    expect(order.rows).toMatchObject([
      {
        sku: 'TJ-MOS-S',
        quantity: '1',
        net: '75.00',
        tax: '15.00',
        taxCode: 'T20',
        nominalCode: '4000',
        externalRef: '1',
      },
    ])
    expect(order).toMatchObject({
      channelId: 3,
      priceListId: 2,
      warehouseId: 2,
      shippingMethodId: 1,
      status: { id: 18 },
    })
    expect(order.addresses.delivery).toMatchObject({
      email: 'one@example.com',
      mobileTelephone: '+46701234567',
      country: 'GB',
    })
    expect(order.reservation?.warehouseId).toBe(2)
    // Reserved at the provider: the receipt comes with the capture.
    expect(order.payments).toEqual([])
  })

  it('2: mixed VAT rates keep the code of each rate', () => {
    const { order } = both('2 mixed rates')
    expect(new Set(order.rows.filter(({ name }) => name !== 'Rounding').map(({ taxCode }) => taxCode))).toEqual(
      new Set(['T20', 'T5', 'T0']),
    )
    expect(order.rows.filter(({ nominalCode }) => nominalCode === '4000')).toHaveLength(8)
    expect(order.rows.filter(({ nominalCode }) => nominalCode === '4040')).toHaveLength(1)
  })

  it('3: a gross price that divides badly comes out to the penny', () => {
    const { order } = both('3 divides badly')
    const [lamp, screws] = order.rows
    expect(Number(lamp?.net) + Number(lamp?.tax)).toBeCloseTo(1.95, 10)
    expect(screws).toMatchObject({ quantity: '1000', net: '280.00', tax: '56.00' })
  })

  it('4: reductions are within the rows, their codes in the note, and a free item is a row at 0', () => {
    const { order } = both('4 promotions')
    expect(order.rows.some(({ net, quantity }) => Number(net) === 0 && quantity === '1')).toBe(true)
    for (const code of ['TEN', 'FIVER', 'GIFT']) expect(order.noteTexts.join(' ')).toContain(code)
  })

  it('5: free freight is a row at 0', () => {
    expect(both('5 free freight').order.rows.find(({ nominalCode }) => nominalCode === '4040')).toMatchObject({
      net: '0.00',
      tax: '0.00',
    })
  })

  it('6: an invoice fee has its account, and an invoice customer no receipt', () => {
    const { order } = both('6 invoice fee')
    expect(order.rows.find(({ nominalCode }) => nominalCode === '4050')).toMatchObject({ net: '3.00', tax: '0.60' })
    expect(order.payments).toEqual([])
  })

  it('7: a gift card that is bought is a liability without tax', () => {
    expect(both('7 gift card bought').order.rows.find(({ nominalCode }) => nominalCode === '2300')).toMatchObject({
      net: '50.00',
      tax: '0.00',
      taxCode: '-',
    })
  })

  it('8: a gift card that pays is a payment of its own', () => {
    const { order } = both('8 gift card used')
    expect(order.payments).toMatchObject([{ type: 'RECEIPT', method: 'GIFTCARD', amount: '30.00', currency: 'GBP' }])
  })

  it('9: a currency without minor units, and a direct payment in another one', () => {
    const yen = both('9 yen').order
    expect(yen.total.gross).toMatch(/^\d+\.00$/)
    expect(yen).toMatchObject({ currency: 'JPY', priceListId: 6 })
    const kronor = both('9 kronor')
    expect(kronor.order).toMatchObject({ currency: 'SEK', channelId: 4 })
    expect(kronor.order.payments).toMatchObject([
      { type: 'RECEIPT', method: 'WALLET', amount: money(kronor.shop.due), currency: 'SEK' },
    ])
  })

  it('10: an export has a tax code of its own', () => {
    const { order, shop } = both('10 export')
    expect(order.rows).toMatchObject([{ tax: '0.00', taxCode: 'TEX' }])
    expect(order.total).toMatchObject({ gross: money(shop.due) })
  })

  it('11: reverse charge has a tax code of its own, and the company is named', () => {
    const { order } = both('11 reverse charge')
    expect(order.rows).toMatchObject([{ tax: '0.00', taxCode: 'TRC' }])
    expect(order.addresses.customer.companyName).toBe('Berg Bygg AB')
  })

  it('12: the same guest again is the same contact', async () => {
    const first = both('12 guest').order
    const again = String(
      at.shop.shop.place({ ...orders['12 guest'], customer: { ...guest('x'), email: 'Twelve@Example.com' } }).ref,
    )
    refs.set('12 again', again)
    const report = await at.run({ mappings: ['orders'], atOnce: true })
    expect(report.of.orders).toMatchObject({ created: 1 })
    expect(both('12 again').order.contactId).toBe(first.contactId)
    expect(at.backOffice.staff.contacts({ email: 'twelve@example.com' })).toHaveLength(1)
  })

  it('13: a company is booked with its number, and its purchase order number is the reference', () => {
    const { order } = both('13 company')
    expect(order).toMatchObject({ ref: 'PO-7788' })
    const [contact] = at.backOffice.staff.contacts({ email: 'thirteen@example.com' })
    expect(contact).toMatchObject({ id: order.contactId, organisationName: 'Nordic Trade Ltd' })
  })

  it('14: without a ship-to it goes to the payer', () => {
    expect(both('14 no ship-to').order.addresses.delivery).toMatchObject({
      addressLine1: 'Billing Road 9',
      addressLine3: 'Leeds',
    })
  })

  it('15: nothing of a long address and of other letters is lost; an unknown country fails', () => {
    const { order } = both('15 long address')
    const all = [...Object.values(order.addresses.delivery), ...order.noteTexts].join(' ')
    for (const part of ['Right Honourable', 'Live at them', 'Street 1', '二階', 'Box 12', 'Ñuñoa', '山田', '太郎'])
      expect(all).toContain(part)
    expect(order.rows[0]?.sku).toBe('ВРВ-8')
    expect(reasonOf('15 unknown country')).toBe('unknown-country')
  })

  it('16: an order to be picked up is reserved at the shop, and says where', () => {
    const { order } = both('16 pick-up')
    expect(order).toMatchObject({ shippingMethodId: 6, warehouseId: 3 })
    expect(order.noteTexts.join(' ')).toContain('STORE')
  })

  it('17: an unknown SKU fails by itself, and nothing of the order is made', () => {
    expect(reasonOf('17 unknown SKU')).toBe('unknown-sku')
    expect(at.backOffice.staff.orders({ externalRef: refs.get('17 unknown SKU') as string })).toEqual([])
    expect(at.backOffice.staff.contacts({ email: 'seventeen@example.com' })).toEqual([])
  })

  it('18: a SKU with spaces around it, and one in another case, are the products meant', () => {
    const { order } = both('18 spaces')
    const products = order.rows.map(({ productId }) => at.catalogue.product(productId)?.sku)
    expect(products).toEqual([' MAP-N4 ', 'map-n5'])
  })

  it('a second run writes nothing', async () => {
    const before = at.backOffice.log.counters()
    const report = await at.run({ mappings: ['orders'], full: true, atOnce: true })
    expect(report.of.orders).toMatchObject({ created: 0, updated: 0 })
    expect(at.backOffice.staff.account().twice.salesOrders).toEqual({})
    expect(before).toBeDefined()
  })
})
