import { afterEach, describe, expect, test } from 'vitest'
import { startTest, type TestClient } from '../test-client.ts'
import { codeOf, writer } from '../test-orders.ts'

let client: TestClient | undefined
afterEach(async () => {
  await client?.server.stop()
  client = undefined
})
const start = async (options: Parameters<typeof startTest>[0] = {}) => {
  client = await startTest(options)
  return { ...client, ...writer(client), staff: client.server.staff }
}
type Started = Awaited<ReturnType<typeof start>>

const address = { addressLine1: '14 Quay Road', addressLine3: 'Bristol', postalCode: 'BS1 5TX', countryIsoCode: 'GBR' }
const person = (addressId: number, more: object = {}) => ({
  salutation: 'Ms.',
  firstName: 'Mara',
  lastName: 'Lindqvist',
  postAddressIds: { DEF: addressId },
  communication: { emails: { PRI: { email: 'mara@example.com' } }, telephones: { MOB: '07700 900456' } },
  marketingDetails: { isReceiveEmailNewsletter: true },
  assignment: { current: { leadSourceId: 11 } },
  ...more,
})
const addressId = async ({ post }: Started, more: object = {}): Promise<number> =>
  (await post('/contact-service/postal-address', { ...address, ...more })).body.response
const contactId = async (started: Started, more: object = {}): Promise<number> =>
  (await started.post('/contact-service/contact', person(await addressId(started), more))).body.response

describe('a postal address', () => {
  test('takes a country by code of two or three letters, any case, or by id', async () => {
    const started = await start()
    const ids = [
      await addressId(started),
      await addressId(started, { countryIsoCode: 'se' }),
      await addressId(started, { countryIsoCode: undefined, countryId: 222 }),
    ]
    const { body } = await started.get(`/contact-service/postal-address/${ids.join(',')}`)
    expect(body.response.map(({ countryIsoCode }: { countryIsoCode: string }) => countryIsoCode)).toEqual([
      'GBR',
      'SWE',
      'GBR',
    ])
    expect(body.response[0]).toMatchObject({ addressLine1: '14 Quay Road', addressLine2: '', postalCode: 'BS1 5TX' })
  })

  test('needs a first line and a country that exists, and has no telephone', async () => {
    const { post } = await start()
    for (const wrong of [
      { addressLine1: '' },
      { addressLine1: undefined },
      { countryIsoCode: 'XX' },
      { telephone: '1' },
    ]) {
      expect(codeOf(await post('/contact-service/postal-address', { ...address, ...wrong }))).toEqual([400, 'CMNC-400'])
    }
    expect((await post('/contact-service/postal-address', { ...address, countryIsoCode: undefined })).status).toBe(400)
  })

  test('is replaced by PUT, and belongs to one contact', async () => {
    const started = await start()
    const id = await addressId(started)
    const first = (await started.post('/contact-service/contact', person(id))).body.response
    expect((await started.post('/contact-service/contact', person(id))).status).toBe(400)
    expect(
      (await started.put(`/contact-service/postal-address/${id}`, { ...address, addressLine1: 'New' })).body,
    ).toEqual({})
    expect(started.staff.contacts({ id: first })[0]?.addresses.DEF?.lines[0]).toBe('New')
    const other = await addressId(started)
    const assign = [{ postalAddressId: other, type: 'DEL' }]
    expect((await started.put(`/contact-service/contact/${first}/postal-address`, assign)).status).toBe(200)
    expect(started.staff.contacts({ id: first })[0]?.postAddressIds).toEqual({ DEF: id, BIL: id, DEL: other })
    const taken = await started.put('/contact-service/contact/7001/postal-address', assign)
    expect(taken.status).toBe(400)
  })
})

