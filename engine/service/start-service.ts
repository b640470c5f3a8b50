import type { Project } from '../config/project.ts'
import type { ConnectionEnvironment } from '../connectors/connection.ts'
import { SynclineError } from '../diagnostics/syncline-error.ts'
import type { Assembly } from '../pipeline/assemble.ts'
import { openConnections } from '../pipeline/open-connections.ts'
import { takeLocks } from '../pipeline/run-locks.ts'
import { refuseCircle } from '../pipeline/run-project.ts'
import type { Spool } from '../store/spool.ts'
import type { StateStore } from '../store/state-store.ts'
import { createHealth } from './health.ts'
import { createApp } from './http-app.ts'
import { startLanes } from './lanes.ts'
import { listen } from './listen.ts'
import type { Log } from './log.ts'
import { createReceivers, type Receiver } from './receivers.ts'
import { createRunMapping } from './run-mapping.ts'

export interface ServiceOptions {
  readonly project: Project
  readonly assembly: Assembly
  readonly environment: ConnectionEnvironment & { readonly store: StateStore }
  readonly openSpool: () => Spool
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  readonly log: Log
  /** Aborted when the service is to stop: nothing new is taken, what is under way is finished. */
  readonly stop: AbortSignal
  /** Aborted when it is to stop at once. */
  readonly abort: AbortSignal
}

export interface Service {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string
  /** By `connection.event`. */
  readonly receivers: ReadonlyMap<string, Receiver>
  /** Resolves when the service has stopped; `lost` when another process took its place. */
  readonly ended: Promise<'stopped' | 'lost'>
}

const tidyMs = 60_000

/**
 * Starts the receivers and the schedules of a project, in one process for one state.
 *
 * @throws SynclineError `already-serving`, `event-credential`, `port-in-use`, `settings-unfit`, `after-circle`; StoreError.
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { project, assembly, environment, log } = options
  const { store, clock, timers } = environment
  refuseCircle([...assembly.mappings.values()])
  const locks = takeLocks(
    store.locks,
    ['service'],
    'serve',
    environment,
    (_, { process, host, since }) =>
      new SynclineError({
        code: 'already-serving',
        message: `This state is served already, by process ${process} on ${host}, since ${since}.`,
        advice: 'Stop that process first. If it is gone, its lock ends by itself after a minute.',
        exitStatus: 1,
      }),
  )
  try {
    store.inbox.recover()
    const connections = await openConnections(project, assembly, environment)
    const receivers = await createReceivers(assembly.mappings.values(), connections)
    const stop = AbortSignal.any([options.stop, locks.lost])
    const health = createHealth(store, () => stop.aborted)
    let poke: (mappings: readonly string[]) => void = () => {}
    const app = createApp(receivers, health, {
      inbox: store.inbox,
      clock,
      log,
      closing: () => stop.aborted,
      arrived: (mappings) => poke(mappings),
    })
    const server = await listen((request) => app.fetch(request), options)
    const lanes = startLanes(assembly.mappings.values(), {
      store,
      clock,
      timers,
      log,
      health,
      stop,
      run: createRunMapping({ ...options, stop }),
    })
    poke = lanes.poke

    let tidying: unknown
    const tidy = (): void => {
      try {
        store.inbox.forget(new Date(clock.now() - project.keepMessagesMs).toISOString())
      } catch (error) {
        log('warn', 'inbox not tidied', { why: error instanceof Error ? error.message : 'unknown' })
      }
      tidying = timers.setTimeout(tidy, tidyMs)
    }
    tidy()

    const ended = async (): Promise<'stopped' | 'lost'> => {
      await Promise.all([lanes.ended, aborted(stop).then(() => server.close())])
      timers.clearTimeout(tidying)
      locks.release()
      return locks.lost.aborted ? 'lost' : 'stopped'
    }
    return {
      url: server.url,
      receivers,
      ended: ended(),
    }
  } catch (error) {
    locks.release()
    throw error
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
