import { SKU_STATUS } from '../connect/value-enums.ts'
import type {
  Application,
  Category,
  Culture,
  Currency,
  ListValue,
  Location,
  Manufacturer,
  Parametric,
  PriceList,
  Tracked,
  VariantGroup,
  Warehouse,
} from '../model.ts'
import { type EntitySet, type EntityType, entityType } from '../odata/edm.ts'
import type { Store } from '../store.ts'

/** What the sets need to know about the tenant. */
export interface Tenant {
  readonly clientId: number
  readonly applicationId: number
  readonly applications: readonly Application[]
}

/** The columns that nearly every entity has [doc D17–D20]. */
export const trackingColumns = {
  Created: ['Edm.DateTimeOffset', (row: Tracked) => row.created.at],
  CreatedBy: ['Edm.Int32', (row: Tracked) => row.created.by],
  Updated: ['Edm.DateTimeOffset?', (row: Tracked) => row.updated?.at ?? null],
  UpdatedBy: ['Edm.Int32?', (row: Tracked) => row.updated?.by ?? null],
} as const

/** A set over a list that is made when it is read: for the small ones. */
function listSet<Row extends object>(name: string, type: EntityType, rows: () => readonly Row[]): EntitySet {
  return { name, type, rows }
}

interface Named {
  readonly id: number
  readonly name: string
}

const named = (names: readonly string[]): Named[] => names.map((name, index) => ({ id: index + 1, name }))

/**
 * Core: `Currencies`, `Countries`, `PaymentMethods` have the columns seen [code C9]; the columns of the other sets,
 * whose names are known [code C10], are assumed by the same pattern (`Id`, `DefaultName`).
 */
export function coreSets(store: Store, tenant: Tenant): EntitySet[] {
  const { installed } = store
  const tracking = {
    Created: ['Edm.DateTimeOffset', () => installed.at],
    CreatedBy: ['Edm.Int32', () => 1],
    Updated: ['Edm.DateTimeOffset?', () => null],
    UpdatedBy: ['Edm.Int32?', () => null],
  } as const
  const namedType = (name: string) =>
    entityType<Named>(name, ['Id'], {
      Id: ['Edm.Int32', (row) => row.id],
      DefaultName: ['Edm.String', (row) => row.name],
      ...tracking,
    })
  return [
    listSet(
      'Currencies',
      entityType<Currency>('Norce.Core.Currency', ['Id'], {
        Id: ['Edm.Int32', (row) => row.id],
        Code: ['Edm.String', (row) => row.code],
        DefaultName: ['Edm.String', (row) => row.name],
        ExchangeRate: ['Edm.Decimal', (row) => row.exchangeRate],
        DefaultPrefix: ['Edm.String?', () => null],
        DefaultSuffix: ['Edm.String?', (row) => ` ${row.code}`],
        IsActive: ['Edm.Boolean', () => true],
        ...tracking,
      }),
      () => byId([...store.currencies.values()]),
    ),
    listSet(
      'Countries',
      entityType<Named>('Norce.Core.Country', ['Id'], {
        Id: ['Edm.Int32', (row) => row.id],
        Code: ['Edm.String', (row) => row.name],
        ...tracking,
      }),
      () => named(store.countries),
    ),
    listSet('SkuStatuses', namedType('Norce.Core.SkuStatus'), () =>
      Object.entries(SKU_STATUS).map(([name, id]) => ({ id, name })),
    ),
    listSet(
      'VatCodes',
      entityType<Named & { readonly rate: number }>('Norce.Core.VatCode', ['Id'], {
        Id: ['Edm.Int32', (row) => row.id],
        DefaultName: ['Edm.String', (row) => row.name],
        Rate: ['Edm.Decimal', (row) => row.rate],
        ...tracking,
      }),
      () => store.vatCodes.map(({ name, ratePercent }, index) => ({ id: index + 1, name, rate: ratePercent })),
    ),
    listSet('PaymentMethods', namedType('Norce.Core.PaymentMethod'), () => byId([...store.paymentMethods.values()])),
    listSet('DeliveryMethods', namedType('Norce.Core.DeliveryMethod'), () => byId([...store.deliveryMethods.values()])),
    listSet(
      'Applications',
      entityType<Application>('Norce.Core.Application', ['Id'], {
        Id: ['Edm.Int32', (row) => row.id],
        // Assumed: where the guid of an application can be read is not documented.
        Key: ['Edm.String', (row) => row.key],
        DefaultName: ['Edm.String', (row) => row.name],
        ...tracking,
      }),
      () => byId([...tenant.applications]),
    ),
  ]
}

