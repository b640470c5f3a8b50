import type { HttpClient, HttpRequest, HttpResponse } from './client.ts'
import type { HttpFailure } from './failure.ts'

/** One call: what was sent, and what came of it. */
export interface Exchange {
  readonly request: HttpRequest
  readonly response: HttpResponse | undefined
  readonly failure: HttpFailure | undefined
}

/** The same client; every call is told before its caller goes on. */
export function watched(http: HttpClient, onExchange: (exchange: Exchange) => void): HttpClient {
  return {
    async send(request) {
      try {
        const response = await http.send(request)
        onExchange({ request, response, failure: undefined })
        return response
      } catch (error) {
        onExchange({ request, response: undefined, failure: error as HttpFailure })
        throw error
      }
    },
    close: () => http.close(),
  }
}
