import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  ACCOUNT,
  jacket,
  ONHAND_HEADER,
  PRICE_HEADER,
  PRODUCT_HEADER,
  problems,
  startTestNorce,
  type TestNorce,
} from './test-client.ts'

let client: TestNorce

beforeEach(async () => {
  client = await startTestNorce()
  client.norce.state.importNow('ImportProducts', PRODUCT_HEADER, [jacket()])
})

afterEach(() => client.norce.stop())

const onHand = (PartNo = '210455-M', OnhandValue: unknown = 3) => ({
  PartNo,
  WarehouseCode: 'CW1',
  LocationCode: 'MAIN',
  OnhandValue,
  LeadTimeDayCount: 1,
})
const header = { AccountId: ACCOUNT, ...ONHAND_HEADER }
const json = async (response: Response) => (await response.json()) as Record<string, unknown>
const jobAt = async (id: string) => json(await client.connect(`api/Job/Get?id=${id}`))

describe('an import call', () => {
  test('answers a job with its number as a string', async () => {
    const response = await client.post('ImportOnhands', header, [onHand()])
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      StatusCode: 'OK',
      Description: 'Job created',
      JobId: expect.stringMatching(/^\d+$/),
      ValidationSummary: { NrOfItemsInTotal: 1, NrOfValidationFailures: 0, Messages: [] },
    })
  })

  test('items that fail the schema are described and left out, the rest goes on', async () => {
    const response = await client.post('ImportOnhands', header, [
      onHand(),
      { ...onHand(), partNo: 'x' },
      { WarehouseCode: 'CW1', LocationCode: 'MAIN' },
      onHand('210455-L', '3'),
      { ...onHand('210455-L'), NextDeliveryDate: '2026-13-01' },
      { ...onHand('x'.repeat(51)) },
      'text',
      { ...onHand('210455-L'), LeadTimeDayCount: 1.5 },
    ])
    const body = await json(response)
    expect(body.ValidationSummary).toEqual({
      NrOfItemsInTotal: 8,
      NrOfValidationFailures: 7,
      Messages: [
        'Item 2: partNo is not a known property.',
        'Item 3: PartNo is required.',
        'Item 4: OnhandValue must be a number.',
        'Item 5: NextDeliveryDate must be a date-time such as 2026-04-07T00:00:00.',
        'Item 6: PartNo must be at most 50 characters.',
        'Item 7: The item must be an object.',
        'Item 8: LeadTimeDayCount must be an integer.',
      ],
    })
    client.clock.advance(60_000)
    expect(await jobAt(body.JobId as string)).toMatchObject({ StatusId: 2, Totals: 1, Inserts: 1, Fail: 0 })
  })

  test('when no item passes, the job ends as "validation failed"', async () => {
    const body = await json(
      await client.post('ImportOnhands', header, [{ WarehouseCode: 'CW1', LocationCode: 'MAIN' }]),
    )
    client.clock.advance(60_000)
    expect(await jobAt(body.JobId as string)).toMatchObject({ StatusId: 4, IsFinished: true, Fail: 1 })
  })

  test.each([
    ['no header', '', '[]', {}, 400, 'X-StormConnect-Header is missing or could not be deserialized.'],
    ['an unknown account', { AccountId: 99 }, '[]', {}, 400, 'account 99 does not exist'],
    ['a body that is no JSON', header, '[{', {}, 400, 'The request body could not be deserialized.'],
    ['one item instead of an array', header, '{}', {}, 400, 'The request body must be an array.'],
    ['XML', header, '<a/>', { 'Content-Type': 'application/xml' }, 400, 'not supported by the sandbox'],
    ['another content type', header, '[]', { 'Content-Type': 'text/plain' }, 415, 'application/json'],
  ])('%s is refused', async (_title, importHeader, body, headers, status, message) => {
    const response = await client.post('ImportOnhands', importHeader, body, headers)
    expect(response.status).toBe(status)
    expect((await json(response)).Message).toContain(message)
  })

  test('size and number of items are limited by switches', async () => {
    client.norce.setSwitches({ maxBodyBytes: 100 })
    expect((await client.post('ImportOnhands', header, [onHand(), onHand('210455-L')])).status).toBe(413)
    client.norce.setSwitches({ maxBodyBytes: null, maxItems: 1 })
    expect((await client.post('ImportOnhands', header, [onHand(), onHand('210455-L')])).status).toBe(400)
    expect((await client.post('ImportOnhands', header, [onHand()])).status).toBe(200)
  })

  test('the application header is not needed, the path is not case-sensitive, other paths are 404', async () => {
    const post = async (path: string) =>
      (
        await fetch(`${client.norce.url}/${path}`, {
          method: 'POST',
          headers: {
            Authorization: `Bearer ${await client.token()}`,
            'Content-Type': 'application/json; charset=utf-8',
            'X-StormConnect-Header': JSON.stringify(header),
          },
          body: '[]',
        })
      ).status
    expect(await post('Commerce/Connect/4.0/product/importonhands')).toBe(200)
    expect(await post('commerce/connect/4.0/Product/ImportOnhand')).toBe(404)
    expect(await post('commerce/connect/4.0/Supplier/ImportProducts')).toBe(404)
    expect(await post('commerce/connect/3.0/Product/ImportOnhands')).toBe(404)
  })

  test('a throttled and a dropped call', async () => {
    client.norce.faults.set({ throttle: { count: 1, path: '/connect/' } })
    expect((await client.post('ImportOnhands', header, [onHand()])).status).toBe(429)
    client.norce.faults.set({ dropAfter: { count: 1, path: '/ImportOnhands' } })
    await expect(client.post('ImportOnhands', header, [onHand('210455-M', 9)])).rejects.toThrow()
    client.clock.advance(60_000)
    expect(client.norce.state.sku('210455-M')?.OnHands).toMatchObject([{ OnhandValue: 9 }])
    client.norce.faults.set({ dropBefore: { count: 1, path: '/ImportOnhands' } })
    await expect(client.post('ImportOnhands', header, [onHand('210455-M', 8)])).rejects.toThrow()
    client.clock.advance(60_000)
    expect(client.norce.state.sku('210455-M')?.OnHands).toMatchObject([{ OnhandValue: 9 }])
  })
})

