import type { CategoryLink, Cluster, FlagState, Manufacturer, Sku, Stamp, Variant, VariantGroup } from '../model.ts'
import { pairKey, type Store, without } from '../store.ts'
import { importTexts, namesTexts } from './culture-texts.ts'
import { type ImportContext, type ImportItem, items, text } from './import-context.ts'
import { importStandardPrice } from './import-prices.ts'
import type { Item } from './item-schema.ts'
import { importParametrics } from './parametric-values.ts'
import { importSkuValues, skuRefusal } from './sku-values.ts'

/**
 * Product/ImportProducts.
 *
 * Known [doc D5–D7; code C1]: create needs ManufacturerCode, ManufacturerPartNo and PartNo with Status and Type;
 * ManufacturerName where the manufacturer is new; update needs PartNo, or the manufacturer pair; Code for clusters of
 * several variants and with FullFile; one price per SKU; only fields named in the header are written; FullFile takes
 * absent variants out of the cluster; an unknown family is a warning.
 * Assumed: values whose field is not named do not count as given, also where a create needs them; an unknown category
 * is a warning; a manufacturer pair belongs to one variant, and a new part number for a pair that another part number
 * has is rejected rather than made its twin; a variant whose item names another cluster moves there; an old cluster
 * without a code takes the code of its item; categories replace, variants and texts add.
 */
export function importProducts(rows: readonly ImportItem[], context: ImportContext): void {
  const listed = new Set<string>()
  const { products, dropped } = withoutDuplicates(rows, context)
  for (const row of products) importProduct(row, dropped, context, listed)
  if (context.header.fullFile && context.switches.productFullFile === 'inactivate') inactivateAbsent(listed, context)
}

interface VariantPlan {
  readonly item: Item
  readonly raw: unknown
  readonly existing: Variant | undefined
  readonly skus: readonly ImportItem[]
}

function importProduct(
  { item, raw }: ImportItem,
  dropped: ReadonlySet<Item>,
  context: ImportContext,
  listed: Set<string>,
): void {
  const { store, header } = context
  const fields = header.fields.ProductFieldsThatAreSet
  const code = fields.has('Code') ? text(item, 'Code') : undefined
  const variants = fields.has('Variants') ? items(item, 'Variants') : []
  const rawVariants = rawList(raw, 'Variants')
  for (const variant of variants) for (const sku of items(variant, 'Skus')) listed.add(sku.PartNo as string)

  if (code === undefined && variants.length > 1) {
    context.reject(
      'Code is required for a product with several variants, in the item and in ProductFieldsThatAreSet.',
      raw,
    )
    return
  }
  if (code === undefined && header.fullFile) {
    context.reject('Code is required when FullFile is set, in the item and in ProductFieldsThatAreSet.', raw)
    return
  }
  const manufacturer = manufacturerOf(item, raw, context)
  if (manufacturer === 'refused') return

  const plans: VariantPlan[] = []
  const plannedPairs = new Set<string>()
  for (const [index, variant] of variants.entries()) {
    const rawVariant = rawVariants[index]
    const rawSkus = rawList(rawVariant, 'Skus')
    const all = items(variant, 'Skus')
    const skus = all
      .map((sku, position) => ({ item: sku, raw: rawSkus[position] }))
      .filter((sku) => !dropped.has(sku.item))
    if (skus.length === 0 && all.length > 0) continue
    const plan = planVariant(item, { item: variant, raw: rawVariant, skus }, manufacturer, plannedPairs, context)
    if (plan !== undefined) plans.push(plan)
  }
  const known = code === undefined ? undefined : store.clustersByCode.get(code)
  if (plans.length === 0 && known === undefined) {
    if (variants.length === 0) context.reject(`Product with code ${code ?? '(none)'} was not found.`, raw)
    return
  }
  const cluster = known ?? clusterOfVariant(plans, code) ?? addCluster(store, code ?? null, context.stamp())
  const isNewCluster = cluster.variants.length === 0 && known === undefined
  const codeTaken = code !== undefined && cluster.code === null
  if (codeTaken) {
    cluster.code = code
    store.clustersByCode.set(code, cluster)
  }
  importCluster(cluster, item, raw, isNewCluster, codeTaken, context)
  const present = new Set<Variant | undefined>(plans.map((plan) => importVariant(plan, cluster, manufacturer, context)))
  if (header.fullFile && context.switches.productFullFile === 'cluster') {
    // A variant that was rejected is in the item all the same.
    for (const variant of variants) {
      for (const sku of items(variant, 'Skus')) present.add(store.skus.get(sku.PartNo as string)?.variant)
    }
    takeOutAbsent(cluster, present, context)
  }
}

