import type { ConnectionConfig, Project } from '../config/project.ts'
import type { Finding } from '../diagnostics/finding.ts'
import type { CompiledConnector } from './compiled-connector.ts'
import { isKnown, settingsIn } from './known-settings.ts'

/** Settings of one connection that do not go together. */
export interface Contradiction {
  readonly message: string
  readonly advice: string
  /** The settings that are meant. */
  readonly settings: readonly string[]
}

/** What the connector's rules say of a connection's settings. Rules whose settings are not all known are not asked. */
export async function findContradictions(
  { rules }: Pick<CompiledConnector, 'rules'>,
  settings: ConnectionConfig['settings'],
): Promise<readonly Contradiction[]> {
  const found: Contradiction[] = []
  for (const { when, say, fix } of rules) {
    if (!isKnown(when, settings) || !isKnown(say, settings)) continue
    if ((await when.evaluate(undefined, { settings })) !== true) continue
    found.push({
      message: await say.render(undefined, { settings }, (piece) => piece),
      advice: fix,
      settings: settingsIn(when.source),
    })
  }
  return found
}

/** The same as findings, for all connections of a project; each where the first of its settings stands. */
export async function contradictionFindings(
  project: Project,
  connectors: ReadonlyMap<string, CompiledConnector>,
): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const [name, connection] of project.connections) {
    const connector = connectors.get(name)
    if (!connector) continue
    for (const { message, advice, settings } of await findContradictions(connector, connection.settings)) {
      const written = settings.find((setting) => connection.settingFrom[setting] === 'project')
      findings.push(
        project.origin.finding({
          code: 'settings-contradict',
          message: `The settings of ${name} contradict each other: ${message}.`,
          advice,
          path: written === undefined ? connection.path : [...connection.path, 'settings', written],
        }),
      )
    }
  }
  return findings
}
