import type { Company, Customer, CustomerBook } from '../customers/model.ts'
import { type EntitySet, entityType } from '../odata/edm.ts'
import { type Tenant, trackingColumns } from './reference-sets.ts'

/**
 * Customers: the set `Customers` and the columns of both types are known [doc D20; code C11]. Assumed: the name of the
 * set `Companies`. Not there: addresses, infos, flags and other collections, whose names are not known, and `Accounts`.
 */
export function customerSets(book: CustomerBook, { clientId, applications }: Tenant): EntitySet[] {
  const client = { ClientId: ['Edm.Int32', () => clientId] } as const
  return [
    {
      name: 'Customers',
      type: entityType<Customer>('Norce.Customers.Customer', ['Id'], {
        Id: ['Edm.Int32', (row) => row.id],
        Key: ['Edm.String', (row) => row.key],
        ...client,
        CustomerCodePrefix: ['Edm.String?', () => null],
        CustomerCode: ['Edm.String?', (row) => row.code],
        TypeId: ['Edm.Int32', (row) => row.typeId],
        EmailAddress: ['Edm.String?', (row) => row.email],
        SocialSecurityNumber: ['Edm.String?', (row) => row.ssn],
        Title: ['Edm.String?', (row) => row.title],
        FirstName: ['Edm.String?', (row) => row.firstName],
        MiddleName: ['Edm.String?', (row) => row.middleName],
        LastName: ['Edm.String?', (row) => row.lastName],
        Suffix: ['Edm.String?', () => null],
        PhoneNumber: ['Edm.String?', (row) => row.phone],
        CellPhoneNumber: ['Edm.String?', (row) => row.cellPhone],
        ReferId: ['Edm.Int32?', () => null],
        ReferUrl: ['Edm.String?', () => null],
        UseBillingAddressAsShippingAddress: ['Edm.Boolean', (row) => row.deliveryAddresses.length === 0],
        IsActive: ['Edm.Boolean', (row) => row.isActive],
        ...trackingColumns,
      }),
      rows: () => book.customers.values(),
    },
    {
      name: 'Companies',
      type: entityType<Company>('Norce.Customers.Company', ['Id'], {
        Id: ['Edm.Int32', (row) => row.id],
        Key: ['Edm.String', (row) => row.key],
        ...client,
        CompanyCodePrefix: ['Edm.String?', () => null],
        CompanyCode: ['Edm.String?', (row) => row.code],
        TypeId: ['Edm.Int32', () => 1],
        OrganizationNo: ['Edm.String?', (row) => row.orgNo],
        Name: ['Edm.String?', (row) => row.name],
        EmailAddress: ['Edm.String?', (row) => row.email],
        PhoneNumber: ['Edm.String?', (row) => row.phone],
        ParentCompanyId: ['Edm.Int32?', (row) => row.parent?.id ?? null],
        VatNo: ['Edm.String?', (row) => row.vatNo],
        ApplicationId: ['Edm.Int32?', (row) => applications.find(({ key }) => key === row.applicationKey)?.id ?? null],
        IsActive: ['Edm.Boolean', (row) => row.isActive],
        ...trackingColumns,
      }),
      rows: () => book.companies.values(),
    },
  ]
}
