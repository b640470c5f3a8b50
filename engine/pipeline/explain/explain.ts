import type { Formula } from '../../config/expression-compiler.ts'
import type { Project } from '../../config/project.ts'
import type { ConnectionEnvironment } from '../../connectors/connection.ts'
import { displayPath } from '../../diagnostics/finding.ts'
import { SynclineError } from '../../diagnostics/syncline-error.ts'
import { withoutPersonal } from '../../redaction/text.ts'
import type { Spool } from '../../store/spool.ts'
import type { StateStore } from '../../store/state-store.ts'
import { type Assembly, runSurroundings } from '../assemble.ts'
import { fingerprint } from '../commit/fingerprint.ts'
import { type AnyMapping, mainStep } from '../compiled-mapping.ts'
import { linkQueries } from '../map/link-functions.ts'
import { codeOf, mapRecord, notKept, notYet, recordVariables, type Trace } from '../map/map-record.ts'
import { openConnections } from '../open-connections.ts'
import { joinRecords } from '../read/join-records.ts'
import { linkedSource } from '../read/read-one.ts'
import { readSource } from '../read/read-source.ts'
import { awaitedBy, labelOf, refuseUnacceptable } from '../read/sieve.ts'
import type { SourceRecord } from '../read/source-record.ts'
import { explainSteps } from './explain-steps.ts'
import type { ExplainedValue, Explanation } from './explain-types.ts'
import { maskExplanation } from './mask-explanation.ts'

export interface ExplainRequest {
  readonly project: Project
  readonly assembly: Assembly
  readonly mapping: string
  /** The key that a person knows. */
  readonly only: string
  readonly environment: ConnectionEnvironment & { readonly store: StateStore }
  readonly openSpool: () => Spool
  readonly signal: AbortSignal
  /** Personal values are shown; without it they are masked. */
  readonly showPersonal: boolean
}

/** Takes one record through a mapping, tells every value on the way, and writes nothing. */
export async function explainRecord(request: ExplainRequest): Promise<Explanation> {
  const { project, assembly, environment, signal } = request
  const mapping = assembly.mappings.get(request.mapping) as AnyMapping
  const connections = await openConnections(project, assembly, environment)
  assembly.bind(runSurroundings(connections, linkQueries(environment.store.links), signal))
  const source = connections.get(mapping.from.connection)
  if (!source) throw new Error(`There is no connection ${mapping.from.connection}.`)
  const spool = request.openSpool()
  try {
    const read = await readSource(
      { from: mapping.from, name: mapping.name, options: mapping.options },
      source,
      spool,
      'explain',
      { mode: 'only', reason: 'explain', since: undefined, also: [] },
      request.only,
      {
        priority: 1,
        stop: signal,
        onListed: () => {},
        tally: () => {},
        linkedTo: linkedSource(mapping, assembly.mappings.values(), environment.store.links),
      },
    )
    if (read.failure) throw read.failure
    const [page] = read.spooled.pages(1)
    const spooled = page?.[0]
    if (!spooled) {
      throw new SynclineError({
        code: 'record-not-found',
        message: withoutPersonal(`${mapping.from.name} has no record ${request.only}.`),
        advice: 'Give the key that a person knows, such as the SKU, exactly as it is written there.',
        exitStatus: 1,
      })
    }
    const explanation = await explain(
      mapping,
      project,
      spooled.key,
      spooled.record as SourceRecord,
      connections,
      environment,
      signal,
    )
    return request.showPersonal ? explanation : maskExplanation(explanation, mapping)
  } finally {
    spool.close()
  }
}