describe('a contact', () => {
  test('has the shape of the API', async () => {
    const started = await start()
    const id = await contactId(started)
    const { body } = await started.get(`/contact-service/contact/${id}?includeOptional=customFields`)
    expect(body).toEqual({
      response: [
        {
          contactId: id,
          isPrimaryContact: true,
          salutation: 'Ms.',
          firstName: 'Mara',
          lastName: 'Lindqvist',
          postAddressIds: { DEF: expect.any(Number), BIL: expect.any(Number), DEL: expect.any(Number) },
          communication: {
            emails: { PRI: { email: 'mara@example.com' } },
            telephones: { MOB: '07700 900456' },
            messagingVoips: {},
            websites: {},
          },
          contactStatus: { current: { contactStatusId: 2, contactStatusName: 'Customer' } },
          relationshipToAccount: { isSupplier: false, isStaff: false },
          marketingDetails: { isReceiveEmailNewsletter: true },
          financialDetails: {
            priceListId: 2,
            nominalCode: '4000',
            taxCodeId: 7,
            creditLimit: 0,
            creditTermDays: 0,
            currencyId: 1,
            discountPercentage: 0,
            creditTermTypeId: 1,
          },
          assignment: { current: { leadSourceId: 11 } },
          organisation: { organisationId: id, name: '' },
          tradeStatus: 'UNKNOWN',
          createdByid: 4,
          createdOn: '2026-01-15T12:00:00.000+00:00',
          contactTags: '',
          aliases: {},
          companyId: 0,
          customFields: {},
        },
      ],
      pagination: { morePagesAvailable: false, resultsReturned: 1, firstResult: 1, lastResult: 1 },
      sorting: [{ field: 'contactId', direction: 'ASC' }],
    })
  })

  test.each([
    ['no first name', { firstName: '' }],
    ['a name of 33 characters', { lastName: 'x'.repeat(33) }],
    ['no default address', { postAddressIds: {} }],
    ['an address that is not there', { postAddressIds: { DEF: 99_999 } }],
    ['an unknown field', { name: 'Mara' }],
    ['an unknown lead source', { assignment: { current: { leadSourceId: 99 } } }],
    ['an unknown price list', { financialDetails: { priceListId: 99 } }],
    ['an e-mail without an @', { communication: { emails: { PRI: { email: 'mara' } } } }],
  ])('with %s is refused', async (_, more) => {
    const started = await start()
    const answer = await started.post('/contact-service/contact', person(await addressId(started), more))
    expect(codeOf(answer)).toEqual([400, 'CMNC-400'])
    expect(started.staff.account().created.contacts).toBe(0)
  })

  test('may have an e-mail that another one has', async () => {
    const started = await start()
    await contactId(started)
    await contactId(started)
    expect(started.staff.account().twice.emails).toEqual({ 'mara@example.com': 2, 'ida.berg@example.com': 2 })
  })

  test('is changed by JSON patch, and answered whole', async () => {
    const started = await start()
    const id = await contactId(started)
    const { status, body } = await started.patch(`/contact-service/contact/${id}`, [
      { op: 'replace', path: '/firstName', value: 'Mara K.' },
      { op: 'replace', path: '/communication/emails/PRI/email', value: 'new@example.com' },
      { op: 'remove', path: '/communication/telephones/MOB' },
    ])
    expect(status).toBe(200)
    expect(body.response).toMatchObject({
      contactId: id,
      firstName: 'Mara K.',
      communication: { emails: { PRI: { email: 'new@example.com' } }, telephones: {} },
      updatedOn: '2026-01-15T12:00:00.000+00:00',
    })
    const patch = (operation: object) => started.patch(`/contact-service/contact/${id}`, [operation])
    expect(codeOf(await patch({ op: 'replace', path: '/aliases/x', value: 1 }))).toEqual([400, 'CMNC-043'])
    expect(codeOf(await patch({ op: 'remove', path: '/lastName' }))).toEqual([500, 'CMNC-044'])
    expect(codeOf(await patch({ op: 'replace', path: '/lastName', value: 1 }))).toEqual([500, 'CMNU-003'])
  })

  test('belongs to a company by the name of its organisation, or to one that is there', async () => {
    const started = await start()
    const founder = await contactId(started, { organisation: { name: 'Dock & Sons' } })
    const member = await contactId(started, { organisation: { organisationId: founder } })
    const found = started.staff.contacts().filter(({ organisationName }) => organisationName === 'Dock & Sons')
    expect(found.map(({ id, organisationId, isPrimaryContact }) => [id, organisationId, isPrimaryContact])).toEqual([
      [founder, founder, true],
      [member, founder, false],
    ])
    const { body } = await started.get('/contact-service/company-search?name=dock')
    expect(body.response.results).toEqual([[found[0]?.companyId, 'Dock & Sons']])
    expect((await started.get(`/contact-service/company/${found[0]?.companyId}`)).body.response).toHaveLength(1)
  })

  test('that is not there is 404; a page holds 200 and says whether there are more', async () => {
    const started = await start()
    expect((await started.get('/contact-service/contact/1')).body).toEqual({
      errors: [{ code: 'CMNC-404', message: 'No Contact Found' }],
    })
    const { body } = await started.get('/contact-service/contact?pageSize=3&firstResult=2&sort=contactId.DESC')
    expect(body.response.map((one: { contactId: number }) => one.contactId)).toEqual([7005, 7004, 7003])
    expect(body.pagination).toEqual({ morePagesAvailable: true, resultsReturned: 3, firstResult: 2, lastResult: 4 })
    const options = await started.get('/contact-service/contact', { method: 'OPTIONS' })
    expect(options.body.response.getUris).toEqual(['/contact/4,233,7000-7006'])
  })

  test('is found by its e-mail, in any case and by a part of it', async () => {
    const { get } = await start()
    const ids = async (query: string) => {
      const { body } = await get(`/contact-service/contact-search?columns=contactId&${query}`)
      return body.response.results.flat()
    }
    expect(await ids('primaryEmail=IDA.BERG%40example.com')).toEqual([7002, 7003])
    expect(await ids('primaryEmail=berg%40')).toEqual([7002, 7003])
    expect(await ids('allEmail=fjallsport')).toEqual([7004, 7005])
    expect(await ids('isCustomer=false')).toEqual([4, 233])
    const { body } = await get('/contact-service/contact-search?pageSize=1')
    expect(body.response.metaData.columns).toHaveLength(21)
    expect(codeOf(await get('/contact-service/contact-search?nominalCode=x'))).toEqual([500, 'CMNC-018'])
  })

  test('is not found at once where the index lags', async () => {
    const started = await start()
    started.clock.advance(60_000)
    await contactId(started)
    started.server.faults.set({ staleSearch: { lagMs: 30_000, path: '/contact-search' } })
    const found = async () => {
      const { body } = await started.get('/contact-service/contact-search?primaryEmail=mara@example.com')
      return body.response.metaData.resultsAvailable
    }
    expect(await found()).toBe(0)
    started.clock.advance(30_000)
    expect(await found()).toBe(1)
  })
})