/** A single variant without a code, or with one that no cluster has yet, stays in the cluster that it is in. */
function clusterOfVariant(plans: readonly VariantPlan[], code: string | undefined): Cluster | undefined {
  for (const { existing } of plans) {
    if (existing !== undefined && (code === undefined || existing.cluster.code === null)) return existing.cluster
  }
  return undefined
}

/** The manufacturer that the item names, made when it is new and has a name; undefined when the item names none. */
function manufacturerOf(item: Item, raw: unknown, context: ImportContext): Manufacturer | undefined | 'refused' {
  const { store, header } = context
  const fields = header.fields.ProductFieldsThatAreSet
  const code = text(item, 'ManufacturerCode')
  if (code === undefined) {
    if (fields.has('ManufacturerCode')) context.warn('ManufacturerCode is empty: the manufacturer is not changed.', raw)
    return undefined
  }
  const name = fields.has('ManufacturerName') ? (text(item, 'ManufacturerName') ?? null) : undefined
  const existing = store.manufacturers.get(code)
  if (existing === undefined) {
    if (!fields.has('ManufacturerCode')) return undefined
    if (name === undefined || name === null) {
      context.reject(`Manufacturer with code ${code} was not found, and ManufacturerName is not given.`, raw)
      return 'refused'
    }
    const stamp = context.stamp()
    const made: Manufacturer = { ...store.tracked(stamp), id: store.nextId('manufacturer'), code, name }
    store.manufacturers.set(code, made)
    context.wrote('manufacturer', made, code, 'inserted', stamp)
    return made
  }
  if (name !== undefined && name !== existing.name) {
    existing.name = name
    context.wrote('manufacturer', existing, code, 'changed', context.stamp())
  }
  return existing
}

/** Finds the variant and checks what the rules ask for; what is refused is logged and not planned. */
function planVariant(
  product: Item,
  { item: variant, raw, skus }: Omit<VariantPlan, 'existing'>,
  manufacturer: Manufacturer | undefined,
  plannedPairs: Set<string>,
  context: ImportContext,
): VariantPlan | undefined {
  const { store, header } = context
  const productFields = header.fields.ProductFieldsThatAreSet
  const variantFields = header.fields.VariantFieldsThatAreSet
  const partNo = text(variant, 'ManufacturerPartNo')
  const bySku = new Set<Variant>()
  for (const sku of skus) {
    const found = store.skus.get(sku.item.PartNo as string)
    if (found !== undefined) bySku.add(found.variant)
  }
  if (bySku.size > 1) {
    context.reject('The part numbers of the variant belong to different variants.', raw)
    return undefined
  }
  const [ofSku] = bySku
  const writesPair = productFields.has('ManufacturerCode') || variantFields.has('ManufacturerPartNo')
  const pairMaker = manufacturer ?? ofSku?.manufacturer ?? undefined
  const pairPartNo = partNo ?? ofSku?.manufacturerPartNo ?? undefined
  const pair = pairMaker === undefined || pairPartNo === undefined ? undefined : pairKey(pairMaker.code, pairPartNo)
  const byPair = pair === undefined ? undefined : store.variantsByPair.get(pair)
  const taken = byPair !== undefined && (ofSku === undefined ? skus.length > 0 : byPair !== ofSku && writesPair)
  if (taken) {
    const owner = byPair.skus.map((sku) => sku.partNo).join(', ')
    context.reject(
      `Manufacturer part number ${pairPartNo} of manufacturer ${pairMaker?.code} is already used by ${owner}.`,
      raw,
    )
    return undefined
  }
  if (pair !== undefined && plannedPairs.has(pair)) {
    context.reject(`Manufacturer part number ${pairPartNo} occurs on two variants of the product.`, raw)
    return undefined
  }
  const existing = ofSku ?? byPair
  if (existing === undefined) {
    const missing = [
      ['ManufacturerCode', productFields.has('ManufacturerCode') && text(product, 'ManufacturerCode') !== undefined],
      ['ManufacturerPartNo', variantFields.has('ManufacturerPartNo') && partNo !== undefined],
      ['PartNo', variantFields.has('Skus') && skus.length > 0],
    ].filter(([, given]) => given === false)
    if (missing.length > 0) {
      const names = missing.map(([name]) => name).join(', ')
      context.reject(
        `The variant cannot be created: ${names} is needed, in the item and among the fields that are set.`,
        raw,
      )
      return undefined
    }
  }
  const accepted: ImportItem[] = []
  if (variantFields.has('Skus')) {
    for (const sku of skus) {
      const skuNo = sku.item.PartNo as string
      const refusal = skuRefusal(skuNo, sku.item, !store.skus.has(skuNo), context)
      if (refusal === undefined) accepted.push(sku)
      else context.reject(refusal, sku.raw)
    }
    if (existing === undefined && accepted.length === 0) return undefined
  }
  if (pair !== undefined) plannedPairs.add(pair)
  return { item: variant, raw, existing, skus: accepted }
}

