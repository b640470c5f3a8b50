import type { Tracked } from '../model.ts'

export interface CustomerAddress {
  readonly CareOf: string | null
  readonly AddressLine1: string | null
  readonly AddressLine2: string | null
  readonly ZipCode: string | null
  readonly City: string | null
  readonly Region: string | null
  readonly CountryCode: string | null
  readonly Gln: string | null
  readonly ShippingPhoneNumber: string | null
  readonly IsPrimary: boolean
  readonly Code: string | null
}

export interface Customer extends Tracked {
  readonly id: number
  readonly key: string
  code: string | null
  typeId: number
  applicationKey: string | null
  email: string | null
  ssn: string | null
  title: string | null
  firstName: string | null
  middleName: string | null
  lastName: string | null
  phone: string | null
  cellPhone: string | null
  isActive: boolean
  crmId: string | null
  invoiceAddress: CustomerAddress | null
  deliveryAddresses: readonly CustomerAddress[]
  infos: ReadonlyMap<string, string | null>
  flags: ReadonlyMap<string, boolean>
  priceLists: readonly string[]
  accounts: readonly { readonly loginName: string; readonly statusId: number; readonly roles: readonly string[] }[]
  companies: readonly CompanyLink[]
}

/** The relation of a person to a company; switched off rather than removed. */
export interface CompanyLink {
  readonly company: Company
  readonly isPrimary: boolean
  readonly isActive: boolean
}

export interface Company extends Tracked {
  readonly id: number
  readonly key: string
  code: string | null
  applicationKey: string | null
  orgNo: string | null
  vatNo: string | null
  name: string | null
  email: string | null
  phone: string | null
  isActive: boolean
  parent: Company | null
  invoiceAddress: CustomerAddress | null
  deliveryAddresses: readonly CustomerAddress[]
  infos: ReadonlyMap<string, string | null>
  flags: ReadonlyMap<string, boolean>
  priceLists: readonly string[]
  deliveryMethods: readonly string[]
  paymentMethods: readonly string[]
  /** Discounts, contacts and the logo are kept, not interpreted. */
  extra: Readonly<Record<string, unknown>>
}

/** Persons and companies of the shop. Codes and organisation numbers are compared exactly, e-mail without case (assumed). */
export interface CustomerBook {
  readonly customers: Map<number, Customer>
  readonly companies: Map<number, Company>
  customerByCode(code: string): Customer | undefined
  customerByEmail(email: string): Customer | undefined
  companyByCode(code: string): Company | undefined
  companyByOrgNo(orgNo: string): Company | undefined
  nextId(kind: 'customer' | 'company'): number
}

export function createCustomerBook(): CustomerBook {
  const customers = new Map<number, Customer>()
  const companies = new Map<number, Company>()
  const next = { customer: 30_077, company: 8_120 }
  const find = <T>(entries: ReadonlyMap<number, T>, matches: (entry: T) => boolean): T | undefined => {
    for (const entry of entries.values()) if (matches(entry)) return entry
    return undefined
  }
  return {
    customers,
    companies,
    customerByCode: (code) => find(customers, (customer) => customer.code === code),
    customerByEmail: (email) => find(customers, (customer) => customer.email?.toLowerCase() === email.toLowerCase()),
    companyByCode: (code) => find(companies, (company) => company.code === code),
    companyByOrgNo: (orgNo) => find(companies, (company) => company.orgNo === orgNo),
    nextId(kind) {
      next[kind] += 1
      return next[kind] - 1
    },
  }
}

/** A guid that is the same for the same id, so that runs can be compared. */
export function guidOf(kind: number, id: number): string {
  const hex = (value: number, length: number) => value.toString(16).padStart(length, '0').slice(-length)
  const mixed = Math.imul(id, 0x9e3779b1) >>> 0
  return `${hex(mixed, 8)}-${hex(kind, 4)}-4a55-9c1e-${hex(id, 12)}`
}