describe('a job', () => {
  test('is queued, validated, running and finished, and its effect shows at the end', async () => {
    const { JobId } = await json(await client.post('ImportOnhands', header, [onHand()]))
    const id = JobId as string
    const seen: unknown[] = []
    for (const step of [0, 300, 400, 1300, 1]) {
      client.clock.advance(step)
      const { StatusId, IsFinished, Stop } = await jobAt(id)
      seen.push([StatusId, IsFinished, Stop !== null, client.norce.state.sku('210455-M')?.OnHands.length])
    }
    expect(seen).toEqual([
      [6, false, false, 0],
      [5, false, false, 0],
      [1, false, false, 0],
      [1, false, false, 0],
      [2, true, true, 1],
    ])
    expect(await jobAt(id)).toEqual({
      JobId: Number(id),
      StatusId: 2,
      StorageName: `onhand/2026/03/19/${id}.json`,
      Totals: 1,
      Inserts: 1,
      Updates: 0,
      Fail: 0,
      Start: '2026-03-19T10:02:11.437',
      Stop: '2026-03-19T10:02:13.438',
      LastUpdated: '2026-03-19T10:02:13.438',
      IsFinished: true,
      RunTime: '00:00:02.0010000',
    })
    const log = (await (await client.connect(`Job/GetLog?id=${id}`)).json()) as unknown
    expect(log).toEqual([
      { SeverityId: 1, Message: 'Starting import.', TimeStamp: '2026-03-19T10:02:12.037', ImportedRow: null },
      { SeverityId: 1, Message: 'Import finished.', TimeStamp: '2026-03-19T10:02:13.438', ImportedRow: null },
    ])
  })

  test('waits for the one before it', async () => {
    const first = await json(await client.post('ImportOnhands', header, [onHand()]))
    const second = await json(await client.post('ImportOnhands', header, [onHand('210455-L')]))
    client.clock.advance(2_001)
    expect([(await jobAt(first.JobId as string)).StatusId, (await jobAt(second.JobId as string)).StatusId]).toEqual([
      2, 6,
    ])
    client.clock.advance(2_001)
    expect((await jobAt(second.JobId as string)).StatusId).toBe(2)
  })

  test('both prefixes are answered', async () => {
    const { JobId } = await json(await client.post('ImportOnhands', header, [onHand()]))
    for (const path of ['Job/Ping', 'api/Job/Ping', `Job/Get?id=${JobId}`, `api/Job/GetLog?id=${JobId}`]) {
      expect((await client.connect(path)).status).toBe(200)
    }
    expect((await client.connect('api/Job/Get?id=7')).status).toBe(404)
    expect((await client.connect('api/Job/Get?id=x')).status).toBe(400)
  })

  test('can fail as a whole, without an effect', async () => {
    client.norce.faults.set({ failingJob: { count: 1, message: 'Deadlock.', path: '/ImportOnhands' } })
    const { job, log } = await client.run('ImportOnhands', ONHAND_HEADER, [onHand()])
    expect(job).toMatchObject({ StatusId: 3, Fail: 1, Inserts: 0 })
    expect(problems(log)).toEqual(['3 Deadlock.'])
    expect(client.norce.state.sku('210455-M')?.OnHands).toEqual([])
  })

  test('can go on for ever, without holding up others', async () => {
    client.norce.faults.set({ failingJob: { count: 1, neverEnds: true } })
    const stuck = await json(await client.post('ImportOnhands', header, [onHand()]))
    const { job } = await client.run('ImportOnhands', ONHAND_HEADER, [onHand('210455-L')])
    expect(job.StatusId).toBe(2)
    expect(await jobAt(stuck.JobId as string)).toMatchObject({ StatusId: 1, IsFinished: false, Stop: null })
    expect(client.norce.jobs.pending()).toBe(1)
  })

  test('names its counter as the documentation does, by the switch', async () => {
    client.norce.setSwitches({ insertCounter: 'Insert' })
    const { job } = await client.run('ImportOnhands', ONHAND_HEADER, [onHand()])
    expect([job.Insert, 'Inserts' in job]).toEqual([1, false])
  })
})

