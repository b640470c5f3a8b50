import type { Answer, TestClient } from './test-client.ts'

/** Calls that change something, by a signed-in private app. */
export function writer({ get }: TestClient) {
  const send =
    (method: string) =>
    (path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
      get(path, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
  return { post: send('POST'), put: send('PUT'), patch: send('PATCH'), remove: send('DELETE') }
}

/** A sales order as the web shop would send it: two pieces of product 1001 and freight, 186.00 in all. */
export const webOrder = {
  customer: { id: 7002 },
  ref: 'WEB-10482',
  externalRef: 'shop-10482',
  installedIntegrationInstanceId: 27,
  placedOn: '2026-01-15T11:41:10+01:00',
  taxDate: '2026-01-15',
  statusId: 3,
  warehouseId: 2,
  channelId: 3,
  leadSourceId: 11,
  priceListId: 2,
  priceModeCode: 'EXC',
  currency: { code: 'GBP' },
  delivery: {
    date: '2026-01-22',
    shippingMethodId: 2,
    address: {
      addressFullName: 'Mara Lindqvist',
      addressLine1: '14 Quay Road',
      addressLine3: 'Bristol',
      postalCode: 'BS1 5TX',
      countryIsoCode: 'gb',
      telephone: '0117 496 0123',
      email: 'mara.lindqvist@example.com',
    },
  },
  rows: [
    {
      productId: 1001,
      quantity: '2',
      taxCode: 'T20',
      net: '150.00',
      tax: '30.00',
      nominalCode: '4000',
      externalRef: 'line-1',
    },
    {
      name: 'Shipping: Next day',
      quantity: 1,
      taxCode: 'T20',
      net: 5,
      tax: 1,
      nominalCode: '4040',
      externalRef: 'ship-1',
    },
  ],
} as const

export const codeOf = ({ status, body }: Answer) => [status, body.errors?.[0]?.code]
