import type { SchemaNode } from './schema-node.ts'

const text = { type: 'string' }
const number = { type: 'number' }
const count = { type: 'integer', minimum: 0 }
const flag = { type: 'boolean' }
const list = { type: 'array' }
const names = { type: 'array', items: text, uniqueItems: true }
const schema = { $ref: '#/$defs/schema' }
const schemaMap = { type: 'object', additionalProperties: schema }
const typeName = { enum: ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'] }

/**
 * What nearly every entity's schema is made of; whatever fits is a JSON Schema. Those that say more are checked against
 * the schema of schemas, which takes long to compile.
 */
export const plainSchema: SchemaNode = {
  ...schema,
  $defs: {
    schema: {
      type: 'object',
      additionalProperties: false,
      properties: {
        $schema: text,
        $id: { type: 'string', pattern: '^[^#]*#?$' },
        $ref: text,
        $defs: schemaMap,
        title: text,
        description: text,
        examples: list,
        default: {},
        type: { anyOf: [typeName, { type: 'array', items: typeName, minItems: 1, uniqueItems: true }] },
        enum: list,
        format: text,
        pattern: text,
        minLength: count,
        maxLength: count,
        minimum: number,
        maximum: number,
        exclusiveMinimum: number,
        exclusiveMaximum: number,
        properties: schemaMap,
        additionalProperties: { anyOf: [flag, schema] },
        required: names,
        items: { anyOf: [flag, schema] },
        minItems: count,
        maxItems: count,
        readOnly: flag,
        writeOnly: flag,
        'x-absent': {},
        'x-personal': {},
        'x-places': {},
        'x-refers': {},
      },
    },
  },
}
