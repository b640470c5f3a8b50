import type {
  BundleComponent,
  Catalogue,
  CatalogueProduct,
  CustomField,
  CustomFieldValue,
  ReferenceData,
} from '../catalogue/types.ts'
import type { TimeStamps } from './time-stamps.ts'

export interface ProductShape {
  /** A product as GET answers it [rec]. `optional` holds the sections of `includeOptional`. */
  product(id: number, optional: ReadonlySet<string>): unknown
  /** Set custom fields by code; empty when the product has none or does not exist [doc]. */
  customFields(id: number): Readonly<Record<string, unknown>>
}

export function createProductShape(catalogue: Catalogue, times: TimeStamps): ProductShape {
  const { reference } = catalogue
  const optionNames = new Map(reference.options.map(({ id, name }) => [id, name]))
  const valueNames = new Map(reference.options.flatMap(({ values }) => values.map(({ id, name }) => [id, name])))
  const taxCodes = new Map(reference.taxCodes.map((code) => [code.id, code]))
  const locations = new Map(reference.warehouses.map(({ id, defaultLocationId }) => [id, defaultLocationId]))
  const fields = new Map(reference.customFields.map((field) => [field.code, field]))

  const customFieldsOf = (product: CatalogueProduct | undefined): Readonly<Record<string, unknown>> =>
    Object.fromEntries(
      Object.entries(product?.customFields ?? {}).map(([code, value]) => [
        code,
        customFieldValue(fields.get(code), value, times),
      ]),
    )

  const bundleComponent = ({ productId, quantity }: BundleComponent, depth: number): unknown => {
    const components = catalogue.product(productId)?.components
    return {
      productId,
      productQuantity: quantity,
      // Bundles can nest [doc]; the guard is for one that was changed to contain itself.
      ...(components && depth < 5 && { composition: composition(components, depth + 1) }),
    }
  }
  const composition = (components: readonly BundleComponent[] | undefined, depth = 0): unknown =>
    components
      ? { bundle: true, bundleComponents: components.map((component) => bundleComponent(component, depth)) }
      : { bundle: false }

  return {
    customFields: (id) => customFieldsOf(catalogue.product(id)),
    product(id, optional) {
      const product = catalogue.product(id)
      if (!product) throw new Error(`There is no product ${id}: only existing ones can be shaped.`)
      const taxCode = taxCodes.get(product.taxCodeId)
      const text = (content: string) => ({ languageCode: 'en', text: content, format: 'HTML_FRAGMENT' })
      const { length, height, width } = product.dimensions
      const [categoryId, subcategoryId] = product.categoryIds
      return {
        id,
        brandId: product.brandId,
        productTypeId: product.productTypeId,
        identity: identity(product),
        // Absent or 0 when it is in no group [rec].
        ...((product.groupId > 0 || id % 2 === 0) && { productGroupId: product.groupId }),
        featured: false,
        stock: {
          stockTracked: product.stockTracked,
          weight: { magnitude: product.weightKg },
          dimensions: { length, height, width, volume: (length * height * width) / 1_000_000 },
        },
        financialDetails: { taxable: false, taxCode: { id: product.taxCodeId, code: taxCode?.code ?? '' } },
        salesChannels: [
          {
            salesChannelName: 'Brightpearl',
            productName: product.name,
            productCondition: 'new',
            // A text here, though an integer may be sent [rec].
            categories: product.categoryIds.map((code) => ({ categoryCode: String(code) })),
            description: text(product.description),
            shortDescription: text(product.shortDescription),
          },
        ],
        composition: composition(product.components),
        ...(optional.has('customFields') && { customFields: customFieldsOf(product) }),
        ...(optional.has('nullCustomFields') && { nullCustomFields: unsetFields(reference, product) }),
        ...(product.variations.length > 0 && {
          variations: product.variations.map(({ optionId, optionValueId }) => ({
            optionId,
            optionName: optionNames.get(optionId) ?? '',
            optionValueId,
            optionValue: valueNames.get(optionValueId) ?? '',
          })),
        }),
        createdOn: times.write(product.createdOn),
        // Unset values are omitted, not null [doc]: there is none before the first change.
        ...(product.updatedOn !== null && { updatedOn: times.write(product.updatedOn) }),
        warehouses: Object.fromEntries(
          [...catalogue.stock(id).keys()].map((warehouseId) => [
            warehouseId,
            {
              defaultLocationId: locations.get(warehouseId) ?? 0,
              overflowLocationId: 0,
              reorderLevel: 0,
              reorderQuantity: 0,
            },
          ]),
        ),
        nominalCodeStock: '1001',
        nominalCodePurchases: '5000',
        nominalCodeSales: '4000',
        seasonIds: product.seasonIds,
        reporting: { categoryId, ...(subcategoryId !== undefined && { subcategoryId }) },
        ...(product.primarySupplierId !== undefined && { primarySupplierId: product.primarySupplierId }),
        status: product.status,
        salesPopupMessage: '',
        warehousePopupMessage: '',
        version: product.updatedOn ?? product.createdOn,
      }
    },
  }
}

/** Keys that were never set are omitted, and others may be empty texts [rec]: here it depends on the id. */
function identity({ id, sku, ean, upc, isbn, mpn }: CatalogueProduct): unknown {
  const empty = id % 2 === 0 ? undefined : ''
  return {
    sku: sku === '' ? empty : sku,
    isbn: isbn ?? empty,
    ean,
    upc: upc ?? empty,
    mpn: mpn ?? empty,
    barcode: barcodeOf({ ean, upc, isbn }) ?? empty,
  }
}

export interface Barcodes {
  readonly ean?: string | undefined
  readonly upc?: string | undefined
  readonly isbn?: string | undefined
}

/** The one barcode that stands for the product [rec: equal to the EAN; the order of the others is assumed]. */
export function barcodeOf({ ean, upc, isbn }: Barcodes): string | undefined {
  return ean || upc || isbn || undefined
}

function unsetFields({ customFields }: ReferenceData, product: CatalogueProduct): readonly string[] {
  return customFields.map(({ code }) => code).filter((code) => !Object.hasOwn(product.customFields, code))
}

/** SELECT is an object, a DATE comes back as a full time stamp [rec, doc]. */
function customFieldValue(field: CustomField | undefined, value: CustomFieldValue, times: TimeStamps): unknown {
  if (field?.type === 'SELECT') return { id: value, value: field.options?.find(({ id }) => id === value)?.value ?? '' }
  if (field?.type === 'DATE' && typeof value === 'number') return times.write(value)
  return value
}