function importCluster(
  cluster: Cluster,
  item: Item,
  raw: unknown,
  isNew: boolean,
  codeTaken: boolean,
  context: ImportContext,
): void {
  const { header } = context
  const { ProductFieldsThatAreSet: fields, ProductCultureFieldsThatAreSet: cultureFields } = header.fields
  const stamp = context.stamp()
  let changed = codeTaken
  let touched = isNew || codeTaken
  if (fields.has('Alias')) {
    touched = true
    const alias = text(item, 'Alias') ?? null
    changed ||= cluster.alias !== alias
    cluster.alias = alias
  }
  if (fields.has('Cultures') && namesTexts(cultureFields)) {
    touched = true
    if (importTexts('product', cluster.cultures, items(item, 'Cultures'), cultureFields, raw, context)) changed = true
  }
  const writesCategories =
    fields.has('Categories') ||
    (fields.has('CategoriesLimitedUpdate') && (isNew || cluster.categoriesBy === header.accountId)) ||
    (fields.has('CategoriesCreateOnly') && isNew)
  if (writesCategories) {
    touched = true
    const links = categoryLinks(items(item, 'Categories'), raw, context)
    if (!sameLinks(links, cluster.categories)) {
      cluster.categories = links
      changed = true
    }
    cluster.categoriesBy = header.accountId
  }
  if (fields.has('ProductParametrics') || (fields.has('ProductParametricsCreateOnly') && isNew)) {
    touched = true
    const cleanup = fields.has('ParametricsCleanup')
    const result = importParametrics(cluster.parametrics, items(item, 'ProductParametrics'), cleanup, raw, context)
    cluster.parametrics = result.parametrics
    changed ||= result.changed
  }
  if (fields.has('VariantDefinitionGroup') || (fields.has('VariantDefinitionGroupCreateOnly') && isNew)) {
    touched = true
    const group = definitionGroup(item.VariantDefinitionGroup as Item | undefined, raw, context)
    changed ||= group !== cluster.definitionGroup
    cluster.definitionGroup = group
  }
  if (fields.has('Family') && item.Family !== undefined) {
    // The stand-in has no families; one that does not exist gives a warning [doc D6].
    context.warn(`Product family with code ${(item.Family as Item).Code} was not found.`, raw)
  }
  for (const [field, property] of [
    ['MainImage', 'MainImage'],
    ['AdditionalImages', 'AdditionalImages'],
    ['Assortment', 'AssortmentCode'],
  ] as const) {
    if (!fields.has(field)) continue
    touched = true
    const extra = withValue(cluster.extra, property, item[property])
    changed ||= extra !== cluster.extra
    cluster.extra = extra
  }
  const flags = importFlags(cluster.flags, items(item, 'ProductFlags'), isNew, header.accountId)
  if (flags !== cluster.flags) {
    touched = true
    changed = true
    cluster.flags = flags
  }
  if (touched) write('cluster', cluster, clusterKey(cluster), isNew, changed, stamp, context)
}

