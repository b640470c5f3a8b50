import type { MappingSource, Project } from '../../config/project.ts'
import { usedVariables } from '../../expressions/used-variables.ts'

/** What a mapping takes from the project that it is part of. */
export interface Needs {
  readonly connections: ReadonlySet<string>
  readonly tables: ReadonlySet<string>
  readonly functions: ReadonlySet<string>
  /** Other mappings: they go first, or make what is waited for or looked up. */
  readonly mappings: ReadonlySet<string>
}

/**
 * Found in the mapping's own expressions and in those of the functions that they call. A table is needed where its
 * name stands as a text, a connection where its name stands before a dot: rather one too many than one too few.
 */
export function needsOf({ document }: MappingSource, project: Project): Needs {
  const { tests: _, title: __, ...body } = document
  const texts = [...textsIn(body)]
  const functions = new Set<string>()
  for (let index = 0; index < texts.length; index++) {
    for (const name of usedVariables(texts[index] ?? '')) {
      const definition = project.functions.get(name)
      if (!definition || functions.has(name)) continue
      functions.add(name)
      texts.push(definition.source)
    }
  }
  const quoted = new Set(
    texts.flatMap((text) => [...text.matchAll(/['"](\w+)['"]/g)].map(([, name]) => name as string)),
  )
  const dotted = new Set(texts.flatMap((text) => [...text.matchAll(/\b(\w+)\./g)].map(([, name]) => name as string)))
  return {
    connections: new Set([...project.connections.keys()].filter((name) => dotted.has(name))),
    tables: new Set([...project.tables.keys()].filter((name) => quoted.has(name))),
    functions,
    mappings: new Set(
      [...project.mappings.keys()].filter(
        (name) =>
          name !== document.mapping &&
          (quoted.has(name) ||
            document.after?.includes(name) === true ||
            Object.values(document.awaits ?? {}).includes(name)),
      ),
    ),
  }
}

/** Texts and keys: some objects of a mapping have names of entities as keys. */
function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value
  else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      if (!Array.isArray(value)) yield key
      yield* textsIn(inner)
    }
  }
}
