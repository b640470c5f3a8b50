import { afterEach, describe, expect, test } from 'vitest'
import { startTest, type TestClient } from '../test-client.ts'
import { codeOf, webOrder, writer } from '../test-orders.ts'

let client: TestClient | undefined
afterEach(async () => {
  await client?.server.stop()
  client = undefined
})

/** An order of two of product 1001, of which so many lie in warehouse 2. */
const start = async (inStock = 10) => {
  client = await startTest()
  client.catalogue.setStock(1001, 2, { inStock, allocated: 0 })
  const made = writer(client)
  const order = (await made.post('/order-service/sales-order', webOrder)).body.response as number
  const { staff } = client.server
  const row = staff.orders({ id: order })[0]?.rows[0]?.id ?? 0
  const view = () => {
    const [found] = staff.orders({ id: order })
    if (!found) throw new Error('The order is gone.')
    return found
  }
  const stock = () => client?.catalogue.stock(1001).get(2)
  return {
    ...client,
    ...made,
    staff,
    order,
    row,
    view,
    stock,
    goodsNotes: `/warehouse-service/order/${order}/goods-note`,
  }
}

const note = (row: number, quantity: number, warehouseId = 2) => ({
  warehouses: [
    {
      releaseDate: '2026-01-15T12:00:00+00:00',
      warehouseId,
      transfer: false,
      products: [{ productId: 1001, salesOrderRowId: row, quantity }],
    },
  ],
  priority: false,
  shippingMethodId: 2,
})
const event = (eventCode: string, more: object = {}) => ({
  events: [{ eventCode, occured: '2026-01-15T16:05:00.000+00:00', eventOwnerId: 4, ...more }],
})

describe('a reservation', () => {
  const products = (row: number, quantity: number) => ({
    products: [{ productId: 1001, salesOrderRowId: row, quantity }],
  })

  test('allocates stock and is shown by row', async () => {
    const { post, get, order, row, view, stock } = await start()
    const path = `/warehouse-service/order/${order}/reservation`
    expect(codeOf(await get(path))).toEqual([404, 'CMNC-404'])
    const made = await post(`${path}/warehouse/2`, products(row, 2))
    expect([made.status, made.body]).toEqual([200, {}])
    expect((await get(path)).body).toEqual({
      response: [{ orderId: order, warehouseId: 2, orderRows: { [row]: { productId: 1001, quantity: 2 } } }],
    })
    expect(stock()).toMatchObject({ inStock: 10, allocated: 2 })
    expect(view().statuses).toMatchObject({ allocation: 'AAA', stock: 'SON', shipping: 'SNS' })
  })

  test('takes what is there when asked for more, and is an error when nothing is', async () => {
    const few = await start(1)
    const path = (order: number) => `/warehouse-service/order/${order}/reservation/warehouse/2`
    expect((await few.post(path(few.order), products(few.row, 2))).status).toBe(200)
    expect([few.view().reservation?.rows, few.view().statuses.allocation]).toEqual([{ [few.row]: 1 }, 'APA'])
    await few.server.stop()
    const none = await start(0)
    expect((await none.post(path(none.order), products(none.row, 2))).status).toBe(400)
    expect(none.view().reservation).toBeUndefined()
  })

  test('is one to an order: the second POST is refused, PUT changes it', async () => {
    const { post, put, order, row, view, stock } = await start()
    const path = `/warehouse-service/order/${order}/reservation`
    expect((await put(path, products(row, 1))).status).toBe(404)
    await post(`${path}/warehouse/2`, products(row, 2))
    expect((await post(`${path}/warehouse/2`, products(row, 1))).status).toBe(400)
    expect((await put(path, products(row, 1))).body).toEqual({})
    expect([view().reservation?.rows, stock()?.allocated]).toEqual([{ [row]: 1 }, 1])
  })

  test('wants a product, a row and a quantity of this order', async () => {
    const { post, order, row, view } = await start()
    const path = `/warehouse-service/order/${order}/reservation/warehouse/2`
    const one = async (more: object) =>
      codeOf(await post(path, { products: [{ productId: 1001, salesOrderRowId: row, quantity: 1, ...more }] }))
    expect(await one({ productId: 0 })).toEqual([400, 'WHSC-014'])
    expect(await one({ productId: 1002 })).toEqual([400, 'CMNC-400'])
    expect(await one({ salesOrderRowId: row + 1 })).toEqual([400, 'CMNC-400'])
    expect(await one({ quantity: 3 })).toEqual([400, 'CMNC-400'])
    const twice = { products: [...products(row, 1).products, ...products(row, 1).products] }
    expect((await post(path, twice)).status).toBe(400)
    expect((await post(path.replace('warehouse/2', 'warehouse/99'), products(row, 1))).status).toBe(404)
    expect(view().reservation).toBeUndefined()
  })

  test('ends when the order is cancelled', async () => {
    const { post, put, order, row, stock, view } = await start()
    await post(`/warehouse-service/order/${order}/reservation/warehouse/2`, products(row, 2))
    expect((await put(`/order-service/order/${order}/status`, { orderStatusId: 5 })).status).toBe(200)
    expect([stock()?.allocated, view().reservation, view().cancelled]).toEqual([0, undefined, true])
    expect((await post(`/warehouse-service/order/${order}/reservation/warehouse/2`, products(row, 2))).status).toBe(400)
  })
})