/**
 * Application: the columns of price lists, application lists and cultures are documented [doc D19], those of
 * manufacturers and categories seen [code C9]. Assumed: the columns of warehouses and locations (those of 3.0 in
 * PascalCase, with the id columns of the on-hand rows), `Code` of a manufacturer, and the columns of `Parametrics`,
 * `ParametricListValues`, `ClientCultures`, `SalesAreas` and `VariantGroups`.
 */
export function applicationSets(store: Store, tenant: Tenant): EntitySet[] {
  const clientId = { ClientId: ['Edm.Int32', () => tenant.clientId] } as const
  const locationType = entityType<Location>('Norce.Application.ClientWarehouseLocation', ['LocationId'], {
    LocationId: ['Edm.Int32', (row) => row.id],
    WarehouseId: ['Edm.Int32', (row) => row.warehouse.id],
    ...clientId,
    Code: ['Edm.String', (row) => row.code],
    Name: ['Edm.String?', (row) => row.name],
    IsStandard: ['Edm.Boolean', (row) => row.isStandard],
    IsIncludedInStockCalculation: ['Edm.Boolean', (row) => row.isIncludedInStockCalculation],
    StandardLeadTimeDayCount: ['Edm.Int32?', (row) => row.leadTimeDayCount],
    ...trackingColumns,
  })
  const priceListType = entityType<PriceList>('Norce.Application.PriceList', ['Id'], {
    Id: ['Edm.Int32', (row) => row.id],
    DefaultName: ['Edm.String?', (row) => row.name],
    DefaultDescription: ['Edm.String?', (row) => row.description],
    Agreement: ['Edm.String', (row) => row.code],
    StartDate: ['Edm.DateTimeOffset?', (row) => row.startDate],
    EndDate: ['Edm.DateTimeOffset?', (row) => row.endDate],
    IsPublic: ['Edm.Boolean', (row) => row.isPublic],
    IsLimitedToStock: ['Edm.Boolean', () => false],
    IsBid: ['Edm.Boolean', () => false],
    IsStako: ['Edm.Boolean', () => false],
    IsActive: ['Edm.Boolean', (row) => row.isActive],
    ...trackingColumns,
  })
  const parametricCultureType = entityType<{ parametric: Parametric; culture: Culture }>(
    'Norce.Application.ParametricCulture',
    ['ParametricId', 'CultureCode'],
    {
      ParametricId: ['Edm.Int32', (row) => row.parametric.id],
      CultureCode: ['Edm.String', (row) => row.culture.code],
      Name: ['Edm.String', (row) => row.parametric.name],
    },
  )
  const priceLists = () => byId([...store.priceLists.values()])
  return [
    listSet(
      'ClientPriceLists',
      entityType<PriceList>(
        'Norce.Application.ClientPriceList',
        ['PriceListId'],
        {
          PriceListId: ['Edm.Int32', (row) => row.id],
          ...clientId,
          Name: ['Edm.String?', (row) => row.name],
          Description: ['Edm.String?', (row) => row.description],
          ImagePath: ['Edm.String?', () => null],
          Agreement: ['Edm.String', (row) => row.code],
          StartDate: ['Edm.DateTimeOffset?', (row) => row.startDate],
          EndDate: ['Edm.DateTimeOffset?', (row) => row.endDate],
          CurrencyId: ['Edm.Int32', (row) => row.currency.id],
          DefaultPriceRuleId: ['Edm.Int32', (row) => row.defaultPriceRuleId],
          DefaultPriceRuleValue: ['Edm.Decimal?', (row) => row.defaultPriceRuleValue],
          DefaultSupplementChargePercentage: ['Edm.Decimal', () => 0],
          DefaultKickbackPercentage: ['Edm.Decimal?', () => null],
          DefaultMinimumProductMarginPercentage: ['Edm.Decimal?', () => null],
          ParentPriceListId: ['Edm.Int32?', (row) => row.parent?.id ?? null],
          PopulationRuleId: ['Edm.Int32', () => 1],
          ChosenWarehouseId: ['Edm.Int32?', (row) => row.warehouses[0]?.id ?? null],
          ChosenLocationId: ['Edm.Int32?', (row) => standardLocation(row.warehouses[0])?.id ?? null],
          IsErpUpdateable: ['Edm.Boolean', () => false],
          IsErpIntegrated: ['Edm.Boolean', () => false],
          IsPrimary: ['Edm.Boolean', (row) => row.isPrimary],
          IsPublic: ['Edm.Boolean', (row) => row.isPublic],
          IsLimitedToStock: ['Edm.Boolean?', () => null],
          IsBid: ['Edm.Boolean?', () => null],
          IsStako: ['Edm.Boolean?', () => null],
          IsActive: ['Edm.Boolean', (row) => row.isActive],
          ...trackingColumns,
          ImageKey: ['Edm.String?', () => null],
          TypeId: ['Edm.Int32', () => 0],
          ImageExtension: ['Edm.String?', () => null],
          DefaultSupplementCharge: ['Edm.Decimal', () => 0],
          DefaultLimitToPriceRecommended: ['Edm.Boolean?', () => null],
          IsVirtual: ['Edm.Boolean', () => false],
          SalesAreaId: ['Edm.Int32?', (row) => row.salesAreaId],
          InheritStructureCalculationRule: ['Edm.Int32', () => 0],
        },
        { PriceList: [priceListType, 'one', (row) => [row]] },
      ),
      priceLists,
    ),
    listSet(
      'ApplicationPriceLists',
      entityType<PriceList>(
        'Norce.Application.ApplicationPriceList',
        ['ApplicationId', 'PriceListId'],
        {
          ApplicationId: ['Edm.Int32', () => tenant.applicationId],
          PriceListId: ['Edm.Int32', (row) => row.id],
          ...clientId,
          IsPrimary: ['Edm.Boolean', (row) => row.isPrimary],
          IsActive: ['Edm.Boolean', (row) => row.isActive],
          IsEditable: ['Edm.Boolean', () => true],
          IsFavorite: ['Edm.Boolean', (row) => row.isFavorite],
          ...trackingColumns,
        },
        { PriceList: [priceListType, 'one', (row) => [row]] },
      ),
      () => priceLists().filter((list) => list.onApplication),
    ),
    listSet(
      'ClientWarehouses',
      entityType<Warehouse>(
        'Norce.Application.ClientWarehouse',
        ['WarehouseId'],
        {
          WarehouseId: ['Edm.Int32', (row) => row.id],
          ...clientId,
          Code: ['Edm.String', (row) => row.code],
          Name: ['Edm.String?', (row) => row.name],
          TypeId: ['Edm.Int32', (row) => row.typeId],
          StandardLeadTimeDayCount: ['Edm.Int32?', (row) => row.leadTimeDayCount],
          IsActive: ['Edm.Boolean', () => true],
          ...trackingColumns,
        },
        { Locations: [locationType, 'many', (row) => byId([...row.locations.values()])] },
      ),
      () => byId([...store.warehouses.values()]),
    ),
    listSet(
      'Categories',
      entityType<Category>('Norce.Application.Category', ['Id'], {
        Id: ['Edm.Int32', (row) => row.id],
        ...clientId,
        Code: ['Edm.String', (row) => row.code],
        DefaultName: ['Edm.String', (row) => row.name],
        DefaultFullName: ['Edm.String', (row) => row.fullName],
        IsActive: ['Edm.Boolean', (row) => row.isActive],
      }),
      () => byId([...store.categories.values()]),
    ),
    listSet(
      'ClientManufacturers',
      entityType<Manufacturer>('Norce.Application.ClientManufacturer', ['ManufacturerId'], {
        ManufacturerId: ['Edm.Int32', (row) => row.id],
        ...clientId,
        Code: ['Edm.String', (row) => row.code],
        Name: ['Edm.String?', (row) => row.name],
        IsActive: ['Edm.Boolean', () => true],
        ...trackingColumns,
      }),
      () => byId([...store.manufacturers.values()]),
    ),
    listSet(
      'Parametrics',
      entityType<Parametric>(
        'Norce.Application.Parametric',
        ['Id'],
        {
          Id: ['Edm.Int32', (row) => row.id],
          ...clientId,
          Code: ['Edm.String', (row) => row.code],
          DefaultName: ['Edm.String', (row) => row.name],
          TypeId: ['Edm.Int32', (row) => row.typeId],
          IsActive: ['Edm.Boolean', () => true],
        },
        {
          Cultures: [
            parametricCultureType,
            'many',
            (parametric) => [...store.cultures.values()].map((culture) => ({ parametric, culture })),
          ],
        },
      ),
      () => byId([...store.parametrics.values()]),
    ),
    listSet(
      'ParametricListValues',
      entityType<ListValue & { readonly parametricId: number }>('Norce.Application.ParametricListValue', ['Id'], {
        Id: ['Edm.Int32', (row) => row.id],
        ...clientId,
        ParametricId: ['Edm.Int32', (row) => row.parametricId],
        Code: ['Edm.String', (row) => row.code],
        DefaultName: ['Edm.String', (row) => row.value],
        IsActive: ['Edm.Boolean', () => true],
      }),
      () =>
        byId(
          [...store.parametrics.values()].flatMap((parametric) =>
            [...parametric.values.values()].map((value) => ({ ...value, parametricId: parametric.id })),
          ),
        ),
    ),
    listSet(
      'ApplicationCultures',
      entityType<Culture>('Norce.Application.ApplicationCulture', ['ApplicationId', 'CultureCode'], {
        ApplicationId: ['Edm.Int32', () => tenant.applicationId],
        CultureCode: ['Edm.String', (row) => row.code],
        ...clientId,
        IsPrimary: ['Edm.Boolean', (row) => row.isPrimary],
        IsActive: ['Edm.Boolean', () => true],
      }),
      () => culturesByCode(store),
    ),
    listSet(
      'ClientCultures',
      entityType<Culture>('Norce.Application.ClientCulture', ['CultureCode'], {
        CultureCode: ['Edm.String', (row) => row.code],
        ...clientId,
        IsPrimary: ['Edm.Boolean', (row) => row.isPrimary],
        IsActive: ['Edm.Boolean', () => true],
      }),
      () => culturesByCode(store),
    ),
    listSet(
      'OrderInfoTypes',
      entityType<Named & { readonly code: string }>('Norce.Application.OrderInfoType', ['Id'], {
        Id: ['Edm.Int32', (row) => row.id],
        ...clientId,
        Code: ['Edm.String', (row) => row.code],
        DefaultName: ['Edm.String', (row) => row.name],
        IsActive: ['Edm.Boolean', () => true],
      }),
      () => byId([...store.orderInfoTypes.values()]),
    ),
    listSet(
      'SalesAreas',
      entityType<{ readonly id: number; readonly code: string }>('Norce.Application.SalesArea', ['Id'], {
        Id: ['Edm.Int32', (row) => row.id],
        ...clientId,
        Code: ['Edm.String', (row) => row.code],
        DefaultName: ['Edm.String', (row) => row.code],
        IsActive: ['Edm.Boolean', () => true],
      }),
      () => byId([...store.salesAreas]),
    ),
    listSet(
      'VariantGroups',
      entityType<VariantGroup>('Norce.Application.VariantGroup', ['Id'], {
        Id: ['Edm.Int32', (row) => row.id],
        ...clientId,
        Code: ['Edm.String', (row) => row.code],
        DefaultName: ['Edm.String', (row) => row.name],
        IsActive: ['Edm.Boolean', () => true],
      }),
      () => byId([...store.variantGroups.values()]),
    ),
  ]
}

function standardLocation(warehouse: Warehouse | undefined): Location | undefined {
  return warehouse === undefined ? undefined : [...warehouse.locations.values()].find((location) => location.isStandard)
}

function byId<Row extends { readonly id: number }>(rows: Row[]): Row[] {
  return rows.sort((a, b) => a.id - b.id)
}

function culturesByCode(store: Store): Culture[] {
  return [...store.cultures.values()].sort((a, b) => (a.code < b.code ? -1 : 1))
}
