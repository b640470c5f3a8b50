import type { Project } from '../config/project.ts'
import { type Connection, type ConnectionEnvironment, createConnection } from '../connectors/connection.ts'
import { SynclineError } from '../diagnostics/syncline-error.ts'
import { EvaluationError } from '../expressions/function-definition.ts'
import type { Assembly } from './assemble.ts'

/** The connections of a project, or those that are named; nothing is sent yet. */
export async function openConnections(
  project: Project,
  assembly: Assembly,
  environment: ConnectionEnvironment,
  names: Iterable<string> = project.connections.keys(),
): Promise<ReadonlyMap<string, Connection>> {
  const connections = new Map<string, Connection>()
  for (const name of names) {
    const config = project.connections.get(name)
    const connector = assembly.connectors.get(name)
    if (config && connector)
      connections.set(name, await createConnection(connector, config, environment).catch(unfit(name)))
  }
  return connections
}

/** An expression of the connector file that the settings do not fit: the configuration is wrong, not the engine. */
function unfit(name: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof EvaluationError)) throw error
    throw new SynclineError(
      {
        code: 'settings-unfit',
        message: `The settings of the connection ${name} do not fit its connector file: ${error.message}`,
        advice: 'Correct the setting, or the expression in the connector file.',
        exitStatus: 2,
      },
      { cause: error },
    )
  }
}

/** The connection of this name, of those that a run has opened. */
export function connectionOf(
  context: { readonly connections: ReadonlyMap<string, Connection> },
  name: string,
): Connection {
  const connection = context.connections.get(name)
  if (!connection) throw new Error(`There is no connection ${name}.`)
  return connection
}
