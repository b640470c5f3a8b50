import type { Formula, Variables } from '../../config/expression-compiler.ts'
import { nextAddress } from '../../http/follow.ts'
import type { Answer, Caller, Operation } from '../call/call-types.ts'
import type { CompiledPaging, CompiledRecords } from '../compiled-connector.ts'
import type { CompiledRequest } from '../compiled-request.ts'
import { CallFailure } from '../failure.ts'
import { rawRecords, reshaped } from './raw-records.ts'
import type { ReadOptions } from './reading.ts'

/** A request that is answered in pages. */
export interface PagedRequest extends CompiledPaging {
  readonly request: CompiledRequest
  /** Records of a page, where the request names it. */
  readonly size: number | undefined
  readonly records: CompiledRecords | undefined
  readonly as: Formula | undefined
}

export interface RawPage {
  /** As the answer holds them, in the entity's shape. */
  readonly raw: readonly unknown[]
  readonly meaning: Answer['meaning']
  readonly answer: Answer
}

/** All records of a request and of the pages that follow it, raw. */
export type Pages = (
  read: PagedRequest,
  variables: Variables,
  operation: Operation,
  options: ReadOptions & { onFirstAnswer?: ((answer: Answer) => void) | undefined },
  /** What the query holds instead of the request's own, by what each page's expressions see. */
  query?: (base: Variables) => Promise<Record<string, unknown>>,
) => AsyncGenerator<RawPage, void, void>

/** Follows a read from page to page. `connection` is what messages name. */
export function createPages(connection: string, caller: Caller): Pages {
  const { basics } = caller

  return async function* pages(read, variables, operation, options, query) {
    let next: unknown
    let address: string | undefined
    let size = read.size
    let first = true
    const visited = new Set<string>()
    for (;;) {
      const scope: Record<string, unknown> = {
        ...basics,
        ...variables,
        ...(size !== undefined && { size }),
        ...(next !== undefined && { next }),
      }
      const request = query ? withQueryValues(read.request, await query(scope)) : read.request
      const answer = await caller.call(request, scope, {
        operation,
        priority: options.priority,
        signal: options.signal,
        repeatable: true,
        ...(options.tally && { tally: options.tally }),
        ...(address !== undefined && { address }),
      })
      const refused = (code: string, message: string, status?: number): CallFailure =>
        new CallFailure({
          kind: 'refused',
          code,
          connection,
          status,
          message: `${connection}: ${read.request.method} ${new URL(answer.address).pathname}: ${message}`,
        })
      if (answer.meaning === 'shrink') {
        // An address to follow has its size in it, so the page cannot be made smaller there.
        if (size === undefined || size <= 1 || address !== undefined) {
          throw refused(
            'page-too-heavy',
            `the system cannot answer even the smallest page (status ${answer.status}).`,
            answer.status,
          )
        }
        size = Math.max(1, Math.floor(size / 2))
        continue
      }
      // Only what says "nothing" ends a list; anything else would pass off the rest of it as gone.
      if (answer.meaning === 'conflict' || (answer.meaning === 'split' && operation === 'list')) {
        throw refused(
          answer.code ?? `http-${answer.status}`,
          `refused with status ${answer.status}.${answer.say === undefined ? '' : ` It says: ${answer.say}`}`,
          answer.status,
        )
      }
      if (first) options.onFirstAnswer?.(answer)
      first = false
      if (answer.meaning !== 'ok') {
        yield { raw: [], meaning: answer.meaning, answer }
        return
      }
      // A page of a proxy, or of a system that is being serviced, is not a list without records.
      if (typeof answer.body === 'string' && read.records) {
        throw refused(
          'unexpected-answer',
          'the answer is a text and no JSON. Check the address; the system, or a proxy before it, may be out of service.',
          answer.status,
        )
      }
      const input = { status: answer.status, headers: answer.headers, body: answer.body }
      const raw = read.records ? await rawRecords(read.records, input, scope) : []
      yield {
        raw: read.as ? await reshaped(read.as, raw, { ...scope, answer: input }) : raw,
        meaning: 'ok',
        answer,
      }
      const following = read.follow && (await read.follow.evaluate(input, scope))
      const value = read.next && (await read.next.evaluate(input, scope))
      if (typeof following === 'string' && following !== '') {
        address = sameHost(answer, following)
      } else if (value !== undefined && value !== null && !(read.next && raw.length === 0)) {
        next = value
        address = undefined
      } else {
        return
      }
      // A page that names itself or an earlier one as the next would never end.
      const mark = address ?? JSON.stringify(value)
      if (visited.has(mark)) {
        throw refused(
          'paging-circle',
          'the next page is one that was read already. Check `next` or `follow` in the connector file.',
        )
      }
      visited.add(mark)
    }
  }

  function sameHost(answer: Answer, following: string): string {
    try {
      return nextAddress(answer.address, following)
    } catch (error) {
      throw new CallFailure(
        {
          kind: 'refused',
          code: 'address-refused',
          connection,
          status: answer.status,
          message: `${connection}: ${(error as Error).message}`,
        },
        { cause: error },
      )
    }
  }
}

function withQueryValues(request: CompiledRequest, values: Readonly<Record<string, unknown>>): CompiledRequest {
  const query = new Map(Object.entries(values).map(([name, value]): [string, Formula] => [name, fixed(value)]))
  return { ...request, query }
}

function fixed(value: unknown): Formula {
  return { type: { kind: 'any' }, uses: new Set(), path: [], source: '', evaluate: () => Promise.resolve(value) }
}
