import type { Write } from '../../config/dsl.generated.ts'
import type { Formula } from '../../config/expression-compiler.ts'
import type { Path } from '../../config/origin.ts'
import type { StaticType } from '../../expressions/static-type.ts'
import type { CompiledWrite, OwnedField } from '../compiled-connector.ts'
import { answer, any, type ConnectorCompiler } from './connector-compiler.ts'
import { compileJob } from './job.ts'
import { expectField } from './known-names.ts'

export function compileWrite(
  compiler: ConnectorCompiler,
  path: Path,
  name: string,
  write: Write,
  entity: string,
  type: StaticType,
): CompiledWrite {
  const scope = compiler.scope('write', any, type)
  const before = (key: 'item'): Formula | undefined =>
    write[key] === undefined ? undefined : compiler.formula([...path, key], write[key], scope)
  const afterwards = (key: 'id' | 'created' | 'refused'): Formula | undefined =>
    write[key] === undefined
      ? undefined
      : compiler.formula(
          [...path, key],
          write[key],
          compiler.scope('write', answer, type),
          key === 'created' ? 'condition' : 'value',
        )
  if (write.together !== undefined) expectField(compiler, [...path, 'together'], type, write.together)
  const back = write.readBack
  const [backEntity, backFind] = back ? (back.find.includes('.') ? back.find.split('.') : [entity, back.find]) : []
  return {
    name,
    request: compiler.request(path, write, 'write', type),
    batched: write.batch !== undefined && write.batch !== 1,
    batch: compiler.formula([...path, 'batch'], write.batch ?? 1, compiler.scope('base')),
    concurrent: compiler.formula([...path, 'concurrent'], write.concurrent ?? 1, compiler.scope('base')),
    together: write.together,
    item: before('item'),
    owned: ownedFields(compiler, [...path, 'owned'], write.owned ?? {}, type),
    id: afterwards('id'),
    created: afterwards('created'),
    makesOnly: write.makesOnly ?? false,
    fullFile: write.fullFile ?? false,
    repeat:
      typeof write.repeat === 'string'
        ? write.repeat
        : {
            by: write.repeat.by,
            value:
              write.repeat.value === undefined
                ? naturalField(compiler, [...path, 'repeat', 'by'], type, write.repeat.by)
                : compiler.formula([...path, 'repeat', 'value'], write.repeat.value, {
                    ...scope,
                    input: type,
                  }),
          },
    refused: afterwards('refused'),
    job: write.job && compileJob(compiler, [...path, 'job'], write.job, type),
    readBack: back && {
      entity: backEntity as string,
      find: backFind as string,
      by: back.by,
      applied: compiler.formula([...path, 'readBack', 'applied'], back.applied, scope, 'condition'),
    },
  }
}

/** Without a value the find is named after the field that it looks for. */
function naturalField(compiler: ConnectorCompiler, path: Path, type: StaticType, field: string): undefined {
  expectField(compiler, path, type, field)
}

function ownedFields(
  compiler: ConnectorCompiler,
  path: Path,
  owned: NonNullable<Write['owned']>,
  type: StaticType,
): OwnedField[] {
  return Object.entries(owned).flatMap(([list, fields]) =>
    Object.entries(fields).map(([field, name]): OwnedField => {
      expectField(compiler, [...path, list, field], type, field)
      return {
        list,
        path: field.split('.'),
        update: typeof name === 'string' ? name : name.update,
        createOnly: typeof name === 'string' ? undefined : name.createOnly,
      }
    }),
  )
}
