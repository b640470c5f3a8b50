import { verifyConnection } from '../../engine/cli/connect/verify.ts'
import { savedIn } from '../../engine/cli/saved.ts'
import { loadProject } from '../../engine/config/load-project.ts'
import { withSaved } from '../../engine/config/saved.ts'
import type { Person, StepResult } from '../../engine/connectors/connect/connect-types.ts'
import { connect } from '../../engine/connectors/connect/walk.ts'
import { createHttpClient } from '../../engine/http/client.ts'
import { createGovernors } from '../../engine/http/governors.ts'
import { systemClock, systemTimers } from '../../engine/http/time.ts'
import { assemble } from '../../engine/pipeline/assemble.ts'
import { openSqliteStore } from '../../engine/store/sqlite-store.ts'
import type { StateStore } from '../../engine/store/state-store.ts'
import { shopProject } from './command.ts'

export interface Answers {
  readonly settings?: Readonly<Record<string, string | undefined>>
  readonly secrets?: Readonly<Record<string, string | undefined>>
  readonly from?: string
}

/** The ready project as `syncline connect` reads it, with only these variables set. */
export async function loadShop(environment: Readonly<Record<string, string>>) {
  const { project } = await loadProject({ file: shopProject, environment, mode: 'validate' })
  if (!project) throw new Error('The ready project cannot be read.')
  return { project, assembly: assemble(project) }
}

export const openMemory = (): StateStore => openSqliteStore({ path: ':memory:' })

const nobody: Person = {
  answers: false,
  say: () => {},
  ask: () => Promise.reject(new Error('Nobody can be asked.')),
  choose: () => Promise.reject(new Error('Nobody can be asked.')),
  authorise: () => new Promise(() => {}),
}

/** Walks a connection of it to its end. */
export async function answered(
  { project, assembly }: Awaited<ReturnType<typeof loadShop>>,
  name: string,
  { settings = {}, secrets = {}, from }: Answers,
  store: StateStore,
) {
  const http = createHttpClient()
  const config = project.connections.get(name)
  const connector = assembly.connectors.get(name)
  if (!config || !connector) throw new Error(`There is no connection ${name}.`)
  const environment = {
    http,
    governors: createGovernors(),
    store,
    clock: systemClock,
    timers: systemTimers,
    random: Math.random,
  }
  const given = (values: Readonly<Record<string, string | undefined>>): Record<string, string> =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value ?? '']))
  const signal = new AbortController().signal
  try {
    const report = await connect({
      name,
      again: undefined,
      given: { settings: given(settings), secrets: given(secrets), from },
      person: nobody,
      current: () => ({ config: withSaved(config, savedIn(store, [name])), connector }),
      verify: (current) => verifyConnection(current, project, assembly, { environment }, signal),
      environment,
      waitMs: 100,
      signal,
      hide: () => {},
      began: () => {},
      ended: () => {},
    })
    const step = (wanted: string): StepResult | undefined => report.steps.find((one) => one.step === wanted)
    const causes = (step('verify')?.checks ?? []).flatMap((check) => check.causes ?? []).map(({ cause }) => cause)
    return { ...report, step, causes, failure: report.steps.find(({ failure }) => failure)?.failure }
  } finally {
    await http.close()
  }
}
