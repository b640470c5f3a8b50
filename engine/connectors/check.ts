import type { Table } from '../config/project.ts'
import { EvaluationError } from '../expressions/function-definition.ts'
import { SignInError } from '../http/sign-in-error.ts'
import type { CheckResult } from './check-types.ts'
import type { CompiledCheckStep } from './compiled-connector.ts'
import type { Connection } from './connection.ts'
import { CallFailure, isSystemFailure } from './failure.ts'

/** Walks the steps by which a connector says how its connection is verified. A failed step ends the walk: those after it build on it. */
export async function* checkConnection(
  connection: Connection,
  tables: readonly Table[],
  signal: AbortSignal,
): AsyncGenerator<CheckResult, void, void> {
  const settings = { settings: connection.settings.settings }
  let ended = false
  for (const step of connection.connector.check) {
    const result = (status: CheckResult['status'], found: string, fix?: string): CheckResult => ({
      connection: connection.name,
      step: step.name,
      status,
      found,
      ...(fix !== undefined && { fix }),
    })
    if (ended) {
      yield result('skipped', 'not tried, since an earlier step failed')
      continue
    }
    let found: readonly Outcome[]
    try {
      if (step.if && (await step.if.evaluate(undefined, settings)) !== true) continue
      found = await outcomes(step, connection, tables, signal)
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error
      found = [{ ok: false, found: `what the connector file says does not fit: ${error.message}` }]
    }
    for (const { ok, found: text, system } of found) {
      yield ok
        ? result('ok', text)
        : { ...result(step.severity === 'warning' ? 'warning' : 'failed', text, step.fix), ...(system && { system }) }
      if (!ok && step.severity === 'error' && step.do !== 'tables') ended = true
    }
  }
}

interface Outcome {
  readonly ok: boolean
  readonly found: string
  readonly system?: true
}

async function outcomes(
  step: CompiledCheckStep,
  connection: Connection,
  tables: readonly Table[],
  signal: AbortSignal,
): Promise<readonly Outcome[]> {
  switch (step.do) {
    case 'credentials':
      return [credentials(connection)]
    case 'signIn':
      return [await signIn(connection)]
    case 'tables':
      return references(connection, tables, signal)
    default:
      return [await request(step, connection, signal)]
  }
}

function credentials(connection: Connection): Outcome {
  const { signIn, settings } = connection
  if (!signIn) return { ok: true, found: 'the connector needs none' }
  const missing = [...signIn.credentials].filter((name) => !settings.credentials[name])
  return missing.length === 0
    ? { ok: true, found: `${signIn.name}: ${[...signIn.credentials].join(', ')} present` }
    : { ok: false, found: `${signIn.name} needs ${missing.join(', ')}` }
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
    if (error instanceof SignInError) return { ok: false, found: error.message, system: true }
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
    const ok = answer.meaning === 'ok' && (step.expect ? (await step.expect.evaluate(input, settings)) === true : true)
    const found = step.found && (await step.found.evaluate(input, settings))
    return { ok, found: typeof found === 'string' ? found : `status ${answer.status}` }
  } catch (error) {
    if (error instanceof CallFailure)
      return { ok: false, found: error.message, ...(isSystemFailure(error) && { system: true as const }) }
    throw error
  }
}

/** Every id and code that a table names must exist in the system. */
async function references(
  connection: Connection,
  tables: readonly Table[],
  signal: AbortSignal,
): Promise<readonly Outcome[]> {
  const found: Outcome[] = []
  for (const table of tables) {
    for (const [column, reference] of table.refers) {
      if (reference.connection !== connection.name) continue
      const entity = connection.connector.entities.get(reference.entity)
      if (!entity) continue
      const where = `table ${table.name}, column ${column}`
      const options = { priority: 1, signal, fresh: true }
      try {
        const rows = await connection.references.rows(entity, options)
        if (rows === undefined) {
          found.push({ ok: false, found: `${where}: ${reference.entity} cannot be read` })
          continue
        }
        const values = [...new Set(table.rows.flatMap((row) => row[column] ?? []).map(String))]
        const missing: string[] = []
        let unknown = false
        for (const value of values) {
          const exists = await connection.references.exists(entity, reference.field, value, { priority: 1, signal })
          if (exists === false) missing.push(value)
          unknown ||= exists === undefined
        }
        if (unknown)
          found.push({
            ok: false,
            found: `${where}: no ${reference.entity} of the system has the field ${reference.field}`,
          })
        else
          found.push(
            missing.length === 0
              ? { ok: true, found: `${where}: all ${values.length} exist` }
              : {
                  ok: false,
                  found: `${where}: there is no ${reference.entity} with ${reference.field} ${missing.join(', ')}`,
                },
          )
      } catch (error) {
        if (!(error instanceof CallFailure)) throw error
        found.push({ ok: false, found: `${where}: ${error.message}` })
      }
    }
  }
  return found.length === 0 ? [{ ok: true, found: 'no table names ids of this system' }] : found
}
