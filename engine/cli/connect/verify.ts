import type { Project } from '../../config/project.ts'
import { watchCalls } from '../../connectors/check/call-watch.ts'
import { checkConnection } from '../../connectors/check/check.ts'
import type { CheckResult } from '../../connectors/check/check-types.ts'
import { summarize } from '../../connectors/check/summary.ts'
import type { Current } from '../../connectors/connect/connect-types.ts'
import { createConnection } from '../../connectors/connection.ts'
import { type Assembly, runSurroundings } from '../../pipeline/assemble.ts'
import { noLinks } from '../../pipeline/map/link-functions.ts'
import { usedEntities } from '../../pipeline/used-entities.ts'
import type { Engine } from '../engine.ts'

/**
 * The steps of `syncline check` for one connection, with a real read of each surface that the project's flows use. The
 * ids in tables are left to `check`: they may not be filled in yet, and the connection works without them.
 */
export async function verifyConnection(
  { config, connector }: Current,
  project: Project,
  assembly: Assembly,
  { environment }: Pick<Engine, 'environment'>,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  const watch = watchCalls(environment.http, environment.clock.now)
  const steps = connector.check.filter((step) => step.do !== 'tables')
  const connection = await createConnection({ ...connector, check: steps }, config, {
    ...environment,
    http: watch.http,
  })
  assembly.bind(runSurroundings(new Map([[config.name, connection]]), noLinks, signal))
  const results: CheckResult[] = []
  const context = { watch, quick: false, uses: usedEntities(project, config.name) }
  for await (const step of checkConnection(connection, [], signal, context)) results.push(step)
  const summary = await summarize(connection, results, watch.calls)
  return [...results, ...summary.steps]
}
