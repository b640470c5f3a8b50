import type { ConnectorFile } from '../../config/dsl.generated.ts'
import { nameAdvice } from '../../config/nearest-name.ts'
import type { Path } from '../../config/origin.ts'
import type { StaticType } from '../../expressions/static-type.ts'
import type { CompiledEntity, CompiledOver } from '../compiled-connector.ts'
import type { ConnectorCompiler } from './connector-compiler.ts'

/** A dotted field must exist in the entity's schema; lists on the way are passed through. */
export function expectField(compiler: ConnectorCompiler, path: Path, type: StaticType, field: string): void {
  let current = type
  for (const part of field.split('.')) {
    if (current.kind === 'list') current = current.of
    if (current.kind === 'any') return
    const next = current.kind === 'object' ? current.fields.get(part) : undefined
    if (!next) {
      const known = current.kind === 'object' ? [...current.fields.keys()] : []
      compiler.report({
        code: 'unknown-field',
        message: `The entity's schema has no field ${part}.`,
        advice: nameAdvice(part, known, 'fields'),
        path,
      })
      return
    }
    current = next
  }
}

/** Entities and finds that the file names must be in it. */
export function checkNames(
  compiler: ConnectorCompiler,
  document: ConnectorFile,
  entities: ReadonlyMap<string, CompiledEntity>,
): void {
  const expectEntity = (path: Path, name: string): CompiledEntity | undefined => {
    const entity = entities.get(name)
    if (!entity) unknownName(compiler, path, 'entity', name, [...entities.keys()])
    return entity
  }
  const expectRead = (path: Path, over: CompiledOver | undefined): void => {
    if (!over) return
    const entity = expectEntity([...path, 'over'], over.entity)
    if (entity && over.find !== undefined && !entity.finds.has(over.find))
      unknownName(compiler, [...path, 'over'], 'find', over.find, [...entity.finds.keys()])
  }
  for (const entity of entities.values()) {
    const path = ['entities', entity.name]
    expectRead([...path, 'list'], entity.list?.over)
    for (const find of entity.finds.values()) expectRead([...path, 'find', find.name], find.over)
    if (entity.only !== undefined && !entity.finds.has(entity.only))
      unknownName(compiler, [...path, 'only'], 'find', entity.only, [...entity.finds.keys()])
    for (const write of entity.writes.values()) {
      const at = [...path, 'write', write.name]
      if (typeof write.repeat === 'object' && !entity.finds.has(write.repeat.by))
        unknownName(compiler, [...at, 'repeat', 'by'], 'find', write.repeat.by, [...entity.finds.keys()])
      const back = write.readBack
      const asked = back && expectEntity([...at, 'readBack', 'find'], back.entity)
      if (asked && back && !asked.finds.has(back.find))
        unknownName(compiler, [...at, 'readBack', 'find'], 'find', back.find, [...asked.finds.keys()])
    }
    for (const reference of entity.refers) expectEntity([...path, 'schema'], reference.entity)
  }
  for (const [index, { for: needed = [] }] of (document.check ?? []).entries())
    for (const [at, name] of needed.entries()) expectEntity(['check', index, 'for', at], name)
}

function unknownName(
  compiler: ConnectorCompiler,
  path: Path,
  what: string,
  name: string,
  known: readonly string[],
): void {
  compiler.report({
    code: `unknown-${what}`,
    message: `There is no ${what} ${name} here.`,
    advice: nameAdvice(name, known, what === 'entity' ? 'entities' : `${what}s`),
    path,
  })
}
