import type { ValueProblem } from '../../expressions/values/index.ts'
import { isKeyPart, keyText } from '../../store/key.ts'
import type { CompiledEntity } from '../compiled-connector.ts'

/** A record as it was read: converted by its schema, or with what is wrong with it. */
export interface ReadRecord {
  /** Text of its key fields. */
  readonly key: string
  readonly value: unknown
  readonly problems: readonly ValueProblem[]
}

/** Stands for a record without a key; no key is so. */
export const noKey = '(no key)'

/** A raw record, as an answer or a message holds it, in the form that expressions see. */
export function receivedRecord(entity: CompiledEntity, raw: unknown): ReadRecord {
  const { value, problems } = entity.reader(raw)
  const fields = (value ?? {}) as Record<string, unknown>
  const parts = entity.keyFields.map((field) => fields[field])
  // A record without its key cannot be told from others; it fails by its schema, under a name that no key has.
  const isKey = parts.some(isKeyPart) && parts.every((part) => part === undefined || isKeyPart(part))
  return { key: isKey ? keyText(parts) : noKey, value, problems }
}
