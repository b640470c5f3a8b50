import type { IncomingMessage } from 'node:http'
import { bodyOf, startServer, type TestServer } from '../../engine/http/testing/test-server.ts'

/** What a made-up system was asked. */
export interface Call {
  readonly method: string
  /** Decoded. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  /** Of JSON or of a form; undefined where there is none. */
  readonly body: unknown
}

export interface CallAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body: unknown
  /** Instead of an answer the connection is cut. */
  readonly drop?: boolean
}

/** A server that takes each request apart, and answers with JSON. */
export function startCallServer(answer: (call: Call) => Promise<CallAnswer>): Promise<TestServer> {
  return startServer((request, response) => {
    void callOf(request)
      .then(answer)
      .then(({ status, headers, body, drop }) => {
        if (drop) {
          request.socket.destroy()
          return
        }
        response.writeHead(status, { 'content-type': 'application/json', ...headers })
        response.end(JSON.stringify(body))
      })
  })
}

async function callOf(request: IncomingMessage): Promise<Call> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
  const text = await bodyOf(request)
  const isForm = request.headers['content-type']?.includes('form') === true
  return {
    method: request.method ?? '',
    path: decodeURIComponent(pathname),
    query: searchParams,
    headers: request.headers,
    body: text === '' ? undefined : isForm ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text),
  }
}
