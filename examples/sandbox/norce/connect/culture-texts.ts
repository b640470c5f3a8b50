import type { CultureText } from '../model.ts'
import type { ImportContext } from './import-context.ts'
import type { Item } from './item-schema.ts'

const PRODUCT_TEXTS = [
  'Name',
  'SubHeader',
  'SubDescription',
  'DescriptionHeader',
  'Description',
  'Synonyms',
  'Title',
  'Tags',
  'MetaTags',
  'MetaDescription',
  'UniqueUrlName',
  'IsUniqueUrlNameManuallyMaintained',
] as const

const SKU_TEXTS = ['ErpName', 'Comment'] as const

/** Is any text of this list written at all? `CultureCode` alone writes nothing. */
export function namesTexts(fields: ReadonlySet<string>): boolean {
  return [...fields].some((field) => field !== 'CultureCode')
}

/**
 * Writes the cultures of an item; a culture that is not in the item is left alone.
 *
 * Known: `…CreateOnly` is written only when the record is created, `…LimitedUpdate` only if the last writer was the
 * same account [doc D6, D7]. Assumed: the record is the text in this culture, so a new language of an old product takes
 * create-only texts; a culture that the shop does not have is a warning and is not written.
 * @returns whether a value changed
 */
export function importTexts(
  kind: 'product' | 'sku',
  texts: CultureText[],
  cultures: readonly Item[],
  fields: ReadonlySet<string>,
  raw: unknown,
  context: ImportContext,
): boolean {
  let changed = false
  for (const entry of cultures) {
    const culture = entry.CultureCode as string
    if (!context.store.cultures.has(culture)) {
      context.warn(`Culture with code ${culture} was not found.`, raw)
      continue
    }
    const existing = texts.find((candidate) => candidate.culture === culture)
    const target: CultureText = existing ?? { culture, values: {}, nameBy: context.header.accountId }
    const isNew = existing === undefined
    for (const name of kind === 'sku' ? SKU_TEXTS : PRODUCT_TEXTS) {
      const writes =
        fields.has(name) ||
        (fields.has(`${name}LimitedUpdate`) && (isNew || target.nameBy === context.header.accountId)) ||
        (fields.has(`${name}CreateOnly`) && isNew)
      if (!writes) continue
      const value = (entry[name] as string | boolean | undefined) ?? (name.startsWith('Is') ? false : null)
      if (name === 'Name') target.nameBy = context.header.accountId
      if ((target.values[name] ?? null) === value) continue
      target.values[name] = value
      changed = true
    }
    if (isNew && Object.keys(target.values).length > 0) {
      texts.push(target)
      changed = true
    }
  }
  return changed
}

/** A text in the shop's primary culture, null when it has none. */
export function textIn(texts: readonly CultureText[] | null, culture: string, name: string): string | null {
  const value = texts?.find((candidate) => candidate.culture === culture)?.values[name]
  return typeof value === 'string' ? value : null
}
