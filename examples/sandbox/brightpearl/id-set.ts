import { ApiError, refused } from './errors.ts'

/** A parsed id set: spans in the order given. Never expanded: `1-2000000000` is one span. */
export interface IdSet {
  /** Numbers spanned, whether such ids exist or not. */
  readonly count: number
  /** `*`: every id. */
  readonly all: boolean
  has(id: number): boolean
  /** The ids one by one, ascending, each once. For sets of a known, small count only. @throws Error for `*`. */
  numbers(): readonly number[]
}

const everything: IdSet = {
  count: Number.POSITIVE_INFINITY,
  all: true,
  has: () => true,
  numbers: () => {
    throw new Error('The set of all IDs cannot be counted out.')
  },
}

/**
 * An id set of a path or of a search filter [doc]: single ids, ranges `8-12` (ascending), lists.
 * `,` separates an ascending list, `.` an unordered one [code]; an unsorted comma list is 400 CMNC-006 [code].
 * A malformed set, a mixture of both separators, an id twice in a comma list: same answer [assumed].
 */
export function parseIdSet(text: string): IdSet {
  if (text === '*') return everything
  const unordered = text.includes('.')
  if (unordered && text.includes(',')) throw malformed(text)
  const spans = text.split(unordered ? '.' : ',').map((part) => parseSpan(part, text))
  if (!unordered) {
    for (let place = 1; place < spans.length; place += 1) {
      if ((spans[place]?.from ?? 0) <= (spans[place - 1]?.to ?? 0)) {
        throw new ApiError(400, 'CMNC-006', `The ID set ${shown(text)} is not in ascending order`)
      }
    }
  }
  // Sorted for the search below; in an unordered list spans may repeat, which counts them again.
  const sorted = unordered ? spans.toSorted((a, b) => a.from - b.from) : spans
  return {
    count: spans.reduce((sum, { from, to }) => sum + to - from + 1, 0),
    all: false,
    has: (id) => (unordered ? sorted.some(({ from, to }) => id >= from && id <= to) : contains(sorted, id)),
    numbers: () => [
      ...new Set(sorted.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, step) => from + step))),
    ],
  }
}

interface Span {
  readonly from: number
  readonly to: number
}

function parseSpan(part: string, whole: string): Span {
  const match = /^(0|[1-9]\d{0,9})(?:-([1-9]\d{0,9}))?$/.exec(part)
  if (!match) throw malformed(whole)
  const from = Number(match[1])
  const to = match[2] === undefined ? from : Number(match[2])
  if (match[2] !== undefined && to <= from) throw malformed(whole)
  return { from, to }
}

/** Halving, since a full page of single ids is asked for each of 100,000 products in a search. */
function contains(spans: readonly Span[], id: number): boolean {
  let low = 0
  let high = spans.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const span = spans[middle]
    if (!span) return false
    if (id < span.from) high = middle - 1
    else if (id > span.to) low = middle + 1
    else return true
  }
  return false
}

function malformed(text: string): ApiError {
  return new ApiError(400, 'CMNC-006', `${shown(text)} is not an ID set`)
}

const shown = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}...` : text)

/**
 * Holds a request to the number of ids that its resource takes [doc for 200 products]. What the real API answers
 * beyond it is not known; 400 with a client's code [assumed].
 */
export function atMost(limit: number, set: IdSet): IdSet {
  if (set.count > limit) throw refused(`At most ${limit} IDs may be requested at once`)
  return set
}

/** Ids in ascending order as the shortest set: ranges where two or more follow each other [doc]. */
export function formatIdSet(ids: readonly number[]): string {
  const parts: string[] = []
  for (let start = 0; start < ids.length; ) {
    let end = start
    while (ids[end + 1] === (ids[end] ?? 0) + 1) end += 1
    parts.push(end === start ? `${ids[start]}` : `${ids[start]}-${ids[end]}`)
    start = end + 1
  }
  return parts.join(',')
}

/** `getUris` of an OPTIONS answer: existing ids, so many to a path [doc, rec]. */
export function getUris(resource: string, ids: readonly number[], perUri: number): readonly string[] {
  const uris: string[] = []
  for (let start = 0; start < ids.length; start += perUri) {
    uris.push(`/${resource}/${formatIdSet(ids.slice(start, start + perUri))}`)
  }
  return uris
}
