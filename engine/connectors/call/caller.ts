import type { Variables } from '../../config/expression-compiler.ts'
import type { HttpClient, HttpResponse } from '../../http/client.ts'
import { HttpFailure } from '../../http/failure.ts'
import type { Governor } from '../../http/governor.ts'
import { backoffDelay, sleep } from '../../http/retry.ts'
import { SignInError } from '../../http/sign-in-error.ts'
import type { Clock, Random, Timers } from '../../http/time.ts'
import type { Token, TokenSource } from '../../http/token-source.ts'
import { withoutPersonal } from '../../redaction/text.ts'
import type { CompiledConnector, CompiledLimit, CompiledSignIn } from '../compiled-connector.ts'
import type { CompiledRequest } from '../compiled-request.ts'
import { CallFailure } from '../failure.ts'
import type { Caller } from './call-types.ts'
import { feedbackOf } from './feedback.ts'
import { meaningOf, type Understood } from './meaning.ts'
import { type PreparedRequest, prepareRequest } from './prepare-request.ts'
import { quietly, type Told, toldText } from './told.ts'
import { textValues, valuesOf } from './values.ts'

export interface CallerOptions {
  readonly name: string
  readonly connector: CompiledConnector
  readonly signIn: CompiledSignIn | undefined
  readonly settings: Variables
  readonly credentials: Variables
  readonly governor: Governor
  readonly limit: CompiledLimit | undefined
  readonly http: HttpClient
  readonly tokens: TokenSource | undefined
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  /** Told of each answer to a call that was signed in and done. */
  readonly learn: (answer: Told) => Promise<void>
}

const maxTries = 5
const backoff = { baseMs: 500, maxMs: 30_000 }

/** Sends requests of one connection: signed in, governed, retried where that is safe, and with their meaning read. */
export function createCaller(options: CallerOptions): Caller {
  const { name, connector, governor, limit, http, tokens, clock } = options
  const basics: Variables = { settings: options.settings }

  async function send(
    prepared: PreparedRequest,
    request: CompiledRequest,
    token: Token | undefined,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    const signed = options.signIn
      ? textValues(
          await valuesOf(options.signIn.headers, {
            ...basics,
            credentials: options.credentials,
            ...(token && { token: token.fields }),
          }),
        )
      : {}
    return http.send({
      method: request.method,
      url: prepared.url,
      headers: { ...prepared.headers, ...signed },
      ...(prepared.body !== undefined && { body: prepared.body }),
      timeoutMs: connector.http.timeoutMs,
      signal,
    })
  }

  return {
    basics,
    async call(request, variables, call) {
      const prepared = await prepareRequest(connector, basics, request, variables, call)
      const where = withoutPersonal(`${request.method} ${new URL(prepared.url).pathname}`)
      const fail = (
        kind: CallFailure['kind'],
        code: string,
        message: string,
        status?: number,
        cause?: unknown,
        requestId?: string,
      ): CallFailure =>
        new CallFailure(
          { kind, code, connection: name, status, requestId, message: `${name}: ${where}: ${message}` },
          cause === undefined ? undefined : { cause },
        )
      let renewed = false
      for (let tries = 1; ; ) {
        call.signal.throwIfAborted()
        const token = await signedIn(tokens, fail, call.signal)
        let outcome: Understood & { response: HttpResponse }
        try {
          outcome = await governor.run(
            async () => {
              let response: HttpResponse
              call.onSending?.()
              try {
                response = await send(prepared, request, token, call.signal)
              } catch (error) {
                call.tally?.({ throttled: false })
                throw error
              }
              const read = await meaningOf(connector, response, call.operation, basics)
              call.tally?.({ throttled: read.meaning === 'throttled' })
              if (read.meaning === 'ok') await options.learn(response)
              return {
                value: { response, ...read },
                feedback: await feedbackOf(limit, response, read.meaning, basics, clock.now()),
              }
            },
            { priority: call.priority, signal: call.signal },
          )
        } catch (error) {
          if (!(error instanceof HttpFailure) || error.kind === 'aborted') throw error
          if (error.code === 'UNSAFE_URL' || error.code === 'INVALID_URL')
            throw fail('unreachable', 'address-refused', error.message, undefined, error)
          const unsure = error.kind !== 'not-sent'
          if (unsure && !call.repeatable) {
            throw fail(
              'unknown-outcome',
              'unknown-outcome',
              `no answer (${error.code}), so it is not known whether it was done.`,
              undefined,
              error,
            )
          }
          if (tries >= maxTries) {
            throw fail(
              'unreachable',
              'system-unreachable',
              `no answer after ${tries} tries (${error.code}). Check the address and the network, and whether the system is up.`,
              undefined,
              error,
            )
          }
          await sleep(backoffDelay(tries++, backoff, options.random), call.signal, options.timers)
          continue
        }
        const { response, meaning, code, say } = outcome
        switch (meaning) {
          case 'unauthorized': {
            if (token && tokens && !renewed) {
              renewed = true
              tokens.drop(token)
              continue
            }
            throw fail(
              'credentials',
              'credentials-refused',
              `the system does not accept the credentials (status ${response.status}). Check them with \`syncline check ${name}\`.`,
              response.status,
            )
          }
          case 'retry': {
            if (!call.repeatable)
              throw fail(
                'unknown-outcome',
                'unknown-outcome',
                `status ${response.status}, so it is not known whether it was done.`,
                response.status,
              )
            if (tries >= maxTries) {
              throw fail(
                'unreachable',
                code ?? 'system-failing',
                `status ${response.status} after ${tries} tries.${said(say)}`,
                response.status,
              )
            }
            await sleep(backoffDelay(tries++, backoff, options.random), call.signal, options.timers)
            continue
          }
          case 'failed':
            throw fail(
              'refused',
              code ?? `http-${response.status}`,
              `refused with status ${response.status}.${said(say)}`,
              response.status,
              undefined,
              await requestIdOf(response),
            )
          case 'throttled':
            // The governor keeps throttled calls; this cannot be reached.
            continue
          default:
            return {
              meaning,
              status: response.status,
              headers: response.headers,
              body: response.body,
              address: prepared.url,
              serverDate: response.serverDate,
              sentAt: response.sentAt,
              receivedAt: response.receivedAt,
              code,
              say,
              ...(meaning !== 'ok' && { requestId: await requestIdOf(response) }),
            }
        }
      }
    },
  }

  async function requestIdOf(response: HttpResponse): Promise<string | undefined> {
    const { requestId } = connector.http
    return requestId && toldText(await quietly(requestId, response, basics))
  }
}

async function signedIn(
  tokens: TokenSource | undefined,
  fail: (
    kind: 'credentials' | 'unreachable',
    code: string,
    message: string,
    status?: number,
    cause?: unknown,
  ) => CallFailure,
  signal: AbortSignal,
): Promise<Token | undefined> {
  if (!tokens) return undefined
  try {
    return await tokens.token(signal)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof HttpFailure)
      throw fail('unreachable', 'token-endpoint-unreachable', error.message, undefined, error)
    if (!(error instanceof SignInError)) throw error
    throw fail(error.refused ? 'credentials' : 'unreachable', error.code, error.message, undefined, error)
  }
}

function said(say: string | undefined): string {
  return say === undefined ? '' : ` It says: ${withoutPersonal(say.slice(0, 300))}`
}
