import { glob } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { ConfigCode } from '../diagnostics/codes.ts'
import { createFinding, displayPath, type Finding, sortFindings } from '../diagnostics/finding.ts'
import { StoreError } from '../store/store-error.ts'
import { parseStoreUrl } from '../store/store-url.ts'
import { addressProblem } from './addresses.ts'
import { createConnection } from './connection.ts'
import type { JsonObject, MappingFile } from './dsl.generated.ts'
import { parseDuration } from './durations.ts'
import { type Environment, environmentUses, readEnvironment, type Substituted, substitute } from './environment.ts'
import { extendMapping, type ReadYaml } from './extend-mapping.ts'
import { loadConnector } from './load-connector.ts'
import { nearestName } from './nearest-name.ts'
import { resolveOptions } from './options.ts'
import type { ConnectionConfig, ConnectorSource, FunctionSource, MappingSource, Project, Table } from './project.ts'
import { isSaved, noneSaved, type Saved } from './saved.ts'
import { checkAgainstSchema, readFitting } from './schema-check.ts'
import { checkTable, createTable } from './table.ts'
import { type LoadOptions, loadYaml, type Origin, type Path, type Problem, type YamlDocument } from './yaml-file.ts'

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
  const loading = createLoading(input)
  const project = await readProject(resolve(input.file), input, loading)
  return { project, findings: Object.freeze(sortFindings(unique(loading.findings))) }
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

interface Loading {
  readonly findings: Finding[]
  readonly report: (finding: Finding) => void
  readonly options: LoadOptions
}

