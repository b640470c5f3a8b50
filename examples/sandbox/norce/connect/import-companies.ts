import { type Company, type Customer, guidOf } from '../customers/model.ts'
import type { Stamp } from '../model.ts'
import { activeCodes, addressOf, flagsOf, infosOf, priceListsOf, same } from './customer-values.ts'
import { type ImportContext, type ImportItem, items, keepLast, text } from './import-context.ts'
import type { Item } from './item-schema.ts'

/**
 * Customer/ImportCompanies.
 *
 * Known: an insert needs Code, Name and OrganizationNo; the match goes by Id, then Code, then OrganizationNo, unless
 * `SearchOnlyByCode` is listed; `IsCustomerListDelta` is false by default: persons absent from the item lose the relation
 * [doc D25, D32]. Assumed: as for customers; entries of `Customers` name a person by Id or Code.
 */
export function importCompanies(rows: readonly ImportItem[], context: ImportContext): void {
  const unique = keepLast(rows, keyOf, context, (item) => `company ${keyOf(item)}`)
  for (const { item, raw } of unique) {
    const problem = applyCompany(item, raw, context)
    if (problem !== undefined) context.reject(problem, raw)
  }
}

function keyOf(item: Item): string {
  return String(item.Code ?? item.Id ?? item.OrganizationNo ?? '')
}

function applyCompany(item: Item, raw: unknown, context: ImportContext): string | undefined {
  const { store, header } = context
  const book = store.customers
  const fields = header.fields.CompanyFieldsThatAreSet
  const application = text(item, 'ApplicationKey') as string
  if (!context.applicationKeys.includes(application)) return `Application ${application} was not found.`
  const existing = findCompany(item, context)
  if (existing === undefined) {
    if (item.Id !== undefined && !fields.has('SearchOnlyByCode')) return `Company with id ${item.Id} was not found.`
    for (const name of ['Code', 'Name', 'OrganizationNo']) {
      if (!fields.has(name) || text(item, name) === undefined) return `A new company needs ${name}.`
    }
  }
  const stamp = context.stamp()
  const company = existing ?? newCompany(context, stamp)
  let changed = false
  const assign = <Field extends keyof Company>(field: Field, value: Company[Field]): void => {
    if (field === 'parent' ? company[field] === value : same(company[field], value)) return
    company[field] = value
    changed = true
  }
  const assignText = (
    name: string,
    field: 'applicationKey' | 'code' | 'orgNo' | 'name' | 'email' | 'phone' | 'vatNo',
  ) => {
    if (fields.has(name)) assign(field, text(item, name) ?? null)
  }
  assignText('ApplicationKey', 'applicationKey')
  assignText('Code', 'code')
  assignText('OrganizationNo', 'orgNo')
  assignText('Name', 'name')
  assignText('EmailAddress', 'email')
  assignText('PhoneNumber', 'phone')
  assignText('VatNo', 'vatNo')
  if (fields.has('IsActive')) assign('isActive', item.IsActive === true)
  if (fields.has('ParentCompanyCode')) {
    const code = text(item, 'ParentCompanyCode')
    const parent = code === undefined ? null : (book.companyByCode(code) ?? null)
    if (code !== undefined && parent === null) context.warn(`Company ${code} was not found.`, raw)
    assign('parent', parent)
  }
  if (fields.has('InvoiceAddress')) {
    assign('invoiceAddress', item.InvoiceAddress === undefined ? null : addressOf(item.InvoiceAddress as Item))
  }
  if (fields.has('DeliveryAddresses')) assign('deliveryAddresses', items(item, 'DeliveryAddresses').map(addressOf))
  if (fields.has('AdditionalInfo')) assign('infos', infosOf(item))
  if (fields.has('Flags')) assign('flags', flagsOf(item, company.flags, fields.has('PreserveFlags')))
  if (fields.has('PriceLists')) assign('priceLists', priceListsOf(item, raw, context))
  if (fields.has('DeliveryMethods')) assign('deliveryMethods', activeCodes(item, 'DeliveryMethods'))
  if (fields.has('PaymentMethods')) assign('paymentMethods', activeCodes(item, 'PaymentMethods'))
  const extra = Object.fromEntries(
    ['Contacts', 'Discounts', 'LogoImage'].filter((name) => fields.has(name)).map((name) => [name, item[name]]),
  )
  assign('extra', { ...company.extra, ...extra })
  if (existing === undefined) book.companies.set(company.id, company)
  if (fields.has('Customers')) linkCustomers(company, item, raw, context, stamp)
  const action = existing === undefined ? 'inserted' : changed ? 'changed' : 'unchanged'
  context.wrote('company', company, company.code ?? String(company.id), action, stamp)
  return undefined
}

function findCompany(item: Item, { store, header }: ImportContext): Company | undefined {
  const book = store.customers
  const [code, orgNo] = [text(item, 'Code'), text(item, 'OrganizationNo')]
  const byCode = code === undefined ? undefined : book.companyByCode(code)
  if (header.fields.CompanyFieldsThatAreSet.has('SearchOnlyByCode')) return byCode
  if (item.Id !== undefined) return book.companies.get(item.Id as number)
  return byCode ?? (orgNo === undefined ? undefined : book.companyByOrgNo(orgNo))
}

function newCompany({ store }: ImportContext, stamp: Stamp): Company {
  const id = store.customers.nextId('company')
  return {
    ...store.tracked(stamp),
    id,
    key: guidOf(2, id),
    code: null,
    applicationKey: null,
    orgNo: null,
    vatNo: null,
    name: null,
    email: null,
    phone: null,
    isActive: true,
    parent: null,
    invoiceAddress: null,
    deliveryAddresses: [],
    infos: new Map(),
    flags: new Map(),
    priceLists: [],
    deliveryMethods: [],
    paymentMethods: [],
    extra: {},
  }
}

function linkCustomers(company: Company, item: Item, raw: unknown, context: ImportContext, stamp: Stamp): void {
  const book = context.store.customers
  const named = new Set<Customer>()
  for (const { Id, Code } of items(item, 'Customers')) {
    const customer = typeof Id === 'number' ? book.customers.get(Id) : book.customerByCode(String(Code))
    if (customer === undefined) context.warn(`Customer ${Id ?? Code} was not found.`, raw)
    else named.add(customer)
  }
  for (const customer of book.customers.values()) {
    const link = customer.companies.find((candidate) => candidate.company === company)
    const isActive = named.has(customer) || (item.IsCustomerListDelta === true && link?.isActive === true)
    if ((link?.isActive ?? false) === isActive) continue
    customer.companies = [
      ...customer.companies.filter((candidate) => candidate !== link),
      { company, isPrimary: link?.isPrimary ?? false, isActive },
    ]
    context.wrote('customer', customer, customer.code ?? String(customer.id), 'changed', stamp)
  }
}
