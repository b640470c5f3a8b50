import { dirname, resolve } from 'node:path'
import type { Finding } from '../../diagnostics/finding.ts'
import { checkDeclarations } from '../connector-declarations.ts'
import type { ConnectorFile } from '../dsl.generated.ts'
import { loadEntitySchema } from '../entity-schema.ts'
import { environmentUses } from '../environment.ts'
import type { Problem } from '../origin.ts'
import type { ConnectorSource, EntitySchema } from '../project.ts'
import { readFitting } from '../schema/schema-check.ts'
import { type LoadOptions, loadYaml } from '../yaml/yaml-file.ts'

/** Reads a connector file and the schemas of its entities. `from` is where the project names it. */
export async function loadConnector(
  file: string,
  from: (problem: Problem) => Finding,
  options: LoadOptions,
  report: (finding: Finding) => void,
): Promise<ConnectorSource | undefined> {
  const loaded = await loadYaml(file, from, options)
  loaded.findings.forEach(report)
  const read = loaded.file?.documents[0]
  if (!read) return undefined
  const { findings: found, usable: origin } = readFitting('connector', read)
  found.forEach(report)
  environmentUses(read).forEach(report)
  if (!origin) return undefined

  const document = origin.value as ConnectorFile
  checkDeclarations(document, (problem) => report(origin.finding(problem)))
  const schemas = new Map<string, EntitySchema | undefined>()
  const entities = new Map<string, EntitySchema>()
  for (const [name, entity] of Object.entries(document.entities)) {
    const path = resolve(dirname(file), entity.schema)
    if (!schemas.has(path)) {
      const at = (problem: Problem) => origin.finding({ ...problem, path: ['entities', name, 'schema'] })
      const { schema, findings } = await loadEntitySchema(path, at, options)
      findings.forEach(report)
      schemas.set(path, schema)
    }
    const schema = schemas.get(path)
    if (schema) entities.set(name, schema)
  }
  return Object.freeze({ name: document.connector, document, origin, entities })
}