async function explain(
  mapping: AnyMapping,
  project: Project,
  key: string,
  record: SourceRecord,
  connections: Awaited<ReturnType<typeof openConnections>>,
  environment: ExplainRequest['environment'],
  signal: AbortSignal,
): Promise<Explanation> {
  const values: ExplainedValue[] = []
  const formulas = formulasOf(mapping)
  const origin = project.mappings.get(mapping.name)?.origin
  const trace: Trace = {
    value(section, name, value, item) {
      const formula = formulas.get(`${section} ${name}`)
      values.push({
        section,
        name,
        ...(value !== undefined && { value }),
        ...(item !== undefined && { item }),
        ...(formula && { source: formula.source }),
        ...(formula && origin && { file: displayPath(origin.file), line: origin.at(formula.path).line }),
      })
    },
  }
  const startedAt = new Date(environment.clock.now()).toISOString()
  const base = { mapping: mapping.name, key, record: record.value }
  const failed = (code: string, message: string, joins: Record<string, unknown> = {}): Explanation => ({
    ...base,
    joins,
    values,
    outcome: { kind: 'failed', code, message },
  })
  if (record.unreadable) return failed(record.unreadable.code, record.unreadable.message)
  const problem = record.problems[0]
  if (problem) return failed(`source-${problem.code}`, `${mapping.from.name}${problem.path}: ${problem.message}`)
  const label = await labelOf(mapping.from.entity, record.value)
  const withLabel = { ...base, ...(label !== undefined && { label }) }
  try {
    await refuseUnacceptable(mapping, record.value, recordVariables(mapping, record.value, {}, startedAt))
    const reason = await notKept(
      mapping,
      record.value,
      recordVariables(mapping, record.value, {}, startedAt),
      false,
      trace,
    )
    if (reason !== undefined) return { ...withLabel, joins: {}, values, outcome: { kind: 'skipped', reason } }
  } catch (error) {
    const { code, message } = codeOf(error)
    return failed(code, message)
  }
  const [joined] = await joinRecords(mapping, [{ value: record.value }], connections, startedAt, () => ({
    priority: 1,
    signal,
  }))
  if (!joined || 'failure' in joined)
    return failed(joined?.failure.code ?? 'join-failed', joined?.failure.message ?? '')
  const joins = Object.fromEntries(mapping.joins.map(({ name }) => [name, joined.variables[name]]))
  try {
    const awaited = await awaitedBy(mapping, record.value, joined.variables)
    if (awaited) return failed('parked', `It would wait for a record of ${awaited.entity}.`, joins)
    if (mapping.steps) {
      const reason = await notKept(mapping, record.value, joined.variables, true, trace)
      if (reason !== undefined) return { ...withLabel, joins, values, outcome: { kind: 'skipped', reason } }
      const waits = await notYet(mapping, record.value, joined.variables, trace)
      if (waits !== undefined) return { ...withLabel, joins, values, outcome: { kind: 'waits', reason: waits } }
      const { store, clock, timers } = environment
      const targets = await explainSteps(
        mapping,
        { key, value: record.value },
        joined.variables,
        {
          id: 'explain',
          store,
          connections,
          clock,
          timers,
          abort: signal,
          stop: signal,
          options: { full: false, only: undefined, since: undefined, dryRun: true },
          undecidedAfterMs: project.undecidedAfterMs,
        },
        trace,
      )
      return { ...withLabel, joins, values, outcome: { kind: 'mapped', targets } }
    }
  } catch (error) {
    const { code, message } = codeOf(error)
    return failed(code, message, joins)
  }
  const result = await mapRecord(mapping, record.value, joined.variables, trace)
  if (result.kind !== 'mapped') return { ...withLabel, joins, values, outcome: result }
  const links = new Map(
    environment.store.links.bySource(mapping.name, mainStep, key).map((link) => [link.targetKey, link]),
  )
  return {
    ...withLabel,
    joins,
    values,
    outcome: {
      kind: 'mapped',
      targets: [
        ...result.targets.map((target) => {
          const link = links.get(target.key)
          const action =
            link === undefined
              ? ('create' as const)
              : link.state === 'live' && link.fingerprint === fingerprint(target.fields)
                ? ('unchanged' as const)
                : ('update' as const)
          return {
            key: target.key,
            action,
            fields: { ...target.createOnly, ...target.fields },
            warnings: target.warnings,
          }
        }),
        ...result.failed.map(({ key: failedKey, code, message }) => ({
          key: failedKey ?? '',
          action: 'failed' as const,
          code,
          message,
        })),
      ],
    },
  }
}

/** The formula behind each traced value, by section and name. */
function formulasOf(mapping: AnyMapping): ReadonlyMap<string, Formula> {
  const formulas = new Map<string, Formula>()
  for (const { reason, holds } of mapping.keep) formulas.set(`keep ${reason}`, holds)
  for (const { reason, holds } of mapping.wait) formulas.set(`wait ${reason}`, holds)
  for (const { reason, holds } of mapping.ensure) formulas.set(`ensure ${reason}`, holds)
  for (const { reason, holds } of mapping.warn) formulas.set(`warn ${reason}`, holds)
  for (const { name, value } of mapping.steps ? mapping.lets : mapping.block.lets) formulas.set(`let ${name}`, value)
  if (mapping.steps) return formulas
  if (mapping.block.each) formulas.set('each each', mapping.block.each)
  for (const [name, field] of [...mapping.block.fields, ...mapping.createOnly])
    if (field.kind === 'value') formulas.set(`field ${name}`, field.value)
  return formulas
}
