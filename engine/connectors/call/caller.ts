import type { Formula, Variables } from '../../config/expression-compiler.ts'
import type { HttpClient, HttpResponse } from '../../http/client.ts'
import { HttpFailure } from '../../http/failure.ts'
import type { Feedback, Governor } from '../../http/governor.ts'
import { backoffDelay, retryAfterMs, sleep } from '../../http/retry.ts'
import { SignInError } from '../../http/sign-in-error.ts'
import type { Clock, Random, Timers } from '../../http/time.ts'
import type { Token, TokenSource } from '../../http/token-source.ts'
import { withoutPersonal } from '../../redaction/text.ts'
import type { CompiledConnector, CompiledLimit, CompiledSignIn, Meaning } from '../compiled-connector.ts'
import type { CompiledRequest, CompiledValues } from '../compiled-request.ts'
import { CallFailure } from '../failure.ts'
import type { Told } from './answer-settings.ts'

export type Operation = 'list' | 'get' | 'find' | 'write' | 'check'

export interface CallOptions {
  readonly operation: Operation
  /** 1 goes before 9. */
  readonly priority: number
  readonly signal: AbortSignal
  /** May the same request be sent again when its outcome is unknown? Reads, and writes of absolute values. */
  readonly repeatable: boolean
  /** Told of each request that is sent. */
  readonly tally?: (event: { readonly throttled: boolean }) => void
  /** Take this address instead of the request's own (the next page). */
  readonly address?: string
}

/** An answer and what it means. Throttled, unauthorized, retry and failed never come out: they are dealt with inside. */
export interface Answer {
  readonly meaning: 'ok' | 'empty' | 'split' | 'shrink' | 'conflict'
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
  /** Address that answered, for following a relative next page. */
  readonly address: string
  /** The server's time at the answer, milliseconds since the Unix epoch, when it said it. */
  readonly serverDate: number | undefined
  /** By our clock, milliseconds since the Unix epoch. */
  readonly sentAt: number
  readonly receivedAt: number
  /** What the rule that matched says of it. */
  readonly code: string | undefined
  readonly say: string | undefined
  /** By which the system's own log names the call; of an answer that is not ok. */
  readonly requestId?: string | undefined
}

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

export interface Caller {
  /** What every expression of the connector sees: $settings. */
  readonly basics: Variables
  call(request: CompiledRequest, variables: Variables, options: CallOptions): Promise<Answer>
}

const maxTries = 5
const backoff = { baseMs: 500, maxMs: 30_000 }

/** Sends requests of one connection: signed in, governed, retried where that is safe, and with their meaning read. */
export function createCaller(options: CallerOptions): Caller {
  const { name, connector, governor, http, tokens, clock } = options
  const basics: Variables = { settings: options.settings }

  async function prepare(
    request: CompiledRequest,
    variables: Variables,
    call: CallOptions,
  ): Promise<{ url: string; headers: Record<string, string>; body: string | undefined }> {
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

  async function send(
    prepared: { url: string; headers: Record<string, string>; body: string | undefined },
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

  async function feedback(response: HttpResponse, meaning: Meaning): Promise<Feedback> {
    const { limit } = options
    const numeric = async (formula: Formula | undefined): Promise<number | undefined> => {
      if (!formula) return undefined
      const value = Number(await quietly(formula, response, basics))
      return Number.isFinite(value) ? value : undefined
    }
    const remaining = await numeric(limit?.remaining)
    const resets = await numeric(limit?.resets)
    const asked = limit?.retryAfter ? await numeric(limit.retryAfter) : undefined
    const wait = asked !== undefined ? asked * 1000 : retryAfterMs(response.headers['retry-after'], clock.now())
    return {
      ...(remaining !== undefined && { remaining }),
      ...(resets !== undefined && { resetsInMs: resets * (limit?.unitMs ?? 1) }),
      ...(meaning === 'throttled' && { throttled: true }),
      ...(wait !== undefined && { retryAfterMs: wait }),
    }
  }

  async function meaningOf(
    response: HttpResponse,
    operation: Operation,
  ): Promise<{ meaning: Meaning; code: string | undefined; say: string | undefined }> {
    for (const rule of connector.errors) {
      if ((await quietly(rule.when, response, { ...basics, operation })) !== true) continue
      const code = rule.code && (await quietly(rule.code, response, basics))
      const say = rule.say && (await quietly(rule.say, response, basics))
      return { meaning: rule.is, code: scalarText(code), say: scalarText(say) }
    }
    return { meaning: usualMeaning(response.status), code: undefined, say: undefined }
  }

  return {
    basics,
    async call(request, variables, call) {
      const prepared = await prepare(request, variables, call)
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
        let outcome: { response: HttpResponse; meaning: Meaning; code: string | undefined; say: string | undefined }
        try {
          outcome = await governor.run(
            async () => {
              let response: HttpResponse
              try {
                response = await send(prepared, request, token, call.signal)
              } catch (error) {
                call.tally?.({ throttled: false })
                throw error
              }
              const read = await meaningOf(response, call.operation)
              call.tally?.({ throttled: read.meaning === 'throttled' })
              if (read.meaning === 'ok') await options.learn(response)
              return { value: { response, ...read }, feedback: await feedback(response, read.meaning) }
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
    return requestId && scalarText(await quietly(requestId, response, basics))
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

function usualMeaning(status: number): Meaning {
  if (status >= 200 && status < 300) return 'ok'
  if (status === 429) return 'throttled'
  if (status === 401) return 'unauthorized'
  return status >= 500 ? 'retry' : 'failed'
}

/** Rules over answers of any shape: an expression that cannot be evaluated on this answer does not match it. */
async function quietly(formula: Formula, response: HttpResponse, variables: Variables): Promise<unknown> {
  try {
    return await formula.evaluate(
      { status: response.status, headers: response.headers, body: response.body },
      variables,
    )
  } catch {
    return undefined
  }
}

export async function valuesOf(
  values: CompiledValues,
  variables: Variables,
  input?: unknown,
): Promise<Record<string, unknown>> {
  const out: Record<string, unknown> = {}
  for (const [name, formula] of values) {
    const value = await formula.evaluate(input, variables)
    // An optional setting that is not set, or is set to nothing in the environment, leaves its header or parameter out.
    if (value !== undefined && value !== '') out[name] = value
  }
  return out
}

function textValues(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))
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

function scalarText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

function said(say: string | undefined): string {
  return say === undefined ? '' : ` It says: ${withoutPersonal(say.slice(0, 300))}`
}
