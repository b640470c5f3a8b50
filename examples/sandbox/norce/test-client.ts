import { createManualClock, type ManualClock } from '../common/clock.ts'
import { type NorceOptions, type RunningNorce, startNorce } from './start-norce.ts'

export const CREDENTIALS = { clientId: 'int-erp', clientSecret: 's3cret' } as const
export const APPLICATION = 1301
export const ACCOUNT = 71

export interface TestNorce {
  readonly norce: RunningNorce
  readonly clock: ManualClock
  token(): Promise<string>
  /** GET below `/commerce/query/2.0/`; the rest of the URL as it is. */
  query(path: string, headers?: Record<string, string>): Promise<Response>
  /** The rows of a query that must succeed. */
  rows(path: string): Promise<Record<string, unknown>[]>
  /** POST below `/commerce/connect/4.0/`; without a folder below `Product/`. */
  post(importName: string, header: unknown, body: unknown, headers?: Record<string, string>): Promise<Response>
  /** Posts an import that must be accepted, lets its job end, and answers job and log. */
  run(
    importName: string,
    header: Record<string, unknown>,
    items: readonly unknown[],
  ): Promise<{ job: Record<string, unknown>; log: LogRow[] }>
  connect(path: string): Promise<Response>
  /** POST below `/commerce/connect/4.0/Order/`. */
  message(method: string, body: unknown, headers?: Record<string, string>): Promise<Response>
  /** GET below `/commerce/`, e.g. `order/1.1/GetOrderByNo?orderno=1`; `format=json` is added. */
  services(path: string): Promise<Response>
  /** GET, or with a body POST, below `/__sandbox/`. */
  control(path: string, body?: unknown): Promise<{ status: number; body: unknown }>
}

export interface LogRow {
  readonly SeverityId: number
  readonly Message: string
  readonly TimeStamp: string
  readonly ImportedRow: string | null
}

export async function startTestNorce(options: Partial<NorceOptions> = {}): Promise<TestNorce> {
  const manual = createManualClock(Date.UTC(2026, 2, 19, 10, 2, 11, 437))
  // A test that brings a clock of its own cannot move it.
  const clock: ManualClock = options.clock === undefined ? manual : { ...options.clock, advance: manual.advance }
  const norce = await startNorce({
    ...CREDENTIALS,
    scope: 'playground',
    applicationId: APPLICATION,
    accountId: ACCOUNT,
    ...options,
    clock,
  })
  let cached: string | undefined
  const token = async () => {
    if (cached !== undefined) return cached
    const response = await fetch(`${norce.url}/identity/1.0/connect/token`, {
      method: 'POST',
      body: tokenForm(),
    })
    cached = ((await response.json()) as { access_token: string }).access_token
    return cached
  }
  const authorized = async (headers: Record<string, string> = {}) => ({
    Authorization: `Bearer ${await token()}`,
    applicationId: String(APPLICATION),
    ...headers,
  })
  const client: TestNorce = {
    norce,
    clock,
    token,
    query: async (path, headers) =>
      fetch(`${norce.url}/commerce/query/2.0/${path}`, { headers: await authorized(headers) }),
    async rows(path) {
      const response = await client.query(path)
      if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`)
      return ((await response.json()) as { value: Record<string, unknown>[] }).value
    },
    post: async (importName, header, body, headers) =>
      fetch(`${norce.url}/commerce/connect/4.0/${importName.includes('/') ? '' : 'Product/'}${importName}`, {
        method: 'POST',
        headers: await authorized({
          'Content-Type': 'application/json',
          'X-StormConnect-Header': typeof header === 'string' ? header : JSON.stringify(header),
          ...headers,
        }),
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    message: async (method, body, headers) =>
      fetch(`${norce.url}/commerce/connect/4.0/Order/${method}`, {
        method: 'POST',
        headers: await authorized({ 'Content-Type': 'application/json', ...headers }),
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    services: async (path) =>
      fetch(`${norce.url}/commerce/${path}${path.includes('?') ? '&' : '?'}format=json`, {
        headers: await authorized(),
      }),
    async control(path, body) {
      const response = await fetch(`${norce.url}/__sandbox/${path}`, {
        ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      })
      return { status: response.status, body: await response.json() }
    },
    connect: async (path) => fetch(`${norce.url}/commerce/connect/4.0/${path}`, { headers: await authorized() }),
    async run(importName, header, items) {
      const response = await client.post(importName, { AccountId: ACCOUNT, ...header }, items)
      if (response.status !== 200) throw new Error(`${importName}: ${response.status} ${await response.text()}`)
      const { JobId } = (await response.json()) as { JobId: string }
      clock.advance(60_000)
      const job = (await (await client.connect(`api/Job/Get?id=${JobId}`)).json()) as Record<string, unknown>
      const log = (await (await client.connect(`Job/GetLog?id=${JobId}`)).json()) as LogRow[]
      return { job, log }
    },
  }
  return client
}

export function tokenForm(changes: Record<string, string> = {}): URLSearchParams {
  return new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: CREDENTIALS.clientId,
    client_secret: CREDENTIALS.clientSecret,
    scope: 'playground',
    ...changes,
  })
}

/** Messages of severity 2 and 3. */
export function problems(log: readonly LogRow[]): string[] {
  return log.filter((row) => row.SeverityId > 1).map((row) => `${row.SeverityId} ${row.Message}`)
}

export const PRODUCT_HEADER = {
  FullFile: false,
  ProductFieldsThatAreSet: ['ManufacturerCode', 'ManufacturerName', 'Code', 'Variants', 'Cultures', 'Categories'],
  ProductCultureFieldsThatAreSet: ['Name', 'Description'],
  VariantFieldsThatAreSet: ['ManufacturerPartNo', 'Cultures', 'Skus', 'VariantParametrics'],
  VariantCultureFieldsThatAreSet: ['Name'],
  SkuFieldsThatAreSet: ['Status', 'Type', 'EanCode'],
} as const

/** A jacket in sizes; part numbers `210455-M`, `210455-L` … */
export function jacket(sizes: readonly string[] = ['M', 'L'], changes: Record<string, unknown> = {}): object {
  return {
    Code: '210455',
    ManufacturerCode: 'FELLGATE',
    ManufacturerName: 'Fellgate',
    Cultures: [{ CultureCode: 'en-GB', Name: 'Lodge Jacket', Description: '<p>Windproof.</p>' }],
    Categories: [{ Code: 'jackets', SortOrder: 1 }],
    Variants: sizes.map((size) => ({
      ManufacturerPartNo: `FJ-LODGE-${size}`,
      Cultures: [{ CultureCode: 'en-GB', Name: `Lodge Jacket ${size}` }],
      VariantParametrics: [{ ParametricCode: 'p_size', ValueList: { Code: size, Value: size } }],
      Skus: [{ PartNo: `210455-${size}`, Status: 2, Type: 'ErpStandard', EanCode: `733111222${size}` }],
    })),
    ...changes,
  }
}

export const PRICE_HEADER = { SkuPriceListFieldsThatAreSet: ['PriceSale', 'PriceRecommended', 'IsActive'] } as const
export const ONHAND_HEADER = { SkuOnhandFieldsThatAreSet: ['OnhandValue', 'LeadTimeDayCount'] } as const
