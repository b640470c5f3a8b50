import { dirname, resolve } from 'node:path'
import type { ConfigCode } from '../diagnostics/codes.ts'
import { createFinding, displayPath, type Finding, sortFindings } from '../diagnostics/finding.ts'
import { parseDuration } from './durations.ts'
import { type Environment, environmentUses, readEnvironment, substitute } from './environment.ts'
import { isObject } from './json-object.ts'
import { findFiles } from './load/find-files.ts'
import { loadConnections } from './load/load-connections.ts'
import { loadMappings } from './load/load-mappings.ts'
import { loadTables } from './load/load-tables.ts'
import type { Loading } from './load/loading.ts'
import { readFunctions, readPublicUrl, readStore } from './load/project-values.ts'
import { nearestName } from './nearest-name.ts'
import { resolveOptions } from './options.ts'
import type { Problem, YamlDocument } from './origin.ts'
import type { Project } from './project.ts'
import { isSaved, noneSaved, type Saved } from './saved.ts'
import { checkAgainstSchema } from './schema/schema-check.ts'
import { loadYaml } from './yaml/yaml-file.ts'

export interface LoadProjectInput {
  /** Path of the project file; `findProject` finds it. */
  readonly file: string
  /** Such as process.env. The `.env` file beside the project file is read here. */
  readonly environment: Environment
  /** validate: variables of the environment and credentials may be missing. run: each missing one is a finding. */
  readonly mode: 'validate' | 'run'
  /** In the mode run: the only connection that is to be used. What is missing of the others is no finding. Default: all. */
  readonly connection?: string | undefined
  /**
   * What the state keeps of the project's connections. Default: nothing, and no state is looked at. `store` is its
   * address, `folder` what a relative path in it starts from.
   */
  readonly saved?: (state: {
    readonly store: string
    readonly folder: string
    readonly connections: readonly string[]
  }) => Saved
  /** Findings name files relative to it when they lie below. Default: the process's. */
  readonly currentFolder?: string
}

export interface LoadedProject {
  /**
   * Absent when the project file itself cannot be understood. Else it holds everything that could be read, so that
   * compilers can add their findings; it is fit to run only when no finding is an error.
   */
  readonly project: Project | undefined
  /** All of them, by file and place. */
  readonly findings: readonly Finding[]
}

/** Reads a project with its connectors, entity schemas, tables and mappings, and reports everything that is wrong. */
export async function loadProject(input: LoadProjectInput): Promise<LoadedProject> {
  const findings: Finding[] = []
  const loading: Loading = {
    report: (finding) => void findings.push(finding),
    options: input.currentFolder === undefined ? {} : { currentFolder: input.currentFolder },
  }
  const project = await readProject(resolve(input.file), input, loading)
  return { project, findings: Object.freeze(sortFindings(unique(findings))) }
}

/** What an alias repeats is found as often as it is repeated. */
function unique(findings: readonly Finding[]): Finding[] {
  const seen = new Map<string, Finding>()
  for (const finding of findings) {
    const { code, message, file, line, column } = finding
    const key = JSON.stringify([code, message, file, line, column])
    if (!seen.has(key)) seen.set(key, finding)
  }
  return [...seen.values()]
}

async function readProject(file: string, input: LoadProjectInput, loading: Loading): Promise<Project | undefined> {
  const { report, options } = loading
  const atTop = (problem: Problem): Finding =>
    createFinding({ ...problem, file: displayPath(file, input.currentFolder), line: 1, column: 1 })
  const loaded = await loadYaml(file, atTop, { ...options, secrets: true })
  loaded.findings.forEach(report)
  const document = loaded.file?.documents[0]
  if (!document) return undefined

  const { environment, problem } = readEnvironment(file, input.environment)
  if (problem) report(document.finding(problem))
  const saved = readSaved(document, environment, input)
  const source = substitute(document, environment, {
    missing: input.mode === 'run' ? 'reported' : 'tolerated',
    report,
    mayLack: (path) => isSaved(saved, path) || (path[0] === 'connections' && !isUsed(input, path[1])),
  })
  checkAgainstSchema('project', document, {
    value: source.value,
    unknown: source.unknown,
    hidden: (path) => path[2] === 'credentials' || source.fromEnvironment(path),
  }).forEach(report)
  environmentUses(document, ['functions']).forEach(report)
  if (!isObject(source.value)) return undefined

  const content = source.value
  const at = (problem: Problem & { readonly code: ConfigCode }) => report(document.finding(problem))
  const { connections, connectors, unread } = await loadConnections(
    content,
    document,
    source,
    (name) => input.mode === 'run' && isUsed(input, name),
    saved,
    loading,
  )

  // A list under a misspelt key has its finding; that its content is missing is only the consequence.
  const misspelt = (key: string) => content[key] === undefined && nearestName(key, Object.keys(content)) !== undefined
  const tableFiles = await findFiles(content.tables, 'tables', document, source, loading)
  const tables = await loadTables(tableFiles, connections, unread, loading)
  const mappingFiles = await findFiles(content.mappings, 'mappings', document, source, loading)
  const mappings = await loadMappings(mappingFiles, loading)
  const optionValues = resolveOptions({
    mappings: [...mappings.named.values()],
    set: isObject(content.options) ? content.options : {},
    origin: document,
    source,
    incomplete: mappings.incomplete || misspelt('mappings'),
    currentFolder: input.currentFolder,
    report,
  })
  const service = isObject(content.service) ? content.service : {}
  const keepMessages = typeof service.keepMessages === 'string' ? parseDuration(service.keepMessages) : undefined
  const parkedFor = typeof content.parkedFor === 'string' ? parseDuration(content.parkedFor) : undefined
  const undecidedAfter = typeof content.undecidedAfter === 'string' ? parseDuration(content.undecidedAfter) : undefined
  return Object.freeze({
    name: typeof content.project === 'string' ? content.project : '',
    title: typeof content.title === 'string' ? content.title : undefined,
    file,
    folder: dirname(file),
    origin: document,
    store: readStore(content.store, source, at),
    parkedForMs: parkedFor ?? 7 * 24 * 3_600_000,
    publicUrl: readPublicUrl(service.publicUrl, source, at),
    keepMessagesMs: keepMessages ?? 3_600_000,
    undecidedAfterMs: undecidedAfter ?? 3_600_000,
    connections,
    tables: tables.named,
    mappings: mappings.named,
    options: optionValues,
    functions: readFunctions(content.functions, document),
    connectors: Object.freeze(connectors),
    unread: Object.freeze({
      connections: unread,
      tables: tables.incomplete || misspelt('tables'),
      mappings: mappings.incomplete || misspelt('mappings'),
    }),
  })
}

/** Whether a connection is to be used. */
function isUsed({ connection }: LoadProjectInput, name: unknown): boolean {
  return connection === undefined || connection === name
}

/** What the state keeps: its address is needed before the variables of anything else are. A wrong one has its finding. */
function readSaved(document: YamlDocument, environment: Environment, { saved }: LoadProjectInput): Saved {
  if (!saved) return noneSaved
  const source = substitute(document, environment, { missing: 'tolerated', report: () => {} })
  const content = isObject(source.value) ? source.value : {}
  let right = true
  const store = readStore(content.store, source, () => {
    right = false
  })
  const connections = isObject(content.connections) ? Object.keys(content.connections) : []
  return right ? saved({ store, folder: dirname(document.file), connections }) : noneSaved
}
