import type { ListRead, Read, Records } from '../../config/dsl.generated.ts'
import { milliseconds } from '../../config/durations.ts'
import type { Formula } from '../../config/expression-compiler.ts'
import type { Path } from '../../config/origin.ts'
import type { StaticType } from '../../expressions/static-type.ts'
import type { CompiledList, CompiledOver, CompiledRead, CompiledRecords } from '../compiled-connector.ts'
import { answer, any, type ConnectorCompiler, type Kind } from './connector-compiler.ts'

/** The list of an entity. */
export function compileList(compiler: ConnectorCompiler, path: Path, list: ListRead): CompiledList {
  const over = overOf(compiler, path, list)
  if (!over && (list.request === undefined || list.records === undefined)) {
    compiler.report({
      code: 'list-without-request',
      message: 'This list has neither `over` nor a request with records.',
      advice: 'Write request and records, or over and ids.',
      path,
    })
  }
  return {
    over,
    request:
      list.request === undefined ? undefined : compiler.request(path, { ...list, request: list.request }, 'list'),
    size: list.size,
    records: recordsOf(compiler, [...path, 'records'], list.records, 'list'),
    as: list.as === undefined ? undefined : shapeOf(compiler, [...path, 'as'], list.as, 'list'),
    next: compiler.after([...path, 'next'], list.next, 'list'),
    follow: compiler.after([...path, 'follow'], list.follow, 'list'),
    since: (list.since ?? []).map((values, index) =>
      compiler.values([...path, 'since', index], values, compiler.scope('list')),
    ),
    overlapMs: milliseconds(list.overlap ?? '0s'),
    floorMs: milliseconds(list.floor ?? '5m'),
  }
}

/** A get, or a find. */
export function compileRead(
  compiler: ConnectorCompiler,
  path: Path,
  name: string,
  read: Read,
  kind: 'get' | 'find',
  type: StaticType,
): CompiledRead {
  const over = overOf(compiler, path, read)
  // A find leaves the reading of what it found to the get; the get itself has nobody.
  if ((kind === 'get' || !over) && (read.request === undefined || read.records === undefined)) {
    compiler.report({
      code: 'read-without-request',
      message:
        kind === 'get'
          ? 'This get has no request with records.'
          : 'This read has neither `over` nor a request with records.',
      advice: kind === 'get' ? 'Write request and records.' : 'Write request and records, or over and ids.',
      path,
    })
  }
  const ofRecord = compiler.scope(kind, type)
  return {
    name,
    over,
    request: read.request === undefined ? undefined : compiler.request(path, { ...read, request: read.request }, kind),
    batch: read.batch ?? 1,
    records: recordsOf(compiler, [...path, 'records'], read.records, kind),
    as: read.as === undefined ? undefined : shapeOf(compiler, [...path, 'as'], read.as, kind),
    where:
      read.where === undefined ? undefined : compiler.formula([...path, 'where'], read.where, ofRecord, 'condition'),
    by: read.by === undefined ? undefined : compiler.formula([...path, 'by'], read.by, ofRecord),
    next: compiler.after([...path, 'next'], read.next, kind),
    follow: compiler.after([...path, 'follow'], read.follow, kind),
    settlesMs: milliseconds(read.settles ?? '0s'),
    optional: read.optional ?? false,
  }
}

function shapeOf(compiler: ConnectorCompiler, path: Path, as: unknown, kind: Kind): Formula {
  const scope = compiler.scope(kind)
  return compiler.formula(path, as, { ...scope, variables: new Map([...scope.variables, ['answer', answer]]) })
}

function overOf(
  compiler: ConnectorCompiler,
  path: Path,
  read: { over?: string; ids?: unknown },
): CompiledOver | undefined {
  if (read.over === undefined) return undefined
  const [entity = '', find] = read.over.split('.')
  return {
    entity,
    find,
    ids: compiler.formula([...path, 'ids'], read.ids ?? 'id', {
      input: any,
      variables: new Map(),
      functions: compiler.functions,
    }),
  }
}

function recordsOf(
  compiler: ConnectorCompiler,
  path: Path,
  records: Records | undefined,
  kind: Kind,
): CompiledRecords | undefined {
  if (records === undefined) return undefined
  const formula = (raw: unknown, at: Path): Formula => compiler.formula(at, raw, compiler.scope(kind, answer))
  return typeof records === 'string'
    ? { kind: 'list', list: formula(records, path) }
    : {
        kind: 'columnar',
        columns: formula(records.columns, [...path, 'columns']),
        rows: formula(records.rows, [...path, 'rows']),
      }
}
