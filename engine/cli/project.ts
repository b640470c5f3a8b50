import type { Command } from 'commander'
import { findProject } from '../config/find-project.ts'
import { loadProject } from '../config/load-project.ts'
import { nameAdvice } from '../config/nearest-name.ts'
import type { Project } from '../config/project.ts'
import { contradictionFindings } from '../connectors/contradictions.ts'
import { type Finding, hasErrors, sortFindings } from '../diagnostics/finding.ts'
import { findingsAsJson } from '../diagnostics/json.ts'
import { SynclineError } from '../diagnostics/syncline-error.ts'
import { text } from '../diagnostics/text.ts'
import { type Assembly, assemble } from '../pipeline/assemble.ts'
import { hasColour } from './output/colour.ts'
import { printEmptyAnswer } from './output/json.ts'
import { hideCredentials } from './redaction.ts'

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
    adjust = (loaded) => loaded,
  }: {
    readonly environment?: NodeJS.ProcessEnv
    readonly connection?: string | undefined
    /** What the command line says otherwise, applied to a project without errors before it is compiled. */
    readonly adjust?: (project: Project) => Project
  } = {},
): Promise<Loaded> {
  const { project: named } = command.optsWithGlobals<{ project?: string }>()
  const file = findProject(named === undefined ? {} : { project: named })
  const { project: read, findings } = await loadProject({
    file,
    environment,
    mode,
    connection,
    // Only here is the store needed: nothing else is loaded to check files.
    ...(mode === 'run' && { saved: (await import('./saved.ts')).savedOf(file, environment) }),
  })
  const project = read && (hasErrors(findings) ? read : adjust(read))
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

/** What a command answers whose project cannot be used: the findings, in the form that is asked for. @returns its exit status. */
export function answerFindings(command: string, findings: readonly Finding[], json: boolean | undefined): 2 {
  if (json) printEmptyAnswer(command, { findings: findingsAsJson(findings) })
  else printFindings(findings)
  return 2
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
