import { anything, list, object, oneOf, optional, text } from '../common/shape.ts'

export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove'
  readonly path: string
  readonly value?: unknown
}

/** The body of a PATCH: a list, on its own [rec]. `move`, `copy` and `test` are refused [assumed]. */
export const patchBody = list(
  object({ op: oneOf(['add', 'replace', 'remove']), path: text({ least: 2 }), value: optional(anything) }),
  { least: 1 },
)
