import type { Job } from '../../config/dsl.generated.ts'
import { milliseconds } from '../../config/durations.ts'
import type { Formula } from '../../config/expression-compiler.ts'
import type { Path } from '../../config/origin.ts'
import type { StaticType } from '../../expressions/static-type.ts'
import type { CompiledJob } from '../compiled-connector.ts'
import { answer, any, type ConnectorCompiler } from './connector-compiler.ts'

/** How an asynchronous write is followed to its end. */
export function compileJob(compiler: ConnectorCompiler, path: Path, job: Job, type: StaticType): CompiledJob {
  const scope = compiler.scope('job', answer, type)
  const formula = (key: 'id' | 'done' | 'ok', expects: 'value' | 'condition'): Formula =>
    compiler.formula([...path, key], job[key], scope, expects)
  const entry = (key: 'record' | 'text' | 'say' | 'is' | 'code'): Formula | undefined =>
    job.row?.[key] === undefined
      ? undefined
      : compiler.formula([...path, 'row', key], job.row[key], { ...scope, input: any })
  return {
    id: formula('id', 'value'),
    poll: compiler.request([...path, 'poll'], job.poll, 'job', type),
    everyMs: milliseconds(job.poll.every ?? '2s'),
    forMs: milliseconds(job.poll.for ?? '30m'),
    done: formula('done', 'condition'),
    ok: formula('ok', 'condition'),
    failures: job.failures === undefined ? undefined : compiler.formula([...path, 'failures'], job.failures, scope),
    applied: job.applied === undefined ? undefined : compiler.formula([...path, 'applied'], job.applied, scope),
    log: job.log && {
      request: compiler.request([...path, 'log'], job.log, 'job', type),
      rows: compiler.formula([...path, 'log', 'rows'], job.log.rows, scope),
    },
    row: job.row && {
      record: entry('record'),
      text: entry('text'),
      say: entry('say'),
      is: entry('is') as Formula,
      code: entry('code'),
    },
  }
}