describe('a goods-out note', () => {
  test('is made one for each warehouse, and read in a map', async () => {
    const { post, get, catalogue, row, goodsNotes, order, view } = await start()
    catalogue.setStock(1001, 5, { inStock: 3, allocated: 0 })
    const body = { ...note(row, 1), warehouses: [...note(row, 1).warehouses, ...note(row, 1, 5).warehouses] }
    const { body: made } = await post(`${goodsNotes}/goods-out`, body)
    expect(made.response).toEqual([expect.any(Number), expect.any(Number)])
    const [first, second] = made.response
    const { body: read } = await get(`/warehouse-service/order/*/goods-note/goods-out/${first}`)
    expect(read).toEqual({
      response: {
        [first]: {
          orderId: order,
          warehouseId: 2,
          transfer: false,
          priority: false,
          status: { shipped: false, packed: false, picked: false, printed: false },
          shipping: { reference: '', boxes: 0, shippingMethodId: 2, weight: 0 },
          releaseDate: '2026-01-15T12:00:00.000+00:00',
          createdOn: '2026-01-15T12:00:00.000+00:00',
          createdBy: 4,
          orderRows: { [row]: [{ productId: 1001, quantity: 1, locationId: 2 }] },
          sequence: 1,
          events: [{ occured: '2026-01-15T12:00:00.000+00:00', eventOwnerId: 4, eventCode: 'PLA' }],
          labelUri: '',
          lastEventVersion: expect.any(Number),
        },
      },
    })
    expect(Object.keys((await get(`${goodsNotes}/goods-out`)).body.response)).toEqual([String(first), String(second)])
    expect(codeOf(await get('/warehouse-service/order/400101/goods-note/goods-out'))).toEqual([404, 'CMNC-404'])
    expect(view().statuses).toMatchObject({ stock: 'SOA', allocation: 'AAA', shipping: 'SNS' })
  })

  test('uses the reservation first, then what is on hand, and never more than was ordered', async () => {
    const { post, row, goodsNotes, order, stock, view } = await start(2)
    await post(`/warehouse-service/order/${order}/reservation/warehouse/2`, {
      products: [{ productId: 1001, salesOrderRowId: row, quantity: 1 }],
    })
    expect((await post(`${goodsNotes}/goods-out`, note(row, 3))).status).toBe(400)
    expect((await post(`${goodsNotes}/goods-out`, note(row, 2))).status).toBe(200)
    expect([stock(), view().reservation]).toMatchObject([{ inStock: 2, allocated: 2 }, undefined])
    expect((await post(`${goodsNotes}/goods-out`, note(row, 1))).status).toBe(400)
  })

  test('is refused where there is no stock, and of free text', async () => {
    const { post, goodsNotes, row, view } = await start(1)
    expect((await post(`${goodsNotes}/goods-out`, note(row, 2))).status).toBe(400)
    const freight = view().rows[1]?.id ?? 0
    const body = note(freight, 1)
    body.warehouses[0]?.products.splice(0, 1, { productId: 1000, salesOrderRowId: freight, quantity: 1 })
    expect((await post(`${goodsNotes}/goods-out`, body)).status).toBe(400)
    expect(view().notes).toEqual([])
  })

  test('ships: what is missing of the events is added, the stock goes down, and then it is closed', async () => {
    const { post, put, get, remove, row, goodsNotes, stock, view } = await start()
    const [id] = (await post(`${goodsNotes}/goods-out`, note(row, 1))).body.response
    const path = `/warehouse-service/goods-note/goods-out/${id}`
    const tracking = { shipping: { reference: 'JD0002211990', boxes: 1, weight: '1.70' } }
    expect((await put(path, tracking)).body).toEqual({})
    expect((await post(`${path}/event`, event('PIC'))).body).toEqual({})
    expect((await post(`${path}/event`, event('SHW'))).body).toEqual({})
    const { body } = await get(`${goodsNotes}/goods-out/${id}`)
    expect(body.response[id]).toMatchObject({
      status: { shipped: true, packed: true, picked: true, printed: true, shippedOn: '2026-01-15T16:05:00.000+00:00' },
      shipping: { reference: 'JD0002211990', boxes: 1, shippingMethodId: 2, weight: 1.7 },
    })
    expect(view().notes[0]?.events).toEqual(['PLA', 'PIC', 'PRI', 'PAC', 'SHW'])
    expect(stock()).toMatchObject({ inStock: 9, allocated: 0 })
    expect(view().statuses.shipping).toBe('SPS')
    expect((await put(path, tracking)).status).toBe(400)
    expect((await post(`${path}/event`, event('SHW'))).status).toBe(409)
    expect((await remove(`${goodsNotes}/goods-out/${id}`)).status).toBe(400)
  })

  test('guards against doubled events by the version, when it is sent', async () => {
    const { post, row, goodsNotes, view, get } = await start()
    const [id] = (await post(`${goodsNotes}/goods-out`, note(row, 1))).body.response
    const path = `/warehouse-service/goods-note/goods-out/${id}/event`
    const version = String((await get(`${goodsNotes}/goods-out/${id}`)).body.response[id].lastEventVersion)
    expect((await post(path, event('PRI'), { 'if-match': version })).status).toBe(200)
    expect((await post(path, event('PRI'), { 'if-match': version })).status).toBe(409)
    expect((await post(path, event('PRI'))).status).toBe(200)
    expect(view().notes[0]?.events).toEqual(['PLA', 'PRI', 'PRI'])
  })

  test('wants all of an event, by a member of staff', async () => {
    const { post, row, goodsNotes } = await start()
    const [id] = (await post(`${goodsNotes}/goods-out`, note(row, 1))).body.response
    const path = `/warehouse-service/goods-note/goods-out/${id}/event`
    for (const wrong of [
      event('PLA'),
      event('SHW', { occured: undefined }),
      event('SHW', { eventOwnerId: undefined }),
      event('SHW', { eventOwnerId: 7001 }),
      event('SHW', { occurred: '2026-01-15' }),
      event('UPR'),
    ]) {
      expect((await post(path, wrong)).status).toBe(400)
    }
  })

  test('is deleted before it is shipped, which frees its stock; an order with notes is not cancelled', async () => {
    const { post, put, remove, row, goodsNotes, order, stock, view } = await start()
    const [id] = (await post(`${goodsNotes}/goods-out`, note(row, 2))).body.response
    expect((await put(`/order-service/order/${order}/status`, { orderStatusId: 5 })).status).toBe(400)
    expect((await remove(`/warehouse-service/order/400101/goods-note/goods-out/${id}`)).status).toBe(404)
    expect((await remove(`${goodsNotes}/goods-out/${id}`)).body).toEqual({})
    expect([view().notes, stock()?.allocated]).toEqual([[], 0])
    expect((await put(`/order-service/order/${order}/status`, { orderStatusId: 5 })).status).toBe(200)
  })

  test('is found by its state, its order and its channel', async () => {
    const { post, get, row, goodsNotes, order } = await start()
    const ids = [
      ...(await post(`${goodsNotes}/goods-out`, note(row, 1))).body.response,
      ...(await post(`${goodsNotes}/goods-out`, note(row, 1))).body.response,
    ]
    await post(`/warehouse-service/goods-note/goods-out/${ids[1]}/event`, event('SHW'))
    const found = async (query: string) => {
      const path = `/warehouse-service/goods-note/goods-out-search?columns=goodsOutNoteId&${query}`
      return (await get(path)).body.response.results.flat()
    }
    expect(await found(`orderId=${order}&channelId=3`)).toEqual(ids)
    expect(await found('shipped=true')).toEqual([ids[1]])
    expect(await found('shippedOn=2026-01-15T16:00:00Z/')).toEqual([ids[1]])
    expect(await found('shipped=false&printed=false')).toEqual([ids[0]])
  })
})

