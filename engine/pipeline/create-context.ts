import type { Project } from '../config/project.ts'
import type { ConnectionEnvironment } from '../connectors/connection.ts'
import type { StateStore } from '../store/state-store.ts'
import type { Assembly } from './assemble.ts'
import type { AnyMapping } from './compiled-mapping.ts'
import type { RunContext, RunEvent } from './run-context.ts'

/** What a run, or a reconciliation, is given. */
export interface RunSource {
  readonly project: Project
  readonly assembly: Assembly
  readonly environment: ConnectionEnvironment & { readonly store: StateStore }
  readonly abort: AbortSignal
  readonly listener?: (event: RunEvent) => void
}

/** What is a run's own in its context. */
type Own = Pick<RunContext, 'id' | 'startedAt' | 'options' | 'given' | 'connections' | 'spool' | 'stop'>

export function createContext({ project, assembly, environment, abort, listener }: RunSource, own: Own): RunContext {
  const { store, clock, timers } = environment
  return {
    ...own,
    store,
    reads: new Map(),
    mappings: assembly.mappings,
    parkedForMs: project.parkedForMs,
    makers: makersOf(assembly.mappings.values()),
    abort,
    clock,
    timers,
    undecidedAfterMs: project.undecidedAfterMs,
    listener: listener ?? (() => {}),
  }
}

/** Target entities by the mapping that makes their records. */
function makersOf(mappings: Iterable<AnyMapping>): ReadonlyMap<string, string> {
  return new Map(
    [...mappings].flatMap((mapping) => {
      const made = mapping.steps ? mapping.steps.filter(({ create }) => create).map(({ to }) => to) : [mapping.to]
      return made.map((to) => [to.name, mapping.name] as const)
    }),
  )
}
