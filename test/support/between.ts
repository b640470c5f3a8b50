import { once } from 'node:events'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a server between two others answers itself. */
export interface Instead {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Between {
  readonly url: string
  /** Values of authorization headers that passed. */
  readonly authorizations: readonly string[]
  stop(): Promise<void>
}

/**
 * A server in front of another one. It hands calls on, answers some itself (`hang`: never), and changes headers of
 * answers: so a stand-in plays what goes wrong between two systems, and not only within one.
 */
export async function between(
  target: string,
  {
    instead = () => undefined,
    headers = {},
  }: {
    readonly instead?: (call: {
      readonly method: string
      readonly path: string
      readonly headers: IncomingMessage['headers']
    }) => Instead | 'hang' | undefined
    readonly headers?: Readonly<Record<string, string | (() => string)>>
  } = {},
): Promise<Between> {
  const authorizations: string[] = []
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/' } = incoming
    if (incoming.headers.authorization) authorizations.push(incoming.headers.authorization)
    const own = instead({ method, path: url, headers: incoming.headers })
    if (own === 'hang') return
    const changed = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : value()]),
    )
    if (own) {
      incoming.resume()
      outgoing.writeHead(own.status, { 'content-type': 'application/json', ...own.headers, ...changed })
      outgoing.end(own.body ?? '')
      return
    }
    const { hostname, port } = new URL(target)
    const passed = request(
      { hostname, port, method, path: url, headers: { ...incoming.headers, host: `${hostname}:${port}` } },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...changed })
        answer.pipe(outgoing)
      },
    )
    passed.on('error', () => outgoing.destroy())
    incoming.pipe(passed)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    authorizations,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
