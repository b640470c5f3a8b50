import type { CustomField } from '../catalogue/types.ts'
import { notFound } from './errors.ts'
import { collection, type Route } from './route.ts'

/** Custom fields of one kind of record: the shape of an entry, and the id set after the path [rec]. */
export function metaDataRoutes(path: string, fields: readonly CustomField[]): readonly Route[] {
  const [, owner = ''] = /-service\/([a-z]+)\/custom-field-meta-data$/.exec(path) ?? []
  return collection(path, `get-${owner}-custom-field-meta-data`, (ids) => {
    const found = fields.filter(({ id }) => ids?.has(id) ?? true)
    if (found.length === 0) throw notFound('Nothing Found')
    return {
      response: found.map(({ id, code, name, type, options }) => ({
        id,
        code,
        name,
        customFieldType: type,
        required: false,
        ...(options && { options: Object.fromEntries(options.map((option) => [option.id, option])) }),
      })),
    }
  })
}
