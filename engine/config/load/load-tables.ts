import { environmentUses } from '../environment.ts'
import type { ConnectionConfig, Table } from '../project.ts'
import { readFitting } from '../schema/schema-check.ts'
import { checkTable, createTable } from '../table.ts'
import { loadYaml } from '../yaml/yaml-file.ts'
import type { FoundFiles } from './find-files.ts'
import { duplicateName, type Loading, type Named } from './loading.ts'

export async function loadTables(
  { files, incomplete: filesMissing }: FoundFiles,
  connections: ReadonlyMap<string, ConnectionConfig>,
  unread: ReadonlySet<string>,
  { report, options }: Loading,
): Promise<Named<Table>> {
  const named = new Map<string, Table>()
  let incomplete = filesMissing
  for (const { file, from } of files) {
    const loaded = await loadYaml(file, from, { ...options, documents: 'many' })
    loaded.findings.forEach(report)
    if (!loaded.file) incomplete = true
    for (const document of loaded.file?.documents ?? []) {
      const { findings: found, usable } = readFitting('table', document)
      found.forEach(report)
      environmentUses(document).forEach(report)
      if (!usable) {
        incomplete = true
        continue
      }
      const table = createTable(usable)
      checkTable(table, connections, unread).forEach(report)
      const other = named.get(table.name)
      if (other) report(duplicateName('tables', 'table', table, other, options))
      else named.set(table.name, table)
    }
  }
  return { named, incomplete }
}
