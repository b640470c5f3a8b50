import { dirname, resolve } from 'node:path'
import { resolveConnection } from '../connection.ts'
import type { JsonObject } from '../dsl.generated.ts'
import type { Substituted } from '../environment.ts'
import { isObject } from '../json-object.ts'
import type { Path, YamlDocument } from '../origin.ts'
import type { ConnectionConfig, ConnectorSource } from '../project.ts'
import type { Saved } from '../saved.ts'
import { loadConnector } from './load-connector.ts'
import type { Loading } from './loading.ts'

/** Reads the connector of each connection, each file once, and resolves settings and credentials. */
export async function loadConnections(
  content: JsonObject,
  document: YamlDocument,
  source: Substituted,
  signsIn: (connection: string) => boolean,
  saved: Saved,
  { report, options }: Loading,
) {
  const loaded = new Map<string, ConnectorSource | undefined>()
  const connections = new Map<string, ConnectionConfig>()
  const unread = new Set<string>()
  for (const [name, entry] of Object.entries(isObject(content.connections) ? content.connections : {})) {
    const path: Path = ['connections', name, 'connector']
    if (!isObject(entry) || typeof entry.connector !== 'string' || source.unknown(path)) {
      unread.add(name)
      continue
    }
    const file = resolve(dirname(document.file), entry.connector)
    if (!loaded.has(file)) {
      loaded.set(file, await loadConnector(file, (problem) => document.finding({ ...problem, path }), options, report))
    }
    const connector = loaded.get(file)
    if (!connector) {
      unread.add(name)
      continue
    }
    const connection = resolveConnection({
      name,
      entry,
      connector,
      source,
      saved: { settings: saved.settings(name), credentials: saved.credentials(name) },
      signsIn: signsIn(name),
      report: (problem) => report(document.finding(problem)),
    })
    connections.set(name, connection)
  }
  return { connections, unread, connectors: [...loaded.values()].filter((c) => c !== undefined) }
}
