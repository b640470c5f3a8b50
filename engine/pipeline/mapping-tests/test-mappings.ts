import type { MappingTest, TestLink } from '../../config/dsl.generated.ts'
import type { Variables } from '../../config/expression-compiler.ts'
import type { MappingSource, Project, Table } from '../../config/project.ts'
import { displayPath } from '../../diagnostics/finding.ts'
import { asList } from '../../expressions/as-list.ts'
import { keyText } from '../../store/key.ts'
import { assemble, type CompiledConnections, compileConnections, type Surroundings } from '../assemble.ts'
import { type AnyMapping, type MappingBase, mainStep, type SteppedMapping } from '../compiled-mapping.ts'
import { type LinkQueries, noLinks } from '../map/link-functions.ts'
import { codeOf, mapRecord, notKept, notYet, recordVariables } from '../map/map-record.ts'
import { RecordFailure } from '../map/outcome.ts'
import { awaitedBy, refuseUnacceptable } from '../read/sieve.ts'
import { createGivenWorld } from '../steps/given-world.ts'
import { prepareSteps } from '../steps/prepare.ts'
import { runRecordSteps } from '../steps/run-record.ts'
import { compareOutcome, type TestOutcome } from './test-outcome.ts'
import type { MappingTestResult } from './test-types.ts'

/** Runs the examples of mappings: a given source record, and the target records or the outcome that it must lead to. */
export async function testMappings(project: Project, names: readonly string[]): Promise<readonly MappingTestResult[]> {
  const results: MappingTestResult[] = []
  // An example may set options and tables of its own, so its mapping is compiled with them; connectors know neither.
  const connections = compileConnections(project)
  for (const name of names) {
    const source = project.mappings.get(name)
    for (const [index, test] of (source?.document.tests ?? []).entries()) {
      results.push(await runTest(project, connections, source as MappingSource, test, index))
    }
  }
  return results
}

/** The clock of examples stands still. */
const startedAt = '2026-01-01T00:00:00.000Z'

async function runTest(
  project: Project,
  connections: CompiledConnections,
  source: MappingSource,
  test: MappingTest,
  index: number,
): Promise<MappingTestResult> {
  const tables = withRows(project.tables, test.tables ?? {})
  const assembly = assemble(
    { ...project, options: { ...project.options, ...(test.options as Project['options']) } },
    { tables, names: new Set([source.name]), connections },
  )
  assembly.bind(surroundings(test))
  const mapping = assembly.mappings.get(source.name)
  const place = source.origin.at(['tests', index, 'name'])
  const base = { mapping: source.name, name: test.name, file: displayPath(source.origin.file), line: place.line }
  if (!mapping) return { ...base, passed: false, differences: ['The mapping has findings; run syncline validate.'] }
  const differences = compareOutcome(test, await outcomeOf(mapping, test))
  return { ...base, passed: differences.length === 0, differences }
}

function withRows(
  tables: ReadonlyMap<string, Table>,
  given: Readonly<Record<string, readonly unknown[]>>,
): ReadonlyMap<string, Table> {
  const all = new Map(tables)
  for (const [name, rows] of Object.entries(given)) {
    const table = all.get(name)
    if (table)
      all.set(name, {
        ...table,
        default: undefined,
        rows: rows as Table['rows'],
        columns: [...new Set([...table.columns, ...rows.flatMap((row) => Object.keys(row as object))])],
      })
  }
  return all
}

function surroundings(test: MappingTest): Surroundings {
  const references = (test.references ?? {}) as Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>
  return {
    rowsOf: async (connection, entity, field, value) =>
      (references[`${connection}.${entity}`] ?? []).filter((row) => String(row[field]) === String(value)),
    links: givenLinks(test.links),
  }
}

async function outcomeOf(mapping: AnyMapping, test: MappingTest): Promise<TestOutcome> {
  const { record: raw, steps: givenSteps, ...joins } = test.given
  try {
    const record = read(mapping.from.entity.reader, raw, mapping.from.name)
    const joined: Record<string, unknown> = {}
    for (const join of mapping.joins) {
      const given = joins[join.name]
      const rows = asList(given).map((row) => read(join.entity.entity.reader, row, join.entity.name))
      if (join.many) joined[join.name] = rows
      else if (rows.length > 0) joined[join.name] = rows[0]
    }
    const variables = recordVariables(mapping, record, joined, startedAt)
    await refuseUnacceptable(mapping, record, variables)
    const reason = await notKept(mapping, record, variables, false)
    if (reason !== undefined) return { kind: 'skipped', reason }
    const awaited = await awaitedBy(mapping, record, variables)
    if (awaited) return { kind: 'failed', code: 'parked', message: `It waits for ${awaited.entity} ${awaited.key}.` }
    if (!mapping.steps) return await mapRecord(mapping, record, variables)
    return await steppedOutcome(mapping, record, variables, (givenSteps ?? {}) as Readonly<Record<string, unknown>>)
  } catch (error) {
    return { kind: 'failed', ...codeOf(error) }
  }
}

function read(reader: MappingBase['from']['entity']['reader'], raw: unknown, name: string): unknown {
  const { value, problems } = reader(raw)
  const problem = problems[0]
  if (problem) throw new RecordFailure(`source-${problem.code}`, `${name}${problem.path}: ${problem.message}`)
  return value
}

/** Takes the record through its steps, in a world in which what they find and make is given. */
async function steppedOutcome(
  mapping: SteppedMapping,
  record: unknown,
  joined: Variables,
  given: Readonly<Record<string, unknown>>,
): Promise<TestOutcome> {
  const reason = await notKept(mapping, record, joined, true)
  if (reason !== undefined) return { kind: 'skipped', reason }
  const waits = await notYet(mapping, record, joined)
  if (waits !== undefined) return { kind: 'waits', reason: waits }
  const prepared = await prepareSteps(mapping, record, joined)
  const { steps, failure } = await runRecordSteps(
    mapping.steps,
    { sourceKey: 'given', value: record, variables: prepared.variables, isPersonal: () => false },
    createGivenWorld(given),
  )
  return { kind: 'stepped', steps, failure, warnings: prepared.warnings }
}

/** What is given of earlier runs. Without it everything counts as linked, so that an example need not speak of it. */
function givenLinks(given: MappingTest['links']): LinkQueries {
  if (!given) return { ...noLinks, isLinked: () => true }
  const of = (mapping: string, step: string): readonly TestLink[] =>
    (given[mapping] ?? []).filter((link) => (link.step ?? mainStep) === step)
  return {
    isLinked: (mapping, sourceKey) => (given[mapping] ?? []).some(({ source }) => String(source) === sourceKey),
    sourceOf: (mapping, step, targetKey) => {
      const link = of(mapping, step).find(({ target }) => keyText(Object.values(target)) === targetKey)
      return link && String(link.source)
    },
    targetOf: (mapping, step, sourceKey) =>
      of(mapping, step).find(({ source }) => String(source) === sourceKey)?.target as Variables | undefined,
  }
}
