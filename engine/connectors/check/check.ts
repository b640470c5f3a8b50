import type { Variables } from '../../config/expression-compiler.ts'
import type { Table } from '../../config/project.ts'
import { EvaluationError } from '../../expressions/function-definition.ts'
import { SignInError } from '../../http/sign-in-error.ts'
import { withoutPersonal } from '../../redaction/text.ts'
import type { CompiledCheckStep } from '../compiled-connector.ts'
import type { Connection } from '../connection.ts'
import { CallFailure, isSystemFailure } from '../failure.ts'
import type { CallWatch, WatchedCall } from './call-watch.ts'
import { isPage } from './call-watch.ts'
import { type Evidence, generalCauses, tokenTimes } from './causes.ts'
import type { Cause, CheckResult, FailedCall, TableFound, UnnamedFound } from './check-types.ts'
import { clockOf } from './clock.ts'
import { quotaOf } from './quota.ts'
import { checkTables } from './tables.ts'

/** What a check knows beside the connection; all optional. */
export interface CheckContext {
  /** Watches the calls of the connection, which is then made with its `http`: causes, quota and clock come from it. */
  readonly watch?: CallWatch
  /** Only what tells whether the connection works: sign-in and the first read. */
  readonly quick?: boolean
  /** Entities of the connection that mappings or tables use; steps for others are left out. Default: all are used. */
  readonly uses?: ReadonlySet<string>
  /** The host of the proxy that calls go through. */
  readonly proxy?: string | undefined
  /** Aborted when the check has taken too long: what is under way failed, and nothing more is tried. */
  readonly deadline?: AbortSignal
}

/** Walks the steps by which a connector says how its connection is verified. Where a step fails on which all others build, the walk ends. */
export async function* checkConnection(
  connection: Connection,
  tables: readonly Table[],
  signal: AbortSignal,
  context: CheckContext = {},
): AsyncGenerator<CheckResult, void, void> {
  const { quick = false, uses, deadline } = context
  const settings = { settings: connection.settings.settings }
  const both = deadline ? AbortSignal.any([signal, deadline]) : signal
  const name = connection.name
  let ended = false
  let reads = 0
  for (const step of connection.connector.check) {
    if (uses && step.for.length > 0 && !step.for.some((entity) => uses.has(entity))) continue
    if (quick && (step.do === 'tables' || (step.request && ++reads > 1))) continue
    if (ended) {
      yield { connection: name, step: step.name, status: 'skipped', found: 'not tried, since an earlier step failed' }
      continue
    }
    const first = context.watch?.calls.length ?? 0
    try {
      if (step.if && (await step.if.evaluate(undefined, settings)) !== true) continue
      for await (const outcome of until(deadline, outcomes(step, connection, tables, both))) {
        const calls = context.watch?.calls.slice(first) ?? []
        yield await resultOf(connection, step, outcome, calls, context)
        if (!outcome.ok && (outcome.system || endsWalk(step))) ended = true
      }
    } catch (error) {
      const failed = failureOf(error, signal, deadline)
      if (!failed) throw error
      yield await resultOf(connection, step, failed, context.watch?.calls.slice(first) ?? [], context)
      ended = ended || failed.system === true || endsWalk(step)
    }
  }
}

interface Outcome {
  readonly ok: boolean
  readonly found: string
  readonly system?: true
  readonly configuration?: true
  readonly table?: TableFound
  readonly unnamed?: UnnamedFound
  /** The system's request id, where there was an answer. */
  readonly requestId?: string
}

/** What cannot be signed in need not be asked. */
function endsWalk({ do: what, severity }: CompiledCheckStep): boolean {
  return severity === 'error' && (what === 'credentials' || what === 'signIn')
}

/** The same, and ends with the deadline's reason when that comes first, whatever is waited for. */
async function* until<T>(deadline: AbortSignal | undefined, items: AsyncGenerator<T, void, void>): AsyncGenerator<T> {
  if (!deadline) {
    yield* items
    return
  }
  deadline.throwIfAborted()
  const late = new Promise<never>((_, reject) =>
    deadline.addEventListener('abort', () => reject(deadline.reason as Error), { once: true }),
  )
  late.catch(() => undefined)
  for (;;) {
    const next = await Promise.race([items.next(), late])
    if (next.done) return
    yield next.value
  }
}

function failureOf(error: unknown, signal: AbortSignal, deadline: AbortSignal | undefined): Outcome | undefined {
  if (error instanceof EvaluationError)
    return { ok: false, found: `what the connector file says does not fit: ${error.message}` }
  if (!signal.aborted && deadline?.aborted)
    return { ok: false, found: 'not done when the time of the check was over', system: true }
  return undefined
}

async function* outcomes(
  step: CompiledCheckStep,
  connection: Connection,
  tables: readonly Table[],
  signal: AbortSignal,
): AsyncGenerator<Outcome, void, void> {
  switch (step.do) {
    case 'credentials':
      yield credentials(connection)
      break
    case 'signIn':
      yield await signIn(connection)
      break
    case 'tables':
      yield* checkTables(connection, tables, signal)
      break
    default:
      yield await request(step, connection, signal)
  }
}

function credentials(connection: Connection): Outcome {
  const { signIn, settings } = connection
  if (!signIn) return { ok: true, found: 'the connector needs none' }
  const missing = [...signIn.credentials].filter((name) => !settings.credentials[name])
  if (missing.length > 0) return { ok: false, found: `${signIn.name} needs ${missing.join(', ')}`, configuration: true }
  const names = [...signIn.credentials].join(', ')
  return { ok: true, found: `${signIn.name}: ${names === '' ? 'needs none' : `${names} present`}` }
}

