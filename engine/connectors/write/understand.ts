import type { Variables } from '../../config/expression-compiler.ts'
import { asList } from '../../expressions/as-list.ts'
import type { Answer } from '../call/call-types.ts'
import { explainLog } from './job-log.ts'
import type { Jobs } from './jobs.ts'
import type { Doubt } from './row-outcome.ts'
import { applied, failAll, type Items, type Sending } from './sending.ts'

/**
 * Gives an outcome to each record of which the answer, and the job that it names, leave no doubt; says what the doubt
 * is about the others.
 */
export async function understand(
  sending: Sending,
  jobs: Jobs,
  items: Items,
  answer: Answer,
  variables: Variables,
): Promise<Doubt | undefined> {
  const { entity, write, outcomes } = sending
  // The page of a proxy, or of a system that is being serviced, says nothing of the records, whatever its status.
  if (/^text\/html\b/i.test(answer.headers['content-type'] ?? ''))
    return { message: `The system answered with a page for people (status ${answer.status}).` }
  const records = items.flat()
  const input = { status: answer.status, headers: answer.headers, body: answer.body }
  let doubt: Doubt | undefined
  for (const refusal of write.refused ? asList(await write.refused.evaluate(input, variables)) : []) {
    const { position, say } = refusal as { position?: unknown; say?: unknown }
    const item = typeof position === 'number' ? items[position - 1] : undefined
    const message = typeof say === 'string' ? say : 'The item did not pass the validation.'
    const named =
      item ??
      explainLog(entity, records, [{ text: message, say: message, is: 'failed', code: undefined }]).rows.map(
        (row) => row.record,
      )
    failAll(sending, named, 'refused-by-validation', message)
    if (named.length === 0) doubt = { message }
  }
  const created = write.created ? (await write.created.evaluate(input, variables)) === true : undefined
  const id = write.id ? await write.id.evaluate(input, variables) : undefined
  if (write.job) {
    const followed = await jobs.follow(
      entity,
      write.job,
      records.filter(({ key }) => !outcomes.has(key)),
      input,
      variables,
      sending.options,
    )
    for (const [key, outcome] of followed.outcomes) {
      // A record of which the answer itself said nothing clear stays in doubt.
      if (!(doubt && outcome.kind === 'applied')) outcomes.set(key, outcome)
    }
    return doubt ?? followed.doubt
  }
  if (doubt) return doubt
  for (const { key } of records)
    if (!outcomes.has(key)) outcomes.set(key, { ...applied, created, id: records.length === 1 ? id : undefined })
  return undefined
}
