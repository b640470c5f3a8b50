import type { MappingTest } from '../config/dsl.generated.ts'
import type { MappingSource, Project, Table } from '../config/project.ts'
import { asList } from '../connectors/reading.ts'
import { displayPath } from '../diagnostics/finding.ts'
import { assemble, type CompiledConnections, compileConnections, type Surroundings } from './assemble.ts'
import type { CompiledMapping } from './compiled-mapping.ts'
import { codeOf, mapRecord, notKept, recordVariables } from './map-record.ts'
import type { Mapped } from './outcome.ts'
import { RecordFailure } from './outcome.ts'
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
  if (!mapping || mapping.steps)
    return { ...base, passed: false, differences: ['The mapping has findings; run syncline validate.'] }
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
    lookup: async (connection, entity, field, value) =>
      references[`${connection}.${entity}`]?.find((row) => String(row[field]) === String(value)),
    isLinked: () => true,
  }
}

async function outcomeOf(mapping: CompiledMapping, test: MappingTest): Promise<Mapped> {
  const { record: raw, ...joins } = test.given
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
    const reason = await notKept(mapping, record, variables, false)
    return reason === undefined ? await mapRecord(mapping, record, variables) : { kind: 'skipped', reason }
  } catch (error) {
    return { kind: 'failed', ...codeOf(error) }
  }
}

function read(reader: CompiledMapping['from']['entity']['reader'], raw: unknown, name: string): unknown {
  const { value, problems } = reader(raw)
  const problem = problems[0]
  if (problem) throw new RecordFailure(`source-${problem.code}`, `${name}${problem.path}: ${problem.message}`)
  return value
}

function compareOutcome(test: MappingTest, outcome: Mapped): string[] {
  const expected: Readonly<Record<string, unknown>> = Array.isArray(test.expect)
    ? { records: test.expect }
    : (test.expect as Readonly<Record<string, unknown>>)
  const came =
    outcome.kind === 'skipped'
      ? `skipped (${outcome.reason})`
      : outcome.kind === 'failed'
        ? `failed (${outcome.code}: ${outcome.message})`
        : `${outcome.targets.length} records`
  if (expected.skipped !== undefined) {
    return outcome.kind === 'skipped' && outcome.reason === expected.skipped
      ? []
      : [`expected: skipped (${String(expected.skipped)}), came: ${came}`]
  }
  if (outcome.kind === 'skipped') return [`expected: records, came: ${came}`]
  const failures = outcome.kind === 'failed' ? [outcome.code] : outcome.failed.map(({ code }) => code)
  const differences: string[] = []
  if (expected.failed !== undefined) {
    if (!failures.includes(String(expected.failed)))
      differences.push(
        `expected: failed (${String(expected.failed)}), came: ${failures.length > 0 ? `failed (${failures.join(', ')})` : came}`,
      )
  } else if (outcome.kind === 'failed') {
    return [`expected: records, came: ${came}`]
  } else {
    for (const { code, message } of outcome.failed) differences.push(`a record failed (${code}: ${message})`)
  }
  const targets = outcome.kind === 'mapped' ? outcome.targets : []
  if (expected.warned !== undefined) {
    const warned = [...new Set(targets.flatMap(({ warnings }) => warnings))].sort()
    differences.push(...compareValue('warned', [...(expected.warned as string[])].sort(), warned))
  }
  if (expected.records !== undefined) {
    const records = expected.records as readonly unknown[]
    const made = targets.map(({ fields, createOnly }) => ({ ...createOnly, ...fields }))
    if (records.length !== made.length)
      differences.push(`expected ${records.length} records, came ${made.length}: ${JSON.stringify(made)}`)
    else
      for (const [index, record] of records.entries())
        differences.push(...compareValue(`[${index}]`, record, made[index]))
  }
  return differences
}

/** Fields that are not named in what is expected are not compared; lists and values are compared whole. */
function compareValue(path: string, expected: unknown, came: unknown): string[] {
  if (Array.isArray(expected)) {
    if (!Array.isArray(came) || came.length !== expected.length) return [difference(path, expected, came)]
    return expected.flatMap((entry, index) => compareValue(`${path}[${index}]`, entry, came[index]))
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof came !== 'object' || came === null || Array.isArray(came)) return [difference(path, expected, came)]
    return Object.entries(expected).flatMap(([name, value]) =>
      compareValue(`${path}.${name}`, value, (came as Record<string, unknown>)[name]),
    )
  }
  // null in what is expected says that the field must be absent.
  return expected === (came ?? null) ? [] : [difference(path, expected, came)]
}

function difference(path: string, expected: unknown, came: unknown): string {
  return `${path}: expected ${JSON.stringify(expected)}, came ${came === undefined ? 'nothing' : JSON.stringify(came)}`
}