describe('custom fields of a contact', () => {
  test('are added, replaced and removed by patch', async () => {
    const { patch, get } = await start()
    const path = '/contact-service/contact/7001/custom-field'
    const added = await patch(path, [
      { op: 'add', path: '/PCF_LANGUAGE', value: { id: 72 } },
      { op: 'add', path: '/PCF_SHOPCODE', value: '1042' },
    ])
    expect(added.body).toEqual({ response: { PCF_LANGUAGE: { id: 72, value: 'sv-SE' }, PCF_SHOPCODE: '1042' } })
    const changed = await patch(path, [
      { op: 'replace', path: '/PCF_LANGUAGE/id', value: 71 },
      { op: 'remove', path: '/PCF_SHOPCODE' },
    ])
    expect(changed.body).toEqual({ response: { PCF_LANGUAGE: { id: 71, value: 'en-GB' } } })
    expect((await get(path)).body).toEqual(changed.body)
  })

  test.each([
    ['replacing one without a value', { op: 'replace', path: '/PCF_ORGNO', value: 'x' }, 400, 'CMNC-038'],
    ['an unknown code', { op: 'add', path: '/PCF_NOTHING', value: 'x' }, 400, 'CMNC-043'],
    ['a wrong type', { op: 'add', path: '/PCF_BLOCKED', value: 'yes' }, 500, 'CMNU-003'],
    ['a text for a list', { op: 'add', path: '/PCF_LANGUAGE', value: 'sv-SE' }, 500, 'CMNU-003'],
    ['an unknown option', { op: 'add', path: '/PCF_LANGUAGE', value: { id: 9 } }, 400, 'CMNC-400'],
  ])('refuse %s', async (_, operation, status, code) => {
    const { patch } = await start()
    expect(codeOf(await patch('/contact-service/contact/7001/custom-field', [operation]))).toEqual([status, code])
  })
})
