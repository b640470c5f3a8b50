import { parseDuration } from '../config/durations.ts'
import type { Variables } from '../config/expression-compiler.ts'
import type { HttpClient } from '../http/client.ts'
import type { Governor } from '../http/governor.ts'
import type { Governors } from '../http/governors.ts'
import type { Clock, Random, Timers } from '../http/time.ts'
import { createTokenSource, type TokenSource } from '../http/token-source.ts'
import type { StateStore } from '../store/state-store.ts'
import { settingsOfAnswers } from './call/answer-settings.ts'
import type { Caller } from './call/call-types.ts'
import { createCaller } from './call/caller.ts'
import type { CompiledConnector, CompiledSignIn } from './compiled-connector.ts'
import { createReading } from './read/create-reading.ts'
import type { Reading } from './read/reading.ts'
import { createReferences, type References } from './references.ts'
import { sharedSignIn } from './shared-sign-in.ts'
import { tokenEndpoint } from './token-endpoint.ts'
import { createWriting, type Writing } from './write/writing.ts'

/** What a connection needs from outside. */
export interface ConnectionEnvironment {
  readonly http: HttpClient
  readonly governors: Governors
  readonly store: Pick<StateStore, 'secrets' | 'references' | 'locks' | 'identities'>
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
}

export interface ConnectionSettings {
  readonly name: string
  readonly settings: Variables
  /** Where each setting has its value from; what the project file says is not learnt from answers. */
  readonly settingFrom: Readonly<Record<string, 'project' | 'saved' | 'default'>>
  readonly credentials: Variables
  /** Name of the way to sign in; undefined when the connector needs none. */
  readonly signIn: string | undefined
  /** Part of the account's calls that is ours: over 0, up to 1. */
  readonly share: number
}

/** A system that can be read and written: one customer's account of it. */
export interface Connection {
  readonly name: string
  readonly connector: CompiledConnector
  readonly settings: ConnectionSettings
  readonly caller: Caller
  readonly reading: Reading
  readonly writing: Writing
  readonly references: References
  readonly tokens: TokenSource | undefined
  readonly signIn: CompiledSignIn | undefined
  readonly governor: Governor
}

export async function createConnection(
  connector: CompiledConnector,
  given: ConnectionSettings,
  environment: ConnectionEnvironment,
): Promise<Connection> {
  const learning = settingsOfAnswers({
    name: given.name,
    saves: connector.http.saves,
    given: given.settings,
    fromProject: (setting) => given.settingFrom[setting] === 'project',
    declared: connector.settings,
    store: environment.store.identities,
  })
  const settings: ConnectionSettings = { ...given, settings: learning.settings }
  const basics: Variables = { settings: settings.settings }
  const signIn = settings.signIn === undefined ? undefined : connector.signIn.get(settings.signIn)
  const tokens = signIn?.oauth2 && (await tokenSource(connector, settings, signIn, environment))
  const limit = connector.limits[0]
  const number = async (
    formula: { evaluate(input: unknown, variables: Variables): Promise<unknown> } | undefined,
  ): Promise<number | undefined> => formula && Number(await formula.evaluate(undefined, basics))
  const requests = await number(limit?.requests)
  const per = limit?.per && (await limit.per.evaluate(undefined, basics))
  const perMs = typeof per === 'number' ? per : typeof per === 'string' ? parseDuration(per) : undefined
  const governor = environment.governors.for({
    key: `${connector.name} ${String((await limit?.scope.evaluate(undefined, basics)) ?? settings.name)}`,
    ...(requests !== undefined && perMs !== undefined && { limit: { requests, perMs } }),
    concurrent: (await number(limit?.concurrent)) ?? 4,
    share: settings.share,
    random: environment.random,
    timers: environment.timers,
  })
  const caller = createCaller({
    name: settings.name,
    connector,
    signIn,
    settings: settings.settings,
    credentials: settings.credentials,
    governor,
    limit,
    http: environment.http,
    tokens,
    clock: environment.clock,
    timers: environment.timers,
    random: environment.random,
    learn: learning.learn,
  })
  const reading = createReading(connector, caller)
  return {
    name: settings.name,
    connector,
    settings,
    caller,
    reading,
    writing: createWriting({
      caller,
      reading,
      entities: connector.entities,
      clock: environment.clock,
      timers: environment.timers,
    }),
    references: createReferences(settings.name, reading, environment.store.references, environment.clock),
    tokens,
    signIn,
    governor,
  }
}

async function tokenSource(
  connector: CompiledConnector,
  settings: ConnectionSettings,
  signIn: CompiledSignIn,
  environment: ConnectionEnvironment,
): Promise<TokenSource> {
  const way = signIn.oauth2
  if (!way) throw new Error(`${signIn.name} of ${connector.name} has no token.`)
  const endpoint = await tokenEndpoint(way, settings)
  return createTokenSource({
    ...endpoint,
    name: settings.name,
    grant: way.grant === 'client_credentials' ? 'client_credentials' : 'refresh_token',
    rotates: way.rotates,
    shared: sharedSignIn({ name: settings.name, ...environment }),
    timers: environment.timers,
    random: environment.random,
    clock: environment.clock,
    http: environment.http,
  })
}
