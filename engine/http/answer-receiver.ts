import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type AnswerPage, pageHeaders, renderPage } from './answer-page.ts'
import { isLoopback } from './safe-url.ts'

/** Receives the answer of an authorisation on this machine (RFC 8252 §7.3). */
export interface AnswerReceiver {
  /** The redirect address, with the port that it listens on. */
  readonly redirect: string
  /** Closes it; a browser that still waits gets no answer. */
  close(): Promise<void>
}

/** An answer that came in. The browser waits for its page until `finish`. */
export interface ReceivedAnswer {
  readonly query: URLSearchParams
  finish(page: AnswerPage): void
}

/** True for a redirect address that this machine can listen on: plain http on a loopback host. */
export function canReceive(redirect: string): boolean {
  const url = URL.parse(redirect)
  return url?.protocol === 'http:' && isLoopback(url.hostname)
}

const pages = {
  used: { ok: false, title: 'Answered already', text: 'This sign-in has had its answer. You can close this window.' },
  other: { ok: false, title: 'Nothing here', text: 'Only the answer of a sign-in is received at this address.' },
} satisfies Record<string, AnswerPage>

/**
 * Listens on 127.0.0.1, at the port of the redirect address or, when it has none, at a free one.
 *
 * @param redirect one for which `canReceive` is true.
 * @param received called for each answer at that address until it says that the answer is taken: only one is.
 * @throws Error with the code EADDRINUSE or EACCES when the port cannot be had.
 */
export async function receiveAnswer(
  redirect: string,
  received: (answer: ReceivedAnswer) => 'taken' | 'waiting',
): Promise<AnswerReceiver> {
  const url = new URL(redirect)
  let taken = false
  const server = createServer((request, response) => {
    const asked = URL.parse(request.url ?? '/', url.origin)
    if (request.method !== 'GET' || asked?.pathname !== url.pathname) return answer(response, 404, pages.other)
    if (taken) return answer(response, 410, pages.used)
    taken =
      received({
        query: asked.searchParams,
        finish: (page) => answer(response, page.ok ? 200 : 400, page),
      }) === 'taken'
  })
  server.requestTimeout = 10_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(Number(url.port), '127.0.0.1', resolve)
  })
  // An address without a port is a pattern for all ports; its text gains the one that was free.
  const { port } = server.address() as AddressInfo
  if (Number(url.port) === 0) url.port = String(port)
  return {
    redirect: new URL(redirect).port === url.port ? redirect : url.href,
    close: () =>
      new Promise((resolve) => {
        // What is being answered now is answered first.
        server.close(() => resolve())
        server.closeIdleConnections()
        setTimeout(() => server.closeAllConnections(), 1_000).unref()
      }),
  }
}

function answer(response: ServerResponse, status: number, page: AnswerPage): void {
  response.writeHead(status, pageHeaders).end(renderPage(page))
}
