import { createHash } from 'node:crypto'
import { optionsOf } from '../../config/options.ts'
import type { EntityRef } from '../compiled-mapping.ts'
import type { Compiling } from './compiling.ts'

/** All that decides what the mapping makes of a record: another hash makes the next run a full one. */
export function configurationOf({ input }: Compiling, entities: readonly (EntityRef | undefined)[]): string {
  const { project, source } = input
  const { tests: _, title: __, triggers: ___, priority: ____, reconcile: _____, ...mapping } = source.document
  const functions = [...project.functions.values()].map(({ name, source: text }) => [name, text])
  const options = optionsOf(source, project)
  const words = new Set(JSON.stringify([mapping, functions, options]).split(/[^\p{L}\p{N}_-]+/u))
  const tables = [...project.tables.values()]
    .filter((table) => words.has(table.name))
    .map(({ name, rows, default: fallback }) => [name, rows, fallback])
  return createHash('sha256')
    .update(JSON.stringify([mapping, functions, tables, options, entities.map((ref) => ref && declared(input, ref))]))
    .digest('base64url')
    .slice(0, 22)
}

/** What the connector file says of an entity, and of those that it is read through. */
function declared({ project }: Compiling['input'], { entity, connection }: EntityRef): unknown {
  const declarations = project.connections.get(connection)?.connector.document.entities ?? {}
  const through = [entity.list, entity.get, ...entity.finds.values()].flatMap((read) => read?.over?.entity ?? [])
  return [entity.schema, declarations[entity.name], through.map((name) => declarations[name])]
}
