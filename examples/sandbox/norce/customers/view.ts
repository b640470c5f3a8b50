import type { Company, Customer } from './model.ts'

/** A person as a test wants to see it. */
export interface CustomerView {
  readonly id: number
  readonly code: string | null
  readonly email: string | null
  readonly name: string
  readonly isActive: boolean
  readonly invoiceAddress: Customer['invoiceAddress']
  readonly deliveryAddresses: Customer['deliveryAddresses']
  readonly infos: Readonly<Record<string, string | null>>
  readonly flags: Readonly<Record<string, boolean>>
  readonly priceLists: readonly string[]
  readonly companies: readonly {
    readonly code: string | null
    readonly isPrimary: boolean
    readonly isActive: boolean
  }[]
}

export interface CompanyView {
  readonly id: number
  readonly code: string | null
  readonly name: string | null
  readonly orgNo: string | null
  readonly vatNo: string | null
  readonly parentCode: string | null
  readonly isActive: boolean
  readonly invoiceAddress: Company['invoiceAddress']
  readonly infos: Readonly<Record<string, string | null>>
  readonly flags: Readonly<Record<string, boolean>>
  readonly priceLists: readonly string[]
  readonly deliveryMethods: readonly string[]
  readonly paymentMethods: readonly string[]
}

export function customerView(customer: Customer): CustomerView {
  const { id, code, email, isActive, invoiceAddress, deliveryAddresses, priceLists } = customer
  return {
    id,
    code,
    email,
    name: [customer.firstName, customer.middleName, customer.lastName].filter((part) => part !== null).join(' '),
    isActive,
    invoiceAddress,
    deliveryAddresses,
    infos: Object.fromEntries(customer.infos),
    flags: Object.fromEntries(customer.flags),
    priceLists,
    companies: customer.companies.map(({ company, isPrimary, isActive: isOn }) => ({
      code: company.code,
      isPrimary,
      isActive: isOn,
    })),
  }
}

export function companyView(company: Company): CompanyView {
  const { id, code, name, orgNo, vatNo, isActive, invoiceAddress, priceLists, deliveryMethods, paymentMethods } =
    company
  return {
    id,
    code,
    name,
    orgNo,
    vatNo,
    parentCode: company.parent?.code ?? null,
    isActive,
    invoiceAddress,
    infos: Object.fromEntries(company.infos),
    flags: Object.fromEntries(company.flags),
    priceLists,
    deliveryMethods,
    paymentMethods,
  }
}
