import type { Project } from '../../config/project.ts'
import { displayPath, type Finding } from '../../diagnostics/finding.ts'

/**
 * What is wrong with the files that a connection is made of: the project file, its connector file and that one's
 * schemas. A mapping or a table that is not finished yet does not hinder it; settings that contradict each other are
 * found again where they are asked for.
 */
export function ownFindings(project: Project, name: string, findings: readonly Finding[]): readonly Finding[] {
  const connector = project.connections.get(name)?.connector
  const origins = [project.origin, ...(connector ? [connector.origin] : [])]
  for (const { origin } of connector?.entities.values() ?? []) origins.push(origin)
  const files = new Set(origins.map((origin) => displayPath(origin.file)))
  return findings.filter(({ code, file }) => files.has(file) && code !== 'settings-contradict')
}
