import type { Project } from '../config/project.ts'
import { type Connection, type ConnectionEnvironment, createConnection } from '../connectors/connection.ts'
import type { Assembly } from './assemble.ts'

/** All connections of a project; nothing is sent yet. */
export async function openConnections(
  project: Project,
  assembly: Assembly,
  environment: ConnectionEnvironment,
): Promise<ReadonlyMap<string, Connection>> {
  const connections = new Map<string, Connection>()
  for (const [name, config] of project.connections) {
    const connector = assembly.connectors.get(name)
    if (connector) connections.set(name, await createConnection(connector, config, environment))
  }
  return connections
}
