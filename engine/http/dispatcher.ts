import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici'

/** Proxies as in the environment variables of the same names, which the caller reads. */
export interface ProxySettings {
  readonly httpProxy?: string
  readonly httpsProxy?: string
  /** Hosts that are called directly, separated by commas. */
  readonly noProxy?: string
}

/** The proxy settings of an environment (lower case wins, as in curl); undefined when it names no proxy. */
export function proxyFromEnv(env: Readonly<Record<string, string | undefined>>): ProxySettings | undefined {
  const httpProxy = env.http_proxy || env.HTTP_PROXY
  const httpsProxy = env.https_proxy || env.HTTPS_PROXY
  const noProxy = env.no_proxy || env.NO_PROXY
  if (!httpProxy && !httpsProxy) return undefined
  return { ...(httpProxy && { httpProxy }), ...(httpsProxy && { httpsProxy }), ...(noProxy && { noProxy }) }
}

/** Set by the dispatcher when the first byte of a request is about to be written. Given as `opaque`. */
export interface SendMark {
  sent: boolean
}

export function createDispatcher({
  connectTimeoutMs,
  proxy,
}: {
  readonly connectTimeoutMs: number
  readonly proxy: ProxySettings | undefined
}): Dispatcher {
  const options = {
    connect: { timeout: connectTimeoutMs },
    // One request at a time on a connection: when it is lost, it is clear which request was on it.
    pipelining: 1,
    allowH2: false,
    // Time-outs are ours: one for the whole exchange.
    headersTimeout: 0,
    bodyTimeout: 0,
  }
  const agent = proxy
    ? new EnvHttpProxyAgent({
        ...options,
        // Empty texts, so that undici does not read the environment itself.
        httpProxy: proxy.httpProxy ?? '',
        httpsProxy: proxy.httpsProxy ?? '',
        // A proxy elsewhere cannot reach this machine's own servers.
        noProxy: [proxy.noProxy, 'localhost', '127.0.0.1', '::1'].filter(Boolean).join(','),
      })
    : new Agent(options)
  return agent.compose((dispatch) => (request, handler) => {
    const { opaque } = request as { opaque?: SendMark }
    if (opaque) markSending(handler, opaque)
    return dispatch(request, handler)
  })
}

/** The handler belongs to one request only, so it may be changed. */
function markSending(handler: Dispatcher.DispatchHandler, mark: SendMark): void {
  const start = handler.onRequestStart
  // undici calls this when the request has a connection, directly before it writes. If the handler aborts here (the
  // signal was aborted while the request waited), nothing is written.
  handler.onRequestStart = (controller, context) => {
    start?.call(handler, controller, context)
    if (!controller.aborted) mark.sent = true
  }
}
