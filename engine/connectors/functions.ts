import { nameAdvice } from '../config/nearest-name.ts'
import { EvaluationError, type FunctionDefinition } from '../expressions/function-definition.ts'
import type { StaticType } from '../expressions/static-type.ts'
import { linkTarget } from '../http/follow.ts'

const any: StaticType = { kind: 'any' }
const text: StaticType = { kind: 'string' }

/** `$linkNext(header)`: the address of the next page in a Link header (RFC 8288), or nothing. */
export const linkNext: FunctionDefinition = {
  name: 'linkNext',
  summary: 'The address with rel="next" in a Link header (RFC 8288), or nothing. For connectors.',
  parameters: [{ name: 'header', type: text, absent: 'takes' }],
  returns: () => ({ ...text, optional: true }),
  call: ([header]) => (typeof header === 'string' ? linkTarget(header, 'next') : undefined),
  examples: [
    {
      expression: '$linkNext(\'<https://shop.example/items?page=2>; rel="next"\')',
      result: 'https://shop.example/items?page=2',
    },
  ],
}

export interface ReferenceSource {
  /** Type of an entity's record by the name that expressions use; undefined when there is none. */
  typeOf(entity: string): StaticType | undefined
  names(): readonly string[]
  /** All rows whose field has the value, in the system's order. */
  rowsOf(entity: string, field: string, value: unknown): Promise<readonly unknown[]>
}

/** `$reference` and `$references`: rows of reference data by the value of a field. */
export function referenceFunctions(source: ReferenceSource): readonly FunctionDefinition[] {
  const common = {
    parameters: [
      { name: 'entity', type: text, absent: 'refuses' },
      { name: 'field', type: text, absent: 'refuses' },
      { name: 'value', type: any, absent: 'refuses' },
    ],
    check: ([entity, field]) => {
      if (typeof entity?.literal !== 'string') return undefined
      const type = source.typeOf(entity.literal)
      if (!type) {
        return {
          code: 'unknown-entity',
          argument: 0,
          message: `There is no entity ${entity.literal}.`,
          advice: nameAdvice(entity.literal, source.names(), 'entities'),
        }
      }
      if (type.kind !== 'object' || typeof field?.literal !== 'string' || type.fields.has(field.literal))
        return undefined
      return {
        code: 'unknown-field',
        argument: 1,
        message: `${entity.literal} has no field ${field.literal}.`,
        advice: nameAdvice(field.literal, type.fields.keys(), 'fields'),
      }
    },
    examples: [],
  } satisfies Partial<FunctionDefinition>
  const named = (name: string, [entity, field]: readonly unknown[]): readonly [string, string] => {
    if (typeof entity !== 'string' || typeof field !== 'string')
      throw new EvaluationError('wrong-argument', `$${name}: entity and field must be texts.`)
    return [entity, field]
  }
  const typeOf = (entity: unknown): StaticType =>
    (typeof entity === 'string' ? source.typeOf(entity) : undefined) ?? any
  return [
    {
      ...common,
      name: 'reference',
      summary:
        'The first row of reference data (an entity that is read whole and kept for a while) whose field has the value, or nothing. The entity is named as connection.entity in a mapping, and alone in a connector.',
      returns: ([entity]) => ({ ...typeOf(entity?.literal), optional: true }),
      call: async (args) => (await source.rowsOf(...named('reference', args), args[2]))[0],
    },
    {
      ...common,
      name: 'references',
      summary: 'All rows of reference data whose field has the value: a list of none, one or many.',
      returns: ([entity]) => ({ kind: 'list', of: typeOf(entity?.literal) }),
      call: (args) => source.rowsOf(...named('references', args), args[2]),
    },
  ]
}
