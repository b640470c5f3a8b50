import type { Command } from 'commander'
import { readEnvironment } from '../config/environment.ts'
import { findProject } from '../config/find-project.ts'
import { loadProject } from '../config/load-project.ts'
import { nameAdvice } from '../config/nearest-name.ts'
import type { Project } from '../config/project.ts'
import type { ConnectionEnvironment } from '../connectors/connection.ts'
import { contradictionFindings } from '../connectors/contradictions.ts'
import { type Finding, hasErrors, sortFindings } from '../diagnostics/finding.ts'
import { SynclineError } from '../diagnostics/syncline-error.ts'
import { text } from '../diagnostics/text.ts'
import { createHttpClient, type HttpClient } from '../http/client.ts'
import { proxyFromEnv } from '../http/dispatcher.ts'
import { createGovernors } from '../http/governors.ts'
import { systemClock, systemTimers } from '../http/time.ts'
import { watched } from '../http/watched.ts'
import { type Assembly, assemble } from '../pipeline/assemble.ts'
import { secretsOf } from '../redaction/exchange.ts'
import { cleanStore } from '../store/clean-store.ts'
import { openStore } from '../store/open-store.ts'
import type { StateStore } from '../store/state-store.ts'
import { hasColour } from './output/colour.ts'
import { hideCredentials, redaction } from './redaction.ts'
import { savedOf } from './saved.ts'

export interface Loaded {
  readonly file: string
  readonly project: Project | undefined
  readonly assembly: Assembly | undefined
  /** Of all files, in their order. */
  readonly findings: readonly Finding[]
}

/** Loads and compiles the project that the command line names. With `connection`, what others lack is no finding. */
export async function loadFor(
  command: Command,
  mode: 'validate' | 'run',
  {
    environment = process.env,
    connection,
  }: { readonly environment?: NodeJS.ProcessEnv; readonly connection?: string | undefined } = {},
): Promise<Loaded> {
  const { project: named } = command.optsWithGlobals<{ project?: string }>()
  const file = findProject(named === undefined ? {} : { project: named })
  const { project, findings } = await loadProject({
    file,
    environment,
    mode,
    connection,
    ...(mode === 'run' && { saved: savedOf(file, environment) }),
  })
  if (project) hideCredentials(project.connections.values())
  const assembly = project && assemble(project)
  const contradictions = project && assembly ? await contradictionFindings(project, assembly.connectors) : []
  return {
    file,
    project,
    assembly,
    findings: uniqueFindings(sortFindings([...findings, ...(assembly?.findings ?? []), ...contradictions])),
  }
}

/** A mistake in a mapping that others extend is found once for each of them. */
export function uniqueFindings(findings: readonly Finding[]): readonly Finding[] {
  return [
    ...new Map(
      findings.map((finding) => {
        const { code, message, file, line, column } = finding
        return [JSON.stringify([code, message, file, line, column]), finding]
      }),
    ).values(),
  ]
}

/** A project that may be run; findings that are errors end the command with status 2. */
export interface Ready {
  readonly project: Project
  readonly assembly: Assembly
}

export function ready({ project, assembly, findings }: Loaded): Ready | undefined {
  return project && assembly && !hasErrors(findings) ? { project, assembly } : undefined
}

/** Findings on standard error, so that standard output stays for results. */
export function printFindings(findings: readonly Finding[]): void {
  if (findings.length > 0) process.stderr.write(`${text(findings, { colour: hasColour(process.stderr) })}\n`)
}

/** The mappings that a command names, or all of the project; an unknown name ends it. */
export function chosenMappings(project: Project, names: readonly string[]): readonly string[] {
  for (const name of names) {
    if (project.mappings.has(name)) continue
    throw new SynclineError({
      code: 'unknown-mapping',
      message: `The project has no mapping ${name}.`,
      advice: nameAdvice(name, project.mappings.keys(), 'mappings'),
      exitStatus: 2,
    })
  }
  return names.length === 0 ? [...project.mappings.keys()] : [...new Set(names)]
}

export interface Engine {
  readonly environment: ConnectionEnvironment & { readonly store: StateStore }
  close(): Promise<void>
}

/** The state of a project; the key of its secrets may stand in the environment, or in `.env` beside the project file. */
export function openProjectStore(project: Project, options: { readonly readOnly?: boolean } = {}): StateStore {
  const { environment } = readEnvironment(project.file, process.env)
  return openStore(project.store, project.folder, { ...options, environment })
}

/** The state and the way out to the systems. */
export function openEngine(project: Project): Engine {
  const store = cleanStore(openProjectStore(project), redaction.text)
  const http: HttpClient = watched(createHttpClient({ proxy: proxyFromEnv(process.env) }), (exchange) => {
    for (const secret of secretsOf(exchange)) redaction.secret(secret)
  })
  return {
    environment: {
      http,
      governors: createGovernors(),
      store,
      clock: systemClock,
      timers: systemTimers,
      random: Math.random,
    },
    async close() {
      await http.close()
      store.close()
    },
  }
}