async function signIn(connection: Connection): Promise<Outcome> {
  if (!connection.tokens) return { ok: true, found: 'no token needed: signed in by headers' }
  try {
    const token = await connection.tokens.token()
    return {
      ok: true,
      found:
        token.expiresAt === undefined ? 'a token' : `a token, valid until ${new Date(token.expiresAt).toISOString()}`,
    }
  } catch (error) {
    if (error instanceof SignInError) return { ok: false, found: bare(error.message, connection), system: true }
    throw error
  }
}

async function request(step: CompiledCheckStep, connection: Connection, signal: AbortSignal): Promise<Outcome> {
  if (!step.request) return { ok: true, found: 'nothing to do' }
  try {
    const answer = await connection.caller.call(
      step.request,
      {},
      { operation: 'check', priority: 1, signal, repeatable: true },
    )
    const input = { status: answer.status, headers: answer.headers, body: answer.body }
    const settings = { settings: connection.settings.settings, operation: 'check' }
    if (isPage(answer)) return { ok: false, found: `status ${answer.status}, and a page for people`, system: true }
    const ok = answer.meaning === 'ok' && (step.expect ? (await step.expect.evaluate(input, settings)) === true : true)
    const found = step.found && (await step.found.evaluate(input, settings))
    return { ok, found: typeof found === 'string' ? found : `status ${answer.status}` }
  } catch (error) {
    if (error instanceof CallFailure)
      return {
        ok: false,
        found: bare(error.message, connection),
        ...(isSystemFailure(error) && { system: true as const }),
      }
    throw error
  }
}

/** A message that is made to stand alone, without what the step says already. */
function bare(message: string, { name }: Connection): string {
  return message
    .replace(`Connection "${name}": `, '')
    .replace(`${name}: `, '')
    .replace(` Check them with \`syncline check ${name}\`.`, '')
}

async function resultOf(
  connection: Connection,
  step: CompiledCheckStep,
  outcome: Outcome,
  calls: readonly WatchedCall[],
  context: CheckContext,
): Promise<CheckResult> {
  const { ok, system, configuration, table, unnamed } = outcome
  const found = withoutPersonal(outcome.found)
  const base = {
    connection: connection.name,
    step: step.name,
    status: ok ? ('ok' as const) : step.severity === 'warning' ? ('warning' as const) : ('failed' as const),
    found,
    ...(table && { table }),
    ...(unnamed && { unnamed }),
  }
  if (ok) return base
  // What a table names is there or not; the call that told it went well.
  const call = table ? undefined : decisive(calls)
  const causes = table ? [] : await causesOf(connection, step, calls, call, context)
  return {
    ...base,
    ...(base.status === 'failed' && system && { system }),
    ...(base.status === 'failed' && configuration && { configuration }),
    fix: step.fix,
    ...(call && { call: await shownCall(connection, call) }),
    ...(causes.length > 0 && { causes }),
  }
}

/** The newest call of the step; one of the API before one of the token endpoint, if that went well. */
function decisive(calls: readonly WatchedCall[]): WatchedCall | undefined {
  const newest = calls.at(-1)
  const wentWell = newest?.token && newest.answer && newest.answer.status < 300
  return wentWell ? calls.findLast(({ token }) => !token) : newest
}

async function shownCall(connection: Connection, call: WatchedCall): Promise<FailedCall> {
  const { requestId } = connection.connector.http
  const variables = { settings: connection.settings.settings, operation: 'check' }
  const id = call.answer && requestId && (await requestId.evaluate(call.answer, variables).catch(() => undefined))
  const status = call.answer?.status ?? call.failure?.status
  return {
    method: call.method,
    address: withoutPersonal(call.address),
    ...(status !== undefined && { status }),
    ...(call.failure && { failure: call.failure.code }),
    ...((typeof id === 'string' || typeof id === 'number') && { requestId: String(id) }),
  }
}

async function causesOf(
  connection: Connection,
  step: CompiledCheckStep,
  calls: readonly WatchedCall[],
  call: WatchedCall | undefined,
  context: CheckContext,
): Promise<readonly Cause[]> {
  const all = context.watch?.calls ?? []
  const evidence: Evidence = {
    calls,
    call,
    clockDiffersMs: clockOf(all),
    token: await lastTokenTimes(connection, call),
    tokenIsNew: calls.some(({ token, answer }) => token && answer !== undefined && answer.status < 300),
    proxy: context.proxy,
    quota: await quotaOf(connection, all),
  }
  const general = generalCauses(evidence)
  const own = call?.answer ? await ownCause(step, call.answer, connection) : undefined
  if (!own) return general
  // A clock that is off explains more than what the connector file knows of the answer.
  const [first] = general
  return first?.cause === 'clock-differs' ? [first, own, ...general.slice(1)] : [own, ...general]
}

async function ownCause(
  step: CompiledCheckStep,
  answer: NonNullable<WatchedCall['answer']>,
  connection: Connection,
): Promise<Cause | undefined> {
  const variables: Variables = { settings: connection.settings.settings, operation: 'check' }
  const input = { status: answer.status, headers: answer.headers, body: answer.body }
  for (const { cause, when, say, fix } of step.causes) {
    // An answer of another shape than the expression reads is not what it means.
    if ((await when.evaluate(input, variables).catch(() => undefined)) !== true) continue
    const said = await say.render(input, variables, (piece) => piece).catch(() => say.source)
    return { cause, say: withoutPersonal(said), fix }
  }
  return undefined
}

async function lastTokenTimes(connection: Connection, call: WatchedCall | undefined): Promise<Evidence['token']> {
  if (call?.answer?.status !== 401 || call.token || !connection.tokens) return undefined
  const token = await connection.tokens.token().catch(() => undefined)
  return token && tokenTimes(token.accessToken)
}