function importVariant(
  plan: VariantPlan,
  cluster: Cluster,
  manufacturer: Manufacturer | undefined,
  context: ImportContext,
): Variant {
  const { store, header } = context
  const { VariantFieldsThatAreSet: fields, VariantCultureFieldsThatAreSet: cultureFields } = header.fields
  const { item, raw } = plan
  const stamp = context.stamp()
  const isNew = plan.existing === undefined
  const variant = plan.existing ?? addVariant(store, cluster, stamp)
  let changed = false
  let touched = isNew
  const assign = <Field extends keyof Variant>(field: Field, value: Variant[Field]): void => {
    touched = true
    if (variant[field] === value) return
    variant[field] = value
    changed = true
  }
  if (header.fields.ProductFieldsThatAreSet.has('Code') && variant.cluster !== cluster) {
    moveVariant(store, variant, cluster)
    touched = true
    changed = true
  }
  if (manufacturer !== undefined && header.fields.ProductFieldsThatAreSet.has('ManufacturerCode')) {
    setPair(store, variant, manufacturer, variant.manufacturerPartNo, assign)
  }
  const partNo = text(item, 'ManufacturerPartNo')
  if (fields.has('ManufacturerPartNo')) {
    if (partNo === undefined) context.warn('ManufacturerPartNo is empty: it is not changed.', raw)
    else setPair(store, variant, variant.manufacturer, partNo, assign)
  }
  if (fields.has('SortOrderValue')) assign('sortOrderValue', (item.SortOrderValue as number | undefined) ?? null)
  if (fields.has('Cultures') && namesTexts(cultureFields)) {
    touched = true
    if (importTexts('product', variant.cultures, items(item, 'Cultures'), cultureFields, raw, context)) changed = true
  }
  if (fields.has('VariantParametrics') || (fields.has('VariantParametricsCreateOnly') && isNew)) {
    touched = true
    const cleanup = fields.has('ParametricsCleanup')
    const result = importParametrics(variant.parametrics, items(item, 'VariantParametrics'), cleanup, raw, context)
    variant.parametrics = result.parametrics
    changed ||= result.changed
  }
  for (const [property, whenAbsent] of [
    ['StockDisplayBreakPoint', undefined],
    ['IsDangerousGoods', false],
    ['TranslationRequested', undefined],
    ['MainImage', undefined],
    ['AdditionalImages', undefined],
    ['NonParametricVariantDefinitions', undefined],
    ['DeliveryMethods', undefined],
  ] as const) {
    const createOnly = fields.has(`${property}CreateOnly`) && isNew
    if (fields.has(property) || createOnly)
      assign('extra', withValue(variant.extra, property, item[property] ?? whenAbsent))
  }
  const flags = importFlags(variant.flags, items(item, 'VariantFlags'), isNew, header.accountId)
  if (flags !== variant.flags) assign('flags', flags)
  if (touched) write('variant', variant, variantKey(variant), isNew, changed, stamp, context)

  for (const sku of plan.skus) importSku(sku, variant, context)
  return variant
}

function importSku({ item, raw }: ImportItem, variant: Variant, context: ImportContext): void {
  const { store, header } = context
  const { SkuFieldsThatAreSet: fields, SkuCultureFieldsThatAreSet: cultureFields } = header.fields
  const stamp = context.stamp()
  const existing = store.skus.get(item.PartNo as string)
  const isNew = existing === undefined
  const sku = existing ?? addSku(store, item, variant, stamp)
  let changed = importSkuValues(sku, item, isNew, context)
  if (namesTexts(cultureFields)) {
    const texts = sku.cultures ?? []
    if (importTexts('sku', texts, items(item, 'Cultures'), cultureFields, raw, context)) changed = true
    sku.cultures = texts.length === 0 ? null : texts
  }
  const ownFields = fields.size - (fields.has('StandardPrice') ? 1 : 0)
  if (isNew || ownFields > 0 || namesTexts(cultureFields)) {
    write('sku', sku, sku.partNo, isNew, changed, stamp, context)
  }
  const price = item.StandardPrice as Item | undefined
  if (fields.has('StandardPrice') && price !== undefined) {
    importStandardPrice(sku, price, (raw as Item | undefined)?.StandardPrice, context)
  }
}

function addCluster(store: Store, code: string | null, stamp: Stamp): Cluster {
  const cluster: Cluster = {
    ...store.tracked(stamp),
    id: store.nextId('cluster'),
    code,
    alias: null,
    cultures: [],
    categories: [],
    categoriesBy: stamp.by,
    parametrics: null,
    definitionGroup: null,
    flags: null,
    variants: [],
    extra: null,
  }
  store.clusters.set(cluster.id, cluster)
  if (code !== null) store.clustersByCode.set(code, cluster)
  return cluster
}