function createLoading({ currentFolder }: LoadProjectInput): Loading {
  const findings: Finding[] = []
  return {
    findings,
    report: (finding) => void findings.push(finding),
    options: currentFolder === undefined ? {} : { currentFolder },
  }
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
  const { connections, connectors, unreadConnections } = await readConnections(
    content,
    document,
    source,
    (name) => input.mode === 'run' && isUsed(input, name),
    saved,
    loading,
  )
  const unread = new Set(unreadConnections)

  // A list under a misspelt key has its finding; that its content is missing is only the consequence.
  const misspelt = (key: string) => content[key] === undefined && nearestName(key, Object.keys(content)) !== undefined
  const tableFiles = await findFiles(content.tables, 'tables', document, source, loading)
  const tables = await readTables(tableFiles, connections, unread, loading)
  const mappingFiles = await findFiles(content.mappings, 'mappings', document, source, loading)
  const mappings = await readMappings(mappingFiles, loading)
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

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a connection is to be used. */
function isUsed({ connection }: LoadProjectInput, name: unknown): boolean {
  return connection === undefined || connection === name
}

async function readConnections(
  content: JsonObject,
  document: YamlDocument,
  source: Substituted,
  signsIn: (connection: string) => boolean,
  saved: Saved,
  { report, options }: Loading,
) {
  const loaded = new Map<string, ConnectorSource | undefined>()
  const connections = new Map<string, ConnectionConfig>()
  const unreadConnections = new Set<string>()
  for (const [name, entry] of Object.entries(isObject(content.connections) ? content.connections : {})) {
    const path: Path = ['connections', name, 'connector']
    if (!isObject(entry) || typeof entry.connector !== 'string' || source.unknown(path)) {
      unreadConnections.add(name)
      continue
    }
    const file = resolve(dirname(document.file), entry.connector)
    if (!loaded.has(file)) {
      loaded.set(file, await loadConnector(file, (problem) => document.finding({ ...problem, path }), options, report))
    }
    const connector = loaded.get(file)
    if (!connector) {
      unreadConnections.add(name)
      continue
    }
    const connection = createConnection({
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
  return { connections, unreadConnections, connectors: [...loaded.values()].filter((c) => c !== undefined) }
}

interface FoundFiles {
  readonly files: readonly FoundFile[]
  /** Whether some entry of the list could not be followed. */
  readonly incomplete: boolean
}

interface FoundFile {
  readonly file: string
  /** A finding at the place that names the file. */
  readonly from: (problem: Problem) => Finding
}

/** The files that a list of paths and patterns names, each once, in the order of the list and then of the alphabet. */
async function findFiles(
  patterns: unknown,
  key: 'tables' | 'mappings',
  document: YamlDocument,
  source: Substituted,
  { report, options }: Loading,
): Promise<FoundFiles> {
  const folder = dirname(document.file)
  const found = new Map<string, FoundFile>()
  let incomplete = !Array.isArray(patterns) && patterns !== undefined
  for (const [index, pattern] of (Array.isArray(patterns) ? patterns : []).entries()) {
    const path: Path = [key, index]
    if (typeof pattern !== 'string' || source.unknown(path)) {
      incomplete = true
      continue
    }
    const from = (problem: Problem) => document.finding({ ...problem, path })
    const files: string[] = []
    if (/[*?[\]{}]/.test(pattern)) {
      for await (const entry of glob(pattern, { cwd: folder, withFileTypes: true })) {
        if (!entry.isDirectory()) files.push(resolve(entry.parentPath, entry.name))
      }
      if (files.length === 0) {
        incomplete = true
        report(
          from({
            code: 'nothing-matches' satisfies ConfigCode,
            message: `No file fits ${pattern}.`,
            advice: `Correct the pattern; it is relative to ${displayPath(folder, options.currentFolder)}.`,
          }),
        )
      }
    } else {
      files.push(resolve(folder, pattern))
    }
    for (const file of files.sort()) if (!found.has(file)) found.set(file, { file, from })
  }
  return { files: [...found.values()], incomplete }
}

interface Named<T> {
  readonly named: ReadonlyMap<string, T>
  readonly incomplete: boolean
}

async function readTables(
  { files, incomplete: filesMissing }: FoundFiles,
  connections: ReadonlyMap<string, ConnectionConfig>,
  unread: ReadonlySet<string>,
  { report, options }: Loading,
): Promise<Named<Table>> {
  const named = new Map<string, Table>()
  let incomplete = filesMissing
  for (const { file, from } of files) {
    const loaded = await loadYaml(file, from, { ...options, documents: 'many' })
    loaded.findings.forEach(report)
    if (!loaded.file) incomplete = true
    for (const document of loaded.file?.documents ?? []) {
      const { findings: found, usable } = readFitting('table', document)
      found.forEach(report)
      environmentUses(document).forEach(report)
      if (!usable) {
        incomplete = true
        continue
      }
      const table = createTable(usable)
      checkTable(table, connections, unread).forEach(report)
      const other = named.get(table.name)
      if (other) report(duplicate('tables', 'table', table, other, options))
      else named.set(table.name, table)
    }
  }
  return { named, incomplete }
}

async function readMappings(
  { files, incomplete: filesMissing }: FoundFiles,
  { report, options }: Loading,
): Promise<Named<MappingSource>> {
  const named = new Map<string, MappingSource>()
  const readBase: ReadYaml = async (path, from) => {
    const loaded = await loadYaml(path, from, options)
    loaded.findings.forEach(report)
    return loaded.file?.documents[0]
  }
  let incomplete = filesMissing
  for (const { file, from } of files) {
    const loaded = await loadYaml(file, from, options)
    loaded.findings.forEach(report)
    const written = loaded.file?.documents[0]
    const read = written && (await extendMapping(written, readBase, report))
    const { findings: found = [], usable: origin = undefined } = read ? readFitting('mapping', read) : {}
    found.forEach(report)
    if (written) environmentUses(written).forEach(report)
    if (!origin) {
      incomplete = true
      continue
    }
    const document = origin.value as MappingFile
    const mapping = Object.freeze({ name: document.mapping, document, origin })
    const other = named.get(mapping.name)
    if (other) report(duplicate('mappings', 'mapping', mapping, other, options))
    else named.set(mapping.name, mapping)
  }
  return { named, incomplete }
}

function duplicate(
  plural: string,
  key: string,
  { name, origin }: { readonly name: string; readonly origin: Origin },
  other: { readonly origin: Origin },
  { currentFolder }: LoadOptions,
): Finding {
  const { line, column } = other.origin.at([key])
  return origin.finding({
    code: 'duplicate-name' satisfies ConfigCode,
    message: `Two ${plural} are named ${name}; the other is at ${displayPath(other.origin.file, currentFolder)}:${line}:${column}.`,
    advice: 'Rename one of them.',
    path: [key],
  })
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

const defaultStore = 'sqlite:.syncline/state.db'

function readStore(
  store: unknown,
  source: Substituted,
  report: (problem: Problem & { readonly code: ConfigCode }) => void,
): string {
  if (typeof store !== 'string' || source.unknown(['store'])) return defaultStore
  try {
    parseStoreUrl(store)
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    report({ code: 'wrong-store', message: `${error.message}.`, advice: `${error.advice}.`, path: ['store'] })
  }
  return store
}

function readFunctions(functions: unknown, origin: Origin): ReadonlyMap<string, FunctionSource> {
  const named = new Map<string, FunctionSource>()
  for (const [name, source] of Object.entries(isObject(functions) ? functions : {})) {
    if (typeof source !== 'string') continue
    named.set(name, Object.freeze({ name, source, origin, path: ['functions', name] }))
  }
  return named
}

function readPublicUrl(
  url: unknown,
  source: Substituted,
  report: (problem: Problem & { readonly code: ConfigCode }) => void,
): string | undefined {
  const path: Path = ['service', 'publicUrl']
  if (typeof url !== 'string' || url === '' || source.unknown(path)) return undefined
  const problem = addressProblem(url)
  if (problem === undefined) return url
  report({
    code: 'wrong-setting',
    message: `The public address ${problem}.`,
    advice: 'Write the address under which the systems reach the receivers, such as https://sync.example.com.',
    path,
  })
  return undefined
}
