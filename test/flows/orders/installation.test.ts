import { afterEach, describe, expect, it } from 'vitest'
import { createTestEngine } from '../../support/engine.ts'
import { type Orders, startOrders } from '../../support/orders.ts'
import { shopProject } from '../../support/sandbox.ts'

/** By the number of the installation, the back office itself refuses a second order of one reference. Its answers tell it. */
let at: Orders
afterEach(() => at.stop())

const refreshToken = { BRIGHTPEARL_REFRESH_TOKEN: 're+fresh/1=' }
const order = { items: [{ partNo: 'TJ-MOS-S', price: 75 }] }

describe('the number of the installation', () => {
  it.each([
    ['client_credentials', {}],
    ['refresh_token', refreshToken],
    ['authorization_code', refreshToken],
  ])('is learnt from the answers, used for the first order and kept, with %s', async (way, more) => {
    at = await startOrders({ environment: { BRIGHTPEARL_SIGN_IN: way, ...more } })
    const ref = await at.order(order)
    expect(at.sale(ref).instanceId).toBe(27)
    expect(at.engine.store.identities.get('brightpearl')).toEqual({ installationId: '27' })
  })

  it('is not told to a static token: then an order is found by its reference alone', async () => {
    at = await startOrders({ environment: { BRIGHTPEARL_SIGN_IN: 'staff_token', BRIGHTPEARL_STAFF_TOKEN: 'staff' } })
    const ref = await at.order(order)
    expect(at.sale(ref).instanceId).toBeUndefined()
    expect(at.engine.store.identities.get('brightpearl')).toEqual({})
  })

  it('leaves an order findable that was made before it was known', async () => {
    at = await startOrders({ environment: { BRIGHTPEARL_SIGN_IN: 'staff_token', BRIGHTPEARL_STAFF_TOKEN: 'staff' } })
    const { ref } = at.shop.shop.place({ customer: { email: 'maja@example.com' }, ...order })
    const given = new Map([['orders', { records: [{ value: at.shop.shop.orderRequest(ref) }] }]])
    await at.run({ mappings: ['orders'], given })
    expect(at.sale(ref).instanceId).toBeUndefined()
    // The state is lost, as after a crash before anything of the order was kept, and the way to sign in is another one.
    const later = createTestEngine(shopProject, { ...at.variables, BRIGHTPEARL_SIGN_IN: 'client_credentials' })
    const { pipelines } = await later.run({ mappings: ['orders'], given })
    later.close()
    expect(pipelines[0]?.steps?.order).toMatchObject({ found: 1, created: 0 })
    expect(at.staff.orders({ externalRef: String(ref), type: 'SO' })).toHaveLength(1)
  })
})