function addVariant(store: Store, cluster: Cluster, stamp: Stamp): Variant {
  const variant: Variant = {
    ...store.tracked(stamp),
    id: store.nextId('variant'),
    cluster,
    manufacturer: null,
    manufacturerPartNo: null,
    sortOrderValue: null,
    cultures: [],
    parametrics: null,
    flags: null,
    skus: [],
    extra: null,
  }
  store.variants.set(variant.id, variant)
  cluster.variants = [...cluster.variants, variant]
  return variant
}

function addSku(store: Store, item: Item, variant: Variant, stamp: Stamp): Sku {
  const sku: Sku = {
    ...store.tracked(stamp),
    partNo: item.PartNo as string,
    variant,
    statusId: item.Status as number,
    statusStamp: stamp,
    statusLock: null,
    typeId: item.Type as number,
    integrationPartNo: null,
    commodityCode: null,
    eanCode: null,
    trackingCode: null,
    unitId: null,
    unitCount: 1,
    isDropShipOnly: null,
    isBuyable: true,
    actualWeight: null,
    startDate: null,
    stopDate: null,
    cultures: null,
    vatRates: null,
    extra: null,
    prices: [],
    onHands: [],
  }
  store.addSku(sku)
  return sku
}

function setPair(
  store: Store,
  variant: Variant,
  manufacturer: Manufacturer | null,
  partNo: string | null,
  assign: <Field extends 'manufacturer' | 'manufacturerPartNo'>(field: Field, value: Variant[Field]) => void,
): void {
  forgetPair(store, variant)
  assign('manufacturer', manufacturer)
  assign('manufacturerPartNo', partNo)
  if (manufacturer !== null && partNo !== null) store.variantsByPair.set(pairKey(manufacturer.code, partNo), variant)
}

/** Takes a variant out of the index of manufacturer pairs. */
export function forgetPair(store: Store, variant: Variant): void {
  if (variant.manufacturer === null || variant.manufacturerPartNo === null) return
  const key = pairKey(variant.manufacturer.code, variant.manufacturerPartNo)
  if (store.variantsByPair.get(key) === variant) store.variantsByPair.delete(key)
}

function moveVariant(store: Store, variant: Variant, to: Cluster): void {
  const from = variant.cluster
  from.variants = without(from.variants, variant)
  if (from.variants.length === 0) removeCluster(store, from)
  variant.cluster = to
  to.variants = [...to.variants, variant]
}

export function removeCluster(store: Store, cluster: Cluster): void {
  store.clusters.delete(cluster.id)
  if (cluster.code !== null && store.clustersByCode.get(cluster.code) === cluster)
    store.clustersByCode.delete(cluster.code)
}

/** FullFile: variants that the item does not list are taken out of the cluster; each gets one of its own without a code. */
function takeOutAbsent(cluster: Cluster, present: ReadonlySet<Variant | undefined>, context: ImportContext): void {
  for (const variant of [...cluster.variants]) {
    if (present.has(variant)) continue
    const stamp = context.stamp()
    moveVariant(context.store, variant, addCluster(context.store, null, stamp))
    write('variant', variant, variantKey(variant), false, true, stamp, context)
  }
}

function inactivateAbsent(listed: ReadonlySet<string>, context: ImportContext): void {
  for (const sku of context.store.skus.values()) {
    if (listed.has(sku.partNo) || sku.statusId === 5 || sku.statusLock !== null) continue
    const stamp = context.stamp()
    sku.statusId = 5
    sku.statusStamp = stamp
    write('sku', sku, sku.partNo, false, true, stamp, context)
  }
}

function categoryLinks(entries: readonly Item[], raw: unknown, { store, warn }: ImportContext): CategoryLink[] {
  const links: CategoryLink[] = []
  for (const entry of entries) {
    const category = store.categories.get(entry.Code as string)
    if (category === undefined) warn(`Category with code ${entry.Code} was not found.`, raw)
    else links.push({ category, sortOrder: (entry.SortOrder as number | undefined) ?? 0 })
  }
  return links
}

function sameLinks(a: readonly CategoryLink[], b: readonly CategoryLink[]): boolean {
  return (
    a.length === b.length &&
    a.every((link, index) => link.category === b[index]?.category && link.sortOrder === b[index]?.sortOrder)
  )
}

