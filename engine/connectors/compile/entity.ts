import type { EntityDeclaration } from '../../config/dsl.generated.ts'
import { milliseconds } from '../../config/durations.ts'
import type { Path } from '../../config/origin.ts'
import { staticTypeOf } from '../../expressions/schema-type.ts'
import { compileReader, compileWriter, type JsonSchema, SchemaError } from '../../expressions/values/index.ts'
import { type PersonalFields, personalFields } from '../../redaction/personal.ts'
import type { CompiledEntity } from '../compiled-connector.ts'
import type { ConnectorCompiler } from './connector-compiler.ts'
import { expectField } from './known-names.ts'
import { compileList, compileRead } from './read.ts'
import { clearedFields, referencesOf } from './schema-marks.ts'
import { compileWrite } from './write.ts'

/** A kind of record: its schema, its reads and its writes. */
export function compileEntity(
  compiler: ConnectorCompiler,
  connector: string,
  name: string,
  entity: EntityDeclaration,
  schema: JsonSchema,
): CompiledEntity {
  const path = ['entities', name]
  const type = staticTypeOf(schema, `${connector}.${name}`)
  const keyFields = typeof entity.key === 'string' ? [entity.key] : [...entity.key]
  for (const field of keyFields) expectField(compiler, [...path, 'key'], type, field)
  return {
    name,
    schema,
    type,
    keyFields,
    ...convertersOf(compiler, [...path, 'schema'], schema),
    clears: clearedFields(schema),
    refers: referencesOf(schema),
    personal: personalOf(compiler, path, schema, keyFields),
    label:
      entity.label === undefined
        ? undefined
        : compiler.formula([...path, 'label'], entity.label, {
            input: type,
            variables: new Map(),
            functions: compiler.functions,
          }),
    only: entity.only,
    cacheMs: entity.cache === undefined ? undefined : milliseconds(entity.cache),
    list: entity.list && compileList(compiler, [...path, 'list'], entity.list),
    get: entity.get && compileRead(compiler, [...path, 'get'], 'get', entity.get, 'get', type),
    finds: new Map(
      Object.entries(entity.find ?? {}).map(([find, read]) => [
        find,
        compileRead(compiler, [...path, 'find', find], find, read, 'find', type),
      ]),
    ),
    writes: new Map(
      Object.entries(entity.write ?? {}).map(([write, raw]) => [
        write,
        compileWrite(compiler, [...path, 'write', write], write, raw, name, type),
      ]),
    ),
  }
}

/** Keys stand in clear in the state, in messages and in reports, so they must not be personal. */
function personalOf(
  compiler: ConnectorCompiler,
  path: Path,
  schema: JsonSchema,
  keyFields: readonly string[],
): PersonalFields {
  const personal = personalFields(schema)
  for (const field of keyFields) {
    if (!personal.holds(field)) continue
    compiler.report({
      code: 'personal-key',
      message: `The key field ${field} is marked as personal, and keys stand in clear in the state and in messages.`,
      advice: 'Make an id or a code of the system the key, and look records up by the personal field with a find.',
      path: [...path, 'key'],
    })
  }
  return personal
}

/** What reads and writes records of the schema; a schema that cannot be used is a finding. */
function convertersOf(
  compiler: ConnectorCompiler,
  path: Path,
  schema: JsonSchema,
): Pick<CompiledEntity, 'reader' | 'writer'> {
  try {
    return { reader: compileReader(schema), writer: compileWriter(schema) }
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error
    compiler.report({
      code: 'unusable-schema',
      message: `${error.message} (at ${error.path || 'the top'} of the schema)`,
      advice: error.advice,
      path,
    })
    return { reader: compileReader({}), writer: compileWriter({}) }
  }
}
