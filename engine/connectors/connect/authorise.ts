import { createHash } from 'node:crypto'
import type { AnswerPage } from '../../http/answer-page.ts'
import { type AnswerReceiver, canReceive, type ReceivedAnswer, receiveAnswer } from '../../http/answer-receiver.ts'
import {
  type AuthorizationPage,
  beginAuthorization,
  exchangeCode,
  type PendingAuthorization,
  readAnswer,
} from '../../http/authorization.ts'
import { HttpFailure } from '../../http/failure.ts'
import { saveRefreshToken } from '../../http/saved-refresh-token.ts'
import { askedWith, heldToken, tokenText } from '../../http/token.ts'
import type { CompiledAuthorise } from '../compiled-connect.ts'
import type { CompiledOAuth2 } from '../compiled-connector.ts'
import { sharedSignIn } from '../shared-sign-in.ts'
import { type ConfiguredEndpoint, scopeOf, textOf, textsOf, tokenEndpoint } from '../token-endpoint.ts'
import * as failures from './authorise-failures.ts'
import type { ConnectOptions, Current, StepFailure } from './connect-types.ts'
import { setByProject } from './keeping.ts'
import { settingsTold } from './told-settings.ts'

export type Authorised =
  | { readonly found: readonly string[]; readonly failure?: undefined }
  | { readonly failure: StepFailure; readonly found?: undefined }

/** What an authorisation was given for, in the state; the refresh token that it brought is among the secrets. */
const mark = 'authorised'

interface Parts {
  readonly way: CompiledOAuth2
  readonly endpoint: ConfiguredEndpoint
  readonly page: AuthorizationPage
  readonly redirect: string
}

/** Undefined when the chosen way needs no person to agree. */
async function partsOf({ config, connector }: Current): Promise<Parts | undefined> {
  const way = config.signIn === undefined ? undefined : connector.signIn.get(config.signIn)?.oauth2
  if (!way?.authorise) return undefined
  const endpoint = await tokenEndpoint(way, config)
  return { way, endpoint, ...(await pageOf(way.authorise, endpoint, config)) }
}

async function pageOf(
  { address, redirect, query, pkce }: CompiledAuthorise,
  { clientId, scope }: ConfiguredEndpoint,
  config: Current['config'],
): Promise<Pick<Parts, 'page' | 'redirect'>> {
  const values = scopeOf(config)
  return {
    redirect: (await textOf(redirect, values)) ?? '',
    page: {
      address: await address.render(undefined, values, (piece) => piece),
      clientId,
      scope,
      query: await textsOf(query, config),
      pkce,
    },
  }
}

/** What is authorised: another account or app needs another consent. */
function subjectOf({ page, endpoint }: Parts): string {
  return createHash('sha256')
    .update(JSON.stringify([page.address, page.clientId, endpoint.scope]))
    .digest('hex')
}

/** Whether a refresh token is there already, for this account and app. */
export async function isAuthorised(
  current: Current,
  { environment, name }: ConnectOptions,
): Promise<string | undefined> {
  const parts = await partsOf(current)
  if (!parts) return 'the chosen way to sign in needs nobody to agree'
  const { identities, secrets } = environment.store
  if (identities.get(name)[mark] === subjectOf(parts) && secrets.names(name).includes('refreshToken'))
    return 'authorised already; the refresh token is in the state'
  return parts.endpoint.refreshToken === undefined ? undefined : 'a refresh token is configured'
}

/** A person agrees in the browser, and the answer is exchanged for tokens, which are saved before anything uses them. */
export async function authorise(current: Current, options: ConnectOptions): Promise<Authorised> {
  const parts = await partsOf(current)
  if (!parts) return { found: ['the chosen way to sign in needs nobody to agree'] }
  if (!URL.canParse(parts.redirect)) return { failure: failures.noRedirect(parts.redirect) }
  const answered = await waitForAnswer(parts, options).catch((error: unknown) => failureOf(error, parts, options))
  if ('failure' in answered) return answered
  const { finish } = answered
  try {
    const result = await exchange(parts, answered, current, options)
    finish?.(
      result.failure
        ? { ok: false, title: 'Not connected', text: `${result.failure.message} The terminal says what to do.` }
        : {
            ok: true,
            title: 'Connected',
            text: `${options.name} is authorised. You can close this window; the terminal goes on.`,
          },
    )
    return result
  } catch (error) {
    finish?.({ ok: false, title: 'Not connected', text: 'The terminal says what happened.' })
    throw error
  } finally {
    await answered.close()
  }
}

interface Answered {
  readonly pending: PendingAuthorization
  readonly query: URLSearchParams
  readonly finish: ((page: AnswerPage) => void) | undefined
  readonly close: () => Promise<void>
}

