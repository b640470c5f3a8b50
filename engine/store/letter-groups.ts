import type { KeptLetter, LetterGroup } from './state-store.ts'

/** What stands where records of one group differ. */
export const differs = '…'

/** What of a letter decides its group. */
export type Reason = Pick<
  KeptLetter,
  'mapping' | 'sourceKey' | 'label' | 'code' | 'message' | 'step' | 'at' | 'firstAt'
>

/** Codes whose messages name the very thing that is to be put right: two rows that are missing are two tasks. */
const namesItsCause: ReadonlySet<string> = new Set(['table-row-missing', 'unknown-reference'])

/**
 * One group for each thing that is wrong, the most records first: letters whose messages differ in numbers, in what has
 * digits in it (ids, SKUs, times), or in the record's own name, say the same.
 */
export function letterGroups(letters: Iterable<Reason>, limit: number): readonly LetterGroup[] {
  const groups = new Map<string, LetterGroup>()
  for (const letter of letters) {
    const { mapping, code, step, message, at, firstAt } = letter
    const stable = stableReason(letter)
    const key = JSON.stringify([mapping, code, step, stable])
    const group = groups.get(key)
    groups.set(key, {
      mapping,
      code,
      ...(step !== undefined && { step }),
      message: group === undefined || group.message === message ? message : stable,
      count: (group?.count ?? 0) + 1,
      firstAt: group && group.firstAt < firstAt ? group.firstAt : firstAt,
      lastAt: group && group.lastAt > at ? group.lastAt : at,
    })
  }
  const sorted = [...groups].sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1))
  return sorted.slice(0, limit).map(([, group]) => group)
}

/** The message without what is this record's alone. */
function stableReason({ sourceKey, label, code, message }: Reason): string {
  if (namesItsCause.has(code)) return message
  return own([label ?? '', sourceKey, ...partsOf(sourceKey)], message).replace(
    /[\p{L}\p{N}_]*(?:[.,:/+-]?[\p{L}\p{N}_]+)*/gu,
    (word) => (/\p{N}/u.test(word) ? differs : word),
  )
}

/** Names of the record where they stand as words. One letter alone may be any word. */
function own(names: readonly string[], message: string): string {
  const longestFirst = [...new Set(names)].filter((name) => name.length > 1).sort((a, b) => b.length - a.length)
  return longestFirst.reduce((text, name) => {
    const pieces = text.split(name)
    return pieces.reduce((before, after) => {
      const isWord = !/[\p{L}\p{N}]$/u.test(before) && !/^[\p{L}\p{N}]/u.test(after)
      return `${before}${isWord ? differs : name}${after}`
    })
  }, message)
}

/** The parts of a key of several fields. */
function partsOf(key: string): readonly string[] {
  if (!key.startsWith('[')) return []
  return (JSON.parse(key) as readonly (string | null)[]).filter((part) => part !== null)
}
