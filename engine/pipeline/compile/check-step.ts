import type { Step } from '../../config/dsl.generated.ts'
import type { Path } from '../../config/origin.ts'
import type { JsonSchema } from '../../expressions/values/index.ts'
import type { CompiledStep } from '../compiled-mapping.ts'
import { mainStep, recordStep } from '../compiled-mapping.ts'
import type { Compiling } from './compiling.ts'

/** What the parts of a step say of one another. */
export function checkStep({ report }: Compiling, path: Path, raw: Step, step: CompiledStep | undefined): void {
  const say = (key: string | undefined, code: string, message: string, advice: string): void =>
    report(key === undefined ? path : [...path, key], code, message, advice)
  const fields = { ...raw.fields, ...raw.createOnly }
  if (raw.step === mainStep || raw.step === recordStep)
    say('step', 'reserved-name', `${raw.step} has a meaning of its own.`, 'Choose another name for the step.')
  if (raw.each !== undefined && raw.key === undefined)
    say(
      'each',
      'each-without-key',
      'Nothing tells one item of each from another.',
      'Write key: what stays the same when the record is read again.',
    )
  if (raw.write === undefined && raw.find === undefined)
    say(undefined, 'step-does-nothing', 'The step neither looks up nor writes.', 'Write write, or find.')
  if (raw.write === undefined && raw.update === undefined && Object.keys(fields).length > 0)
    say(
      raw.fields ? 'fields' : 'createOnly',
      'step-without-write',
      'The step has fields and no write.',
      'Name the write, or remove the fields.',
    )
  if ((raw.write !== undefined || raw.update !== undefined) && Object.keys(fields).length === 0)
    say(
      raw.write === undefined ? 'update' : 'write',
      'step-without-fields',
      'The step writes and has no fields.',
      'Add fields.',
    )
  if (raw.write !== undefined && raw.absent !== undefined)
    say(
      'absent',
      'step-setting',
      'absent belongs to a step that only looks up; this one writes what it does not find.',
      'Remove absent, or write.',
    )
  if (raw.found === 'update' && raw.update === undefined)
    say('found', 'step-setting', 'found: update needs a write for records that exist.', 'Name it under update.')
  if (raw.found !== undefined && raw.find === undefined)
    say(
      'found',
      'step-setting',
      'found says what is done to what find found, and there is no find.',
      'Remove found, or add find.',
    )
  for (const field of Object.keys(raw.createOnly ?? {})) {
    if (field in (raw.fields ?? {}))
      report(
        [...path, 'createOnly', field],
        'field-twice',
        `${field} stands under fields and under createOnly.`,
        'Keep one of them.',
      )
  }
  if (step?.create) checkCreate(say, step, fields)
}

/** A create must know the new record's key, and give what the target asks for. */
function checkCreate(
  say: (key: string | undefined, code: string, message: string, advice: string) => void,
  { create, to }: CompiledStep,
  fields: Readonly<Record<string, unknown>>,
): void {
  const { entity, name } = to
  const unmapped = entity.keyFields.filter((field) => !(field in fields))
  const made = create?.id !== undefined
  if (!made && unmapped.length > 0) {
    say(
      'write',
      'step-without-id',
      `Nothing says which key a new ${name} has: ${unmapped.join(', ')} is not among the fields, and the write ${create?.name} has no id.`,
      'Add the field, or give the write an id in its connector file.',
    )
  }
  for (const field of requiredFields(entity.schema)) {
    if (field in fields || entity.keyFields.includes(field)) continue
    say(
      'fields',
      'required-field-missing',
      `The target asks for ${field}, and it is not among the fields.`,
      `Add ${field}.`,
    )
  }
}

/** What the schema asks for of a new record: not what the target fills in itself. */
function requiredFields(schema: JsonSchema): readonly string[] {
  if (typeof schema !== 'object') return []
  const properties = (schema.properties ?? {}) as Readonly<Record<string, { readonly readOnly?: unknown } | boolean>>
  return ((schema.required ?? []) as readonly string[]).filter((name) => {
    const property = properties[name]
    return typeof property !== 'object' || property.readOnly !== true
  })
}
