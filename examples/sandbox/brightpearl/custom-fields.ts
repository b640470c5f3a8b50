import type { CustomField } from '../catalogue/types.ts'
import type { CustomFieldValues } from './back-office/model.ts'
import { ApiError, refused } from './errors.ts'
import type { PatchOperation } from './json-patch.ts'
import { parseInstant, type TimeStamps } from './time-stamps.ts'

/** Set fields as GET shows them: SELECT as `{id, value}`, dates as full time stamps [rec]. */
export function shownCustomFields(
  fields: readonly CustomField[],
  values: CustomFieldValues,
  times: TimeStamps,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    fields.flatMap(({ code, type, options }): readonly (readonly [string, unknown])[] => {
      const value = values[code]
      if (value === undefined) return []
      if (type === 'SELECT') return [[code, { id: value, value: options?.find(({ id }) => id === value)?.value }]]
      return [[code, type === 'DATE' && typeof value === 'number' ? times.write(value) : value]]
    }),
  )
}

/**
 * Applies a patch. `add` sets new and existing values alike; `replace` and `remove` of a field without a value:
 * CMNC-038; a wrong JSON type: 500; a numeric text becomes a number; a SELECT is changed by `/PCF_X/id` as well
 * [code, doc]. Assumed: status 400 of CMNC-038, CMNC-043 as 400 for a field that does not exist.
 * @throws ApiError
 */
export function patchedCustomFields(
  fields: readonly CustomField[],
  values: CustomFieldValues,
  patch: readonly PatchOperation[],
): CustomFieldValues {
  const changed: Record<string, string | number | boolean> = { ...values }
  for (const { op, path, value } of patch) {
    const [, code = '', part] = /^\/([^/]+)(?:\/(id))?$/.exec(path) ?? []
    const field = fields.find((one) => one.code === code)
    if (!field || (part !== undefined && field.type !== 'SELECT')) {
      throw new ApiError(400, 'CMNC-043', `Patch path ${path} is not supported`)
    }
    if (op !== 'add' && changed[code] === undefined) {
      throw new ApiError(400, 'CMNC-038', `There is no value to ${op} for given path (${path})`)
    }
    if (op === 'remove') delete changed[code]
    else changed[code] = fieldValue(field, part === undefined ? value : { id: value })
  }
  return changed
}

function fieldValue(field: CustomField, value: unknown): string | number | boolean {
  const wrong = () => new ApiError(500, 'CMNU-003', `The value of ${field.code} is not of type ${field.type}`)
  switch (field.type) {
    case 'TEXT':
    case 'TEXTAREA':
      if (typeof value !== 'string') throw wrong()
      return value
    case 'INTEGER':
      if (typeof value === 'string' && /^-?\d{1,15}$/.test(value)) return Number(value)
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw wrong()
      return value
    case 'YES_NO':
      if (typeof value !== 'boolean') throw wrong()
      return value
    case 'DATE': {
      if (typeof value !== 'string') throw wrong()
      const read = parseInstant(value)
      if (read === undefined) throw refused(`The value of ${field.code} must be a date`)
      return read
    }
    case 'SELECT': {
      const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined
      if (typeof id !== 'number') throw wrong()
      if (!field.options?.some((option) => option.id === id)) throw refused(`${field.code} has no option ${id}`)
      return id
    }
  }
}
