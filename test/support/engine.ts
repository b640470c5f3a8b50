import { loadProject } from '../../engine/config/load-project.ts'
import { overrideOptions } from '../../engine/config/override-options.ts'
import type { Project } from '../../engine/config/project.ts'
import type { Finding } from '../../engine/diagnostics/finding.ts'
import { createHttpClient } from '../../engine/http/client.ts'
import { createGovernors } from '../../engine/http/governors.ts'
import { systemClock, systemTimers, type Timers } from '../../engine/http/time.ts'
import { type Assembly, assemble } from '../../engine/pipeline/assemble.ts'
import { reconcileProject } from '../../engine/pipeline/reconcile/reconcile-project.ts'
import type { ReconcileReport } from '../../engine/pipeline/reconcile/reconciliation.ts'
import type { RunEvent, RunOptions } from '../../engine/pipeline/run-context.ts'
import { type RunReport, type RunRequest, runProject } from '../../engine/pipeline/run-project.ts'
import { openSpool } from '../../engine/store/spool-sqlite.ts'
import { openSqliteStore } from '../../engine/store/sqlite-store.ts'
import type { StateStore } from '../../engine/store/state-store.ts'

export interface TestEngine {
  readonly store: StateStore
  run(
    options?: Partial<RunOptions> & {
      readonly mappings?: readonly string[]
      readonly stop?: AbortSignal
      readonly abort?: AbortSignal
      readonly given?: RunRequest['given']
      readonly environment?: Readonly<Record<string, string>>
      /** As `--option NAME=VALUE`. */
      readonly set?: Readonly<Record<string, string>>
    },
  ): Promise<RunReport & { readonly events: readonly RunEvent[] }>
  /** Compares both sides, as `syncline reconcile` would. */
  reconcile(options?: {
    readonly mappings?: readonly string[]
    readonly since?: string
    readonly repair?: boolean
    readonly stop?: AbortSignal
  }): Promise<ReconcileReport>
  close(): void
}

/** The engine over a project file, with its state in memory (or at `storePath`), as `syncline run` would run it. */
export function createTestEngine(
  file: string,
  environment: Readonly<Record<string, string>>,
  storePath = ':memory:',
  {
    quiet = false,
    hurry = 1,
    loadOnce = false,
  }: {
    readonly quiet?: boolean
    readonly hurry?: number
    /** The files do not change between runs: they are loaded and compiled by the first one, which saves most of a short run's time. */
    readonly loadOnce?: boolean
  } = {},
): TestEngine {
  const store = openSqliteStore({ path: storePath })
  const http = createHttpClient({})
  let loaded: ReturnType<typeof load> | undefined
  async function load(variables: Readonly<Record<string, string>>): Promise<{ project: Project; assembly: Assembly }> {
    const { project, findings } = await loadProject({ file, environment: variables, mode: 'run' })
    const assembly = project && assemble(project)
    const all = [...findings, ...(assembly?.findings ?? [])].filter((finding) => finding.severity === 'error')
    if (!project || !assembly || all.length > 0) throw new Error(describe(all))
    return { project, assembly }
  }
  const surroundings = (): RunRequest['environment'] => ({
    http,
    governors: createGovernors(),
    store,
    clock: systemClock,
    timers: hurried(hurry),
    // Jitter makes no test better, and pauses longer.
    random: hurry > 1 ? () => 0 : Math.random,
  })
  return {
    store,
    async run({ mappings, stop, abort, given, environment: more, set, ...options } = {}) {
      if (!loadOnce) loaded = undefined
      const own = more || set ? load({ ...environment, ...more }) : undefined
      if (!own) loaded ??= load(environment)
      const read = await (own ?? (loaded as ReturnType<typeof load>))
      const named = mappings ?? [...read.project.mappings.keys()]
      const overridden = set && overrideOptions(read.project, set, named)
      const { project, assembly } = overridden
        ? { project: overridden.project, assembly: assemble(overridden.project) }
        : read
      const events: RunEvent[] = []
      const report = await runProject({
        project,
        assembly,
        mappings: named,
        options: {
          full: false,
          only: undefined,
          since: undefined,
          dryRun: false,
          ...(overridden && { override: overridden.values }),
          ...options,
        },
        ...(given && { given }),
        environment: surroundings(),
        openSpool: () => openSpool(),
        stop: stop ?? new AbortController().signal,
        abort: abort ?? new AbortController().signal,
        listener: (event) => {
          // Events of a long run would be the largest thing in memory.
          if (!quiet) events.push(event)
        },
      })
      return { ...report, events }
    },
    async reconcile({ mappings, since, repair = false, stop } = {}) {
      loaded = loadOnce ? (loaded ?? load(environment)) : load(environment)
      const { project, assembly } = await loaded
      return reconcileProject({
        project,
        assembly,
        mappings: mappings ?? [...project.mappings.keys()],
        since,
        repair,
        environment: surroundings(),
        openSpool: () => openSpool(),
        stop: stop ?? new AbortController().signal,
        abort: new AbortController().signal,
      })
    },
    close() {
      store.close()
    },
  }
}

/** Pauses that are so many times shorter. */
function hurried(times: number): Timers {
  return { ...systemTimers, setTimeout: (run, ms) => systemTimers.setTimeout(run, ms / times) }
}

export function describe(findings: readonly Finding[]): string {
  return findings
    .map(({ file, line, column, code, message }) => `${file}:${line}:${column} ${code} ${message}`)
    .join('\n')
}

export type { Project }
