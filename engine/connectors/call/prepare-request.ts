import type { Variables } from '../../config/expression-compiler.ts'
import type { CompiledConnector } from '../compiled-connector.ts'
import type { CompiledRequest } from '../compiled-request.ts'
import type { CallOptions } from './call-types.ts'
import { textValues, valuesOf } from './values.ts'

/** A request as it is sent, but for what signs it in. */
export interface PreparedRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

export async function prepareRequest(
  connector: CompiledConnector,
  basics: Variables,
  request: CompiledRequest,
  variables: Variables,
  call: Pick<CallOptions, 'operation' | 'address'>,
): Promise<PreparedRequest> {
  const scope = { ...basics, ...variables, operation: call.operation }
  const base = await connector.http.base.render(undefined, basics, asIs)
  const url =
    call.address ??
    withQuery(base + (await request.path.render(undefined, scope, encodePiece)), await valuesOf(request.query, scope))
  const headers: Record<string, string> = {
    accept: 'application/json',
    ...textValues(await valuesOf(connector.http.headers, basics)),
    ...textValues(await valuesOf(request.headers, scope)),
  }
  const body = request.body === undefined ? undefined : JSON.stringify(await request.body.evaluate(undefined, scope))
  if (body !== undefined && !hasHeader(headers, 'content-type')) headers['content-type'] = 'application/json'
  return { url, headers, body }
}

function withQuery(url: string, query: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(query).map(
    ([name, value]) => `${encodePiece(name)}=${encodeURIComponent(String(value))}`,
  )
  return pairs.length === 0 ? url : `${url}${url.includes('?') ? '&' : '?'}${pairs.join('&')}`
}

const asIs = (piece: string): string => piece

/** Percent-encodes a value in a path. A connection's own settings are part of the address and stay as they are. */
function encodePiece(piece: string, source?: string): string {
  if (source !== undefined && /^\s*\$settings\.[A-Za-z0-9_]+\s*$/.test(source)) return piece
  return encodeURIComponent(piece).replaceAll('%2C', ',').replaceAll('%24', '$')
}

function hasHeader(headers: Readonly<Record<string, string>>, name: string): boolean {
  return Object.keys(headers).some((header) => header.toLowerCase() === name)
}
