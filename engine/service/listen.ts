import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { SynclineError } from '../diagnostics/syncline-error.ts'

/** A server that listens. */
export interface Listening {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string
  /** Takes no more connections, lets answers that are under way end, and then closes. */
  close(): Promise<void>
}

/** Time that a sender has for its whole request. */
const requestMs = 30_000
/** Time that answers have to end once the server closes. */
const closeMs = 5_000

/** @throws SynclineError `port-in-use`, `cannot-listen`. */
export async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Listening> {
  const server = createServer(
    { requestTimeout: requestMs, headersTimeout: requestMs, connectionsCheckingInterval: 5_000 },
    getRequestListener(fetch),
  )
  await started(server, host, port)
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    close: () =>
      new Promise((resolve) => {
        const late = setTimeout(() => server.closeAllConnections(), closeMs)
        server.close(() => {
          clearTimeout(late)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}

function started(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const inUse = error.code === 'EADDRINUSE'
      reject(
        new SynclineError(
          {
            code: inUse ? 'port-in-use' : 'cannot-listen',
            message: inUse
              ? `The port ${port} is taken.`
              : `Nothing can listen on ${host}, port ${port} (${error.code}).`,
            advice: inUse ? 'Give another --port.' : 'Give another --host or --port.',
            exitStatus: 2,
          },
          { cause: error },
        ),
      )
    })
    server.listen(port, host, resolve)
  })
}
