import type { Project } from '../config/project.ts'

/**
 * Entities of a connection that the project's mappings or tables name, wherever they name them: as source, target, join,
 * step, or in an expression.
 */
export function usedEntities(
  { mappings, tables }: Pick<Project, 'mappings' | 'tables'>,
  connection: string,
): ReadonlySet<string> {
  const used = new Set<string>()
  const named = new RegExp(`(?<![\\w.$])${connection}\\.([A-Za-z]\\w*)`, 'g')
  for (const { document } of mappings.values())
    for (const [, entity] of JSON.stringify(document).matchAll(named)) if (entity !== undefined) used.add(entity)
  for (const { refers } of tables.values())
    for (const reference of refers.values()) if (reference.connection === connection) used.add(reference.entity)
  return used
}