describe('a drop shipment', () => {
  test('is a purchase order with a note, and counts as shipped when the supplier has sent it', async () => {
    const { post, get, staff, order, view, stock } = await start()
    const [made] = staff.do({ action: 'dropShip', order })
    expect(view().purchaseOrders).toEqual([made?.purchaseOrder])
    const path = `/warehouse-service/order/${order}/goods-note/drop-ship`
    expect((await get(path)).body.response[String(made?.note)]).toMatchObject({
      orderId: order,
      purchaseOrderId: made?.purchaseOrder,
      status: { shipped: false },
    })
    const shipped = await post(`/warehouse-service/goods-note/drop-ship/${made?.note}/event`, {
      trackingReference: '1Z999AA10123456784',
      ...event('SHS'),
    })
    expect(shipped.body).toEqual({})
    expect((await get(path)).body.response[String(made?.note)]).toMatchObject({
      status: { shipped: true, shippedOn: '2026-01-15T16:05:00.000+00:00' },
      shipping: { reference: '1Z999AA10123456784' },
    })
    expect([view().statuses.shipping, stock()?.inStock]).toEqual(['ASS', 10])
  })
})

describe('a purchase order', () => {
  test('is there with open rows, dates and what came in', async () => {
    const { get, staff } = await start()
    const { body } = await get(
      '/order-service/order-search?orderTypeId=2&columns=orderId,orderStatusId,orderStockStatusId',
    )
    expect(body.response.results).toEqual([
      [400_001, 31, 5],
      [400_002, 31, 4],
      [400_003, 33, 4],
      [400_004, 32, 6],
    ])
    staff.do({ action: 'receive', order: 400_001, rows: [{ productId: 1001, quantity: 15 }] })
    const received = await get(
      '/warehouse-service/goods-in-search?purchaseOrderId=400001&columns=productId,receivedQuantity,warehouseId',
    )
    expect(received.body.response.results).toEqual([
      [1002, 10, 2],
      [1001, 15, 2],
    ])
    expect(staff.orders({ id: 400_001 })[0]?.rows.map(({ quantity, received: came }) => [quantity, came])).toEqual([
      ['40', 15],
      ['25', 10],
    ])
    const order = (await get('/order-service/order/400001')).body.response[0]
    expect(order.parties.supplier.contactId).toBe(233)
    expect(order.delivery.deliveryDate).toBe('2026-01-29T00:00:00.000+00:00')
  })

  test('brings stock when it is received, not more than was ordered', async () => {
    const { staff, stock } = await start(0)
    staff.do({ action: 'receive', order: 400_001 })
    expect(stock()?.inStock).toBe(40)
    expect(() => staff.do({ action: 'receive', order: 400_001, rows: [{ productId: 1001, quantity: 1 }] })).toThrow()
  })
})
