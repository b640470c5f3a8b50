import type { Parametric } from '../model.ts'
import type { Store } from '../store.ts'
import type { ImportContext } from './import-context.ts'
import type { Item } from './item-schema.ts'
import { PARAMETRIC_TYPE } from './value-enums.ts'

/**
 * Writes the parametrics of a cluster or variant.
 *
 * Known: with Cleanup, those that are absent from the item are removed [doc D6, D7]. Assumed: without it they stay; an
 * unknown parametric, and a value of another kind than the parametric's, is a warning and not written; an unknown list
 * value is created when the item carries its text, else it is a warning.
 * @returns the parametrics from now on, and whether a value changed
 */
export function importParametrics(
  current: ReadonlyMap<string, unknown> | null,
  entries: readonly Item[],
  cleanup: boolean,
  raw: unknown,
  context: ImportContext,
): { readonly parametrics: Map<string, unknown> | null; readonly changed: boolean } {
  const next = new Map(cleanup ? [] : (current ?? []))
  for (const entry of entries) {
    const code = entry.ParametricCode as string
    const parametric = context.store.parametrics.get(code)
    if (parametric === undefined) {
      context.warn(`Parametric with code ${code} was not found.`, raw)
      continue
    }
    const value = storedValue(parametric, entry, context.store)
    if (typeof value === 'string' && value.startsWith(PROBLEM)) context.warn(value.slice(PROBLEM.length), raw)
    else next.set(code, value)
  }
  const changed = JSON.stringify([...next]) !== JSON.stringify([...(current ?? [])])
  return { parametrics: next.size === 0 ? null : next, changed }
}

const PROBLEM = '\u0000'

/** The value as it is kept: a scalar, a code, a list of codes, or texts by culture; or a problem. */
function storedValue(parametric: Parametric, entry: Item, store: Store): unknown {
  const wrongKind = (property: string) => `${PROBLEM}Parametric ${parametric.code} needs ${property}.`
  switch (parametric.typeId) {
    case PARAMETRIC_TYPE.Integer:
      return entry.ValueInteger ?? wrongKind('ValueInteger')
    case PARAMETRIC_TYPE.Decimal:
      return entry.ValueDecimal ?? wrongKind('ValueDecimal')
    case PARAMETRIC_TYPE.Boolean:
      return entry.ValueBoolean ?? wrongKind('ValueBoolean')
    case PARAMETRIC_TYPE.Date:
      return entry.ValueDateTime ?? wrongKind('ValueDateTime')
    case PARAMETRIC_TYPE.List: {
      const value = entry.ValueList as Item | undefined
      return value === undefined ? wrongKind('ValueList') : listValue(parametric, value, store)
    }
    case PARAMETRIC_TYPE.MultipleList: {
      const values = entry.MultipleValueList as readonly Item[] | undefined
      if (values === undefined) return wrongKind('MultipleValueList')
      const codes = values.map((value) => listValue(parametric, value, store))
      return codes.find((code) => code.startsWith(PROBLEM)) ?? codes
    }
    default: {
      const cultures = entry.Cultures as readonly Item[] | undefined
      if (cultures === undefined) return wrongKind('Cultures')
      return Object.fromEntries(cultures.map((text) => [text.CultureCode, text.ValueText ?? null]))
    }
  }
}

function listValue(parametric: Parametric, value: Item, store: Store): string {
  const code = value.Code as string | undefined
  const label = value.Value as string | undefined
  if (code === undefined) return `${PROBLEM}A list value of parametric ${parametric.code} has no Code.`
  if (!parametric.values.has(code)) {
    if (label === undefined) return `${PROBLEM}List value ${code} of parametric ${parametric.code} was not found.`
    parametric.values.set(code, { id: store.nextId('value'), code, value: label })
  }
  return code
}