/** A group that does not exist is made, since the item carries its name and types (assumed). */
function definitionGroup(item: Item | undefined, raw: unknown, context: ImportContext): VariantGroup | null {
  if (item === undefined) return null
  const { store } = context
  const code = item.Code as string
  const existing = store.variantGroups.get(code)
  const types = items(item, 'Types').flatMap((type) => {
    const parametricCode = text(type, 'ParametricCode') ?? null
    if (parametricCode !== null && !store.parametrics.has(parametricCode)) {
      context.warn(`Parametric with code ${parametricCode} was not found.`, raw)
      return []
    }
    return [{ code: type.Code as string, name: text(type, 'Name') ?? (type.Code as string), parametricCode }]
  })
  if (existing !== undefined) {
    const added = types.filter((type) => !existing.types.some((known) => known.code === type.code))
    if (added.length > 0) existing.types = [...existing.types, ...added]
    return existing
  }
  const group: VariantGroup = { id: store.nextId('group'), code, name: text(item, 'Name') ?? code, types }
  store.variantGroups.set(code, group)
  return group
}

/** Flags are not named in the header; each carries its own CreateOnly and LimitedUpdate. Others stay. */
function importFlags(
  current: Map<string, FlagState> | null,
  entries: readonly Item[],
  isNew: boolean,
  accountId: number,
): Map<string, FlagState> | null {
  let next = current
  for (const entry of entries) {
    const code = entry.Code as string
    const before = current?.get(code)
    if (entry.IsCreateOnly === true && !isNew) continue
    if (entry.IsLimitedUpdate === true && before !== undefined && before.by !== accountId) continue
    const isSet = (entry.IsSet as boolean | undefined) ?? false
    if (before?.isSet === isSet) continue
    if (next === current) next = new Map(current ?? [])
    next?.set(code, { isSet, by: accountId })
  }
  return next
}

function withValue(
  extra: Record<string, unknown> | null,
  property: string,
  value: unknown,
): Record<string, unknown> | null {
  if (JSON.stringify(extra?.[property]) === JSON.stringify(value)) return extra
  const { [property]: _gone, ...rest } = extra ?? {}
  return value === undefined ? rest : { ...rest, [property]: value }
}

/** Duplicates of one Code, and of one PartNo: the last is used (undefined in the sheet), the others are logged. */
function withoutDuplicates(
  rows: readonly ImportItem[],
  context: ImportContext,
): { readonly products: readonly ImportItem[]; readonly dropped: ReadonlySet<Item> } {
  const usesCode = context.header.fields.ProductFieldsThatAreSet.has('Code')
  const codeOf = (row: ImportItem) => (usesCode ? text(row.item, 'Code') : undefined)
  const lastOfCode = new Map<string, ImportItem>()
  for (const row of rows) {
    const code = codeOf(row)
    if (code !== undefined) lastOfCode.set(code, row)
  }
  const products = rows.filter((row) => {
    const code = codeOf(row)
    if (code === undefined || lastOfCode.get(code) === row) return true
    context.warn(`Duplicate product in the import: Code ${code}. The last one is used.`, row.raw)
    return false
  })
  const lastOfPartNo = new Map<string, { readonly item: Item; readonly raw: unknown }>()
  const dropped = new Set<Item>()
  for (const { item, raw } of products) {
    for (const variant of items(item, 'Variants')) {
      for (const sku of items(variant, 'Skus')) {
        const earlier = lastOfPartNo.get(sku.PartNo as string)
        if (earlier !== undefined) {
          dropped.add(earlier.item)
          context.warn(`Duplicate SKU in the import: PartNo ${sku.PartNo}. The last one is used.`, earlier.raw)
        }
        lastOfPartNo.set(sku.PartNo as string, { item: sku, raw })
      }
    }
  }
  return { products, dropped }
}

function rawList(raw: unknown, property: string): readonly unknown[] {
  const list = (raw as Item | undefined)?.[property]
  return Array.isArray(list) ? list : []
}

function write(
  kind: 'cluster' | 'variant' | 'sku',
  row: Cluster | Variant | Sku,
  key: string,
  isNew: boolean,
  changed: boolean,
  stamp: Stamp,
  context: ImportContext,
): void {
  context.wrote(kind, row, key, isNew ? 'inserted' : changed ? 'changed' : 'unchanged', stamp)
}

export const clusterKey = (cluster: Cluster): string => cluster.code ?? `#${cluster.id}`
export const variantKey = (variant: Variant): string =>
  `${variant.manufacturer?.code ?? ''} / ${variant.manufacturerPartNo ?? ''}`
