import { isObject } from './json-object.ts'

type Entries = Readonly<Record<string, unknown>>

/** What `own` says, and what it leaves out of `base`; of these sections entry by entry. An entry of null takes the base's away. */
export function mergeSections(base: Entries, own: Entries, sections: readonly string[]): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...base, ...own }
  for (const section of sections) {
    const [below, above] = [base[section], own[section]]
    if (isObject(below) && isObject(above)) merged[section] = present({ ...below, ...above })
  }
  return present(merged)
}

function present(entries: Entries): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== null))
}