describe('control endpoints', () => {
  const control = async (path: string, body?: unknown) => {
    const response = await fetch(`${client.norce.url}/__sandbox/${path}`, {
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    })
    return { status: response.status, body: await json(response) }
  }

  test('state, counters at the sink, and their reset', async () => {
    await control('reset-counters', {})
    await client.run('ImportOnhands', ONHAND_HEADER, [onHand(), onHand('210455-L')])
    await client.run('ImportOnhands', ONHAND_HEADER, [onHand()])
    const { body } = await control('state')
    expect(body).toMatchObject({
      clusters: 1,
      variants: 2,
      skus: 2,
      prices: 0,
      onHands: 2,
      activeOnHands: 2,
      rows: { written: { onhand: 3, sku: 0 }, changed: { onhand: 2 }, distinct: { onhand: 2 } },
      jobs: { pending: 0 },
    })
    expect(await (await fetch(`${client.norce.url}/__sandbox/writes`)).json()).toMatchObject([
      { kind: 'onhand', key: '210455-M / CW1 / MAIN', action: 'inserted' },
      { kind: 'onhand', key: '210455-L / CW1 / MAIN', action: 'inserted' },
      { kind: 'onhand', key: '210455-M / CW1 / MAIN', action: 'unchanged' },
    ])
    await control('reset-counters', {})
    expect((await control('state')).body).toMatchObject({ rows: { written: { onhand: 0 } } })
    expect((await control('sku/210455-M')).body).toMatchObject({ OnHands: [{ OnhandValue: 3, Writes: 0 }] })
    expect(client.norce.log.counters().calls).toBe(0)
  })

  test('a part number with a slash can be looked at', async () => {
    client.norce.state.importNow('ImportProducts', PRODUCT_HEADER, [
      jacket(['M'], {
        Code: 'SOCK',
        Variants: [{ ManufacturerPartNo: 'S', Skus: [{ PartNo: 'SOCK/2-PÅCK', Status: 1, Type: 1 }] }],
      }),
    ])
    const { status, body } = await control(`sku/${encodeURIComponent('SOCK/2-PÅCK')}`)
    expect([status, body.PartNo]).toEqual([200, 'SOCK/2-PÅCK'])
    const entity = await client.query(`Products/ProductSkus('${encodeURIComponent('SOCK/2-PÅCK')}')`)
    expect((await json(entity)).PartNo).toBe('SOCK/2-PÅCK')
    expect((await control('sku/nothing')).status).toBe(404)
  })

  test('faults and switches from outside, refused with a reason when unknown', async () => {
    expect((await control('faults', { throttle: { count: 1 } })).status).toBe(200)
    expect((await client.query('Core/Currencies')).status).toBe(429)
    expect((await control('faults', { nonsense: {} })).status).toBe(400)
    expect((await control('switches', { ignoredRows: 'silent' })).body).toMatchObject({ ignoredRows: 'silent' })
    expect((await control('switches', { ignoredRows: 'loud' })).body).toEqual({
      error: 'The switch "ignoredRows" cannot be "loud".',
    })
    expect((await control('switches', { loud: 1 })).status).toBe(400)
  })

  test('what a person in the shop does', async () => {
    client.norce.state.importNow('ImportSkuPriceLists', PRICE_HEADER, [
      { PartNo: '210455-M', PriceListCode: 'UK-WEB', PriceSale: 10, IsActive: true },
      { PartNo: '210455-M', PriceListCode: 'SE-WEB', PriceSale: 100, IsActive: true },
    ])
    const changes = [
      { action: 'setText', partNo: '210455-M', text: 'Renamed' },
      { action: 'lockStatus', partNo: '210455-M', status: 'Inactive' },
      { action: 'setPrice', partNo: '210455-M', priceList: 'UK-WEB', priceSale: 12, isActive: false },
      { action: 'setOnHand', partNo: '210455-M', warehouse: 'CW1', location: 'MAIN', value: 5 },
      { action: 'removePriceList', priceList: 'SE-WEB' },
      { action: 'removeSku', partNo: '210455-L' },
      { action: 'removeLocation', warehouse: 'CW1', location: 'OVERFLOW' },
    ]
    expect((await control('change', changes)).body).toEqual({ applied: 7 })
    expect(client.norce.state.sku('210455-M')).toMatchObject({
      StatusId: 5,
      Variant: { Cultures: { 'en-GB': { Name: 'Renamed' } } },
      Cluster: { PartNos: ['210455-M'] },
      Prices: [{ PriceListCode: 'UK-WEB', PriceSale: 12, IsActive: false }],
      OnHands: [{ OnhandValue: 5 }],
    })
    expect(await client.rows('Products/ProductSkus?$select=PartNo,UpdatedBy')).toEqual([
      { PartNo: '210455-M', UpdatedBy: 45 },
    ])
    const { log } = await client.run('ImportSkuPriceLists', PRICE_HEADER, [
      { PartNo: '210455-L', PriceListCode: 'UK-WEB', PriceSale: 1 },
      { PartNo: '210455-M', PriceListCode: 'SE-WEB', PriceSale: 1 },
    ])
    expect(problems(log)).toHaveLength(2)
    expect((await control('change', { action: 'removeSku', partNo: 'x' })).body).toEqual({
      error: 'There is no SKU "x" in the shop.',
    })
    expect((await control('change', { action: 'dance' })).status).toBe(400)
  })
})