/** The first answer that carries our state, received on this machine or pasted. */
async function waitForAnswer(parts: Parts, options: ConnectOptions): Promise<Answered | { failure: StepFailure }> {
  const { person, waitMs, environment, signal: stopped } = options
  const receiving = canReceive(parts.redirect)
  if (!receiving && !person.answers) return { failure: failures.notReceivable(parts.redirect) }
  const over = new AbortController()
  const signal = AbortSignal.any([stopped, over.signal])
  let foreign = 0
  let receiver: AnswerReceiver | undefined
  let pending: PendingAuthorization | undefined
  const received = Promise.withResolvers<ReceivedAnswer>()
  if (receiving) {
    receiver = await receiveAnswer(parts.redirect, (answer) => {
      if (!pending || readAnswer(answer.query, pending).is === 'foreign') {
        foreign++
        person.say('An answer came that does not belong to this sign-in. It was not used.')
        answer.finish(failures.foreignPage)
        return 'waiting'
      }
      received.resolve(answer)
      return 'taken'
    })
  }
  const timer = environment.timers.setTimeout(() => over.abort(new TimedOut(foreign)), waitMs)
  const close = async (): Promise<void> => {
    environment.timers.clearTimeout(timer)
    over.abort(new Error('answered'))
    await receiver?.close()
  }
  try {
    const waiting = await beginAuthorization(parts.page, receiver?.redirect ?? parts.redirect)
    pending = waiting
    const pasted = person.authorise(waiting.address, receiving, signal).then((text) => {
      const query = queryOf(text)
      if (!query || readAnswer(query, waiting).is === 'foreign') throw new ForeignAnswer()
      return { query, finish: undefined }
    })
    const ended = new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
    )
    // Whichever of them ends later is not read any more.
    for (const late of [pasted, ended]) late.catch(() => {})
    const { query, finish } = await Promise.race([received.promise, pasted, ended])
    return { pending: waiting, query, finish, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The query of a pasted answer address; or of its query alone. */
function queryOf(text: string): URLSearchParams | undefined {
  const trimmed = text.trim()
  return URL.parse(trimmed)?.searchParams ?? (trimmed.includes('state=') ? new URLSearchParams(trimmed) : undefined)
}

class TimedOut extends Error {
  readonly foreign: number
  constructor(foreign: number) {
    super('timed out')
    this.foreign = foreign
  }
}

class ForeignAnswer extends Error {}

function failureOf(error: unknown, { redirect }: Parts, { waitMs }: ConnectOptions): { failure: StepFailure } {
  if (error instanceof TimedOut) return { failure: failures.timedOut(waitMs, error.foreign) }
  if (error instanceof ForeignAnswer) return { failure: failures.foreignAnswer }
  if (error instanceof HttpFailure) return { failure: failures.wrongAddress(error.message) }
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE' || code === 'EACCES') return { failure: failures.portTaken(redirect) }
  throw error
}

async function exchange(
  { way, endpoint, ...rest }: Parts,
  { pending, query }: Answered,
  current: Current,
  { environment, name, signal, hide }: ConnectOptions,
): Promise<Authorised> {
  const answer = readAnswer(query, pending)
  if (answer.is === 'refused') return { failure: failures.refused(answer.error) }
  if (answer.is !== 'code') return { failure: failures.withoutCode }
  hide(query.get('code') ?? '')
  const tokens = await exchangeCode(environment.http, endpoint, pending, query, signal)
  if (tokens.is !== 'token') return { failure: failures.notExchanged(tokens, endpoint.tokenUrl) }
  hide(tokens.fields.access_token)
  if (tokens.refreshToken === undefined) return { failure: failures.withoutRefreshToken }
  hide(tokens.refreshToken)
  const told = await settingsTold(way, tokens.fields, endpoint.tokenUrl, current)
  if (told.failure) return told
  for (const [setting, value] of Object.entries(told.values)) {
    const failure = setByProject(current, setting, value)
    if (failure) return { failure: { ...failure, message: `The system says otherwise: ${failure.message}` } }
  }
  const shared = sharedSignIn({ name, ...environment })
  saveRefreshToken(tokens.refreshToken, endpoint.refreshToken, shared.refreshToken)
  shared.accessToken.set(
    tokenText(heldToken(tokens.fields, tokens.sentAt), askedWith(endpoint, 'refresh_token', endpoint.refreshToken)),
  )
  environment.store.identities.set(name, { ...told.values, [mark]: subjectOf({ way, endpoint, ...rest }) })
  return {
    found: [
      'authorised; the refresh token is in the state',
      ...Object.entries(told.values).map(([setting, value]) => `${setting}: ${value} (as the system says)`),
    ],
  }
}
