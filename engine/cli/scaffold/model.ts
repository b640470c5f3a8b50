import { readFile } from 'node:fs/promises'
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml'
import type { OptionValue } from '../../config/dsl.generated.ts'
import { loadProject } from '../../config/load-project.ts'
import type { Project } from '../../config/project.ts'
import type { PlannedFunction } from './plan.ts'

/**
 * A project that works, as the pattern of a new one: what it shares with others (mappings, functions, names of
 * variables, columns of tables) is taken over; what is its own (rows, values of options) is shown as an example.
 */
export interface Model {
  readonly project: Project
  readonly functions: readonly PlannedFunction[]
  /** The variable that the model reads `connection`, `settings` or `credentials`, and a name from. */
  variable(connection: string, kind: 'settings' | 'credentials', name: string): string | undefined
  /** Values that the project file sets; the others are defaults. */
  readonly options: Readonly<Record<string, OptionValue>>
  /** Comments at the top of a table. */
  notesOf(table: string): readonly string[]
}

export async function loadModel(file: string): Promise<Model> {
  const { project } = await loadProject({ file, environment: {}, mode: 'validate' })
  if (!project) throw new Error(`The installation is not complete: ${file} cannot be read.`)
  const text = await readFile(file, 'utf8')
  const raw = parseDocument(text).toJS() as {
    readonly connections?: Record<string, Record<string, Record<string, unknown> | undefined>>
    readonly options?: Record<string, OptionValue>
  }
  const notes = new Map<string, readonly string[]>()
  for (const { name, origin } of project.tables.values())
    notes.set(name, notesAbove(await readFile(origin.file, 'utf8'), origin.at(['table'], 'key').line))
  return {
    project,
    functions: functionLines(text),
    variable(connection, kind, name) {
      const value = raw.connections?.[connection]?.[kind]?.[name]
      return typeof value === 'string' ? /^\$\{([A-Za-z_]\w*)(?::-[^}]*)?\}$/.exec(value)?.[1] : undefined
    },
    options: raw.options ?? {},
    notesOf: (table) => notes.get(table) ?? [],
  }
}

/** Comment lines directly above a line, without what is meant for editors. */
function notesAbove(text: string, line: number): string[] {
  const lines = text.split('\n').slice(0, line - 1)
  const notes: string[] = []
  for (let above = lines.pop(); above?.startsWith('#'); above = lines.pop()) {
    if (!above.includes('yaml-language-server')) notes.unshift(above.replace(/^# ?/, ''))
  }
  return notes
}

/** The functions of a project file, line by line as they stand there, with the comments above them. */
function functionLines(text: string): PlannedFunction[] {
  const places = new LineCounter()
  const node = parseDocument(text, { lineCounter: places }).get('functions', true)
  if (!isMap(node) || node.flow) return []
  const lines = text.split('\n')
  let from: number | undefined
  return node.items.flatMap(({ key, value }) => {
    if (!isScalar(key) || !key.range) return []
    const end = (value as { range?: readonly [number, number, number] } | null)?.range?.[1] ?? key.range[1]
    const first = places.linePos(key.range[0]).line
    const start = from ?? first
    // A block text ends at the beginning of the line behind it.
    const last = places.linePos(text[end - 1] === '\n' ? end - 1 : end).line
    from = last + 1
    return [{ name: String(key.value), lines: lines.slice(start - 1, last).filter((line) => line.trim() !== '') }]
  })
}
