import { type Company, type CompanyLink, type Customer, guidOf } from '../customers/model.ts'
import type { Stamp } from '../model.ts'
import { addressOf, flagsOf, infosOf, priceListsOf, same } from './customer-values.ts'
import { type ImportContext, type ImportItem, items, keepLast, text } from './import-context.ts'
import type { Item } from './item-schema.ts'

/**
 * Customer/ImportCustomers.
 *
 * Known: an insert needs Code, LastName, FirstName and EmailAddress; the match goes by Id, then Code, then EmailAddress,
 * unless `SearchOnlyByCode` is listed; `IsCompanyListDelta` is false by default: relations absent from the item are
 * switched off [doc D25, D32]. Assumed: keys are read whether or not the header names them, but stored only when it
 * does; an Id that does not exist and an unknown application are rejected; a match by e-mail takes the item's Code;
 * an unknown company is a warning; passwords are not kept; a new account is active.
 */
export function importCustomers(rows: readonly ImportItem[], context: ImportContext): void {
  const unique = keepLast(rows, keyOf, context, (item) => `customer ${keyOf(item)}`)
  for (const { item, raw } of unique) {
    const problem = applyCustomer(item, raw, context)
    if (problem !== undefined) context.reject(problem, raw)
  }
}

function keyOf(item: Item): string {
  return String(item.Code ?? item.Id ?? item.EmailAddress ?? '')
}

function applyCustomer(item: Item, raw: unknown, context: ImportContext): string | undefined {
  const { store, header } = context
  const book = store.customers
  const fields = header.fields.CustomerFieldsThatAreSet
  const application = text(item, 'ApplicationKey')
  if (application !== undefined && !context.applicationKeys.includes(application)) {
    return `Application ${application} was not found.`
  }
  const existing = findCustomer(item, context)
  if (existing === undefined) {
    if (item.Id !== undefined && !fields.has('SearchOnlyByCode')) return `Customer with id ${item.Id} was not found.`
    for (const name of ['Code', 'LastName', 'FirstName', 'EmailAddress']) {
      if (!fields.has(name) || text(item, name) === undefined) return `A new customer needs ${name}.`
    }
  }
  const stamp = context.stamp()
  const customer = existing ?? newCustomer(context, stamp)
  let changed = false
  const assign = <Field extends keyof Customer>(field: Field, value: Customer[Field]): void => {
    if (same(customer[field], value)) return
    customer[field] = value
    changed = true
  }
  const assignText = (
    name: string,
    field:
      | 'code'
      | 'email'
      | 'ssn'
      | 'title'
      | 'firstName'
      | 'middleName'
      | 'lastName'
      | 'phone'
      | 'cellPhone'
      | 'crmId'
      | 'applicationKey',
  ) => {
    if (fields.has(name)) assign(field, text(item, name) ?? null)
  }
  assignText('ApplicationKey', 'applicationKey')
  assignText('Code', 'code')
  assignText('EmailAddress', 'email')
  assignText('SocialSecurityNumber', 'ssn')
  assignText('Title', 'title')
  assignText('FirstName', 'firstName')
  assignText('MiddleName', 'middleName')
  assignText('LastName', 'lastName')
  assignText('PhoneNumber', 'phone')
  assignText('CellPhoneNumber', 'cellPhone')
  assignText('CrmId', 'crmId')
  if (item.Type !== undefined) assign('typeId', item.Type as number)
  if (fields.has('IsActive')) assign('isActive', item.IsActive === true)
  if (fields.has('InvoiceAddress')) {
    assign('invoiceAddress', item.InvoiceAddress === undefined ? null : addressOf(item.InvoiceAddress as Item))
  }
  if (fields.has('DeliveryAddresses')) assign('deliveryAddresses', items(item, 'DeliveryAddresses').map(addressOf))
  if (fields.has('AdditionalInfo')) assign('infos', infosOf(item))
  if (fields.has('Flags')) assign('flags', flagsOf(item, customer.flags, fields.has('PreserveFlags')))
  if (fields.has('PriceLists')) assign('priceLists', priceListsOf(item, raw, context))
  if (fields.has('Accounts')) assign('accounts', accountsOf(item))
  if (fields.has('Companies')) {
    const links = companyLinks(item, raw, customer.companies, context)
    if (!sameLinks(links, customer.companies)) {
      customer.companies = links
      changed = true
    }
  }
  if (existing === undefined) book.customers.set(customer.id, customer)
  const action = existing === undefined ? 'inserted' : changed ? 'changed' : 'unchanged'
  context.wrote('customer', customer, customer.code ?? String(customer.id), action, stamp)
  return undefined
}

function findCustomer(item: Item, { store, header }: ImportContext): Customer | undefined {
  const book = store.customers
  const [code, email] = [text(item, 'Code'), text(item, 'EmailAddress')]
  if (header.fields.CustomerFieldsThatAreSet.has('SearchOnlyByCode')) {
    return code === undefined ? undefined : book.customerByCode(code)
  }
  if (item.Id !== undefined) return book.customers.get(item.Id as number)
  return (
    (code === undefined ? undefined : book.customerByCode(code)) ??
    (email === undefined ? undefined : book.customerByEmail(email))
  )
}

function newCustomer({ store }: ImportContext, stamp: Stamp): Customer {
  const id = store.customers.nextId('customer')
  return {
    ...store.tracked(stamp),
    id,
    key: guidOf(1, id),
    code: null,
    typeId: 1,
    applicationKey: null,
    email: null,
    ssn: null,
    title: null,
    firstName: null,
    middleName: null,
    lastName: null,
    phone: null,
    cellPhone: null,
    isActive: true,
    crmId: null,
    invoiceAddress: null,
    deliveryAddresses: [],
    infos: new Map(),
    flags: new Map(),
    priceLists: [],
    accounts: [],
    companies: [],
  }
}

function accountsOf(item: Item): Customer['accounts'] {
  return items(item, 'Accounts').map((account) => ({
    loginName: account.LoginName as string,
    statusId: (account.Status as number | undefined) ?? 1,
    roles: (account.Roles as readonly string[] | undefined) ?? [],
  }))
}

function companyLinks(
  item: Item,
  raw: unknown,
  before: readonly CompanyLink[],
  context: ImportContext,
): readonly CompanyLink[] {
  const book = context.store.customers
  const given = items(item, 'Companies').flatMap((entry): CompanyLink[] => {
    const company = findCompany(entry, book)
    if (company !== undefined) return [{ company, isPrimary: entry.IsPrimary === true, isActive: true }]
    context.warn(`Company ${entry.Code ?? entry.Id ?? entry.OrganizationNo} was not found.`, raw)
    return []
  })
  const others = before.filter((link) => !given.some(({ company }) => company === link.company))
  const isDelta = item.IsCompanyListDelta === true
  return [...given, ...others.map((link) => (isDelta ? link : { ...link, isActive: false }))]
}

function findCompany(entry: Item, book: ImportContext['store']['customers']): Company | undefined {
  if (entry.Id !== undefined) return book.companies.get(entry.Id as number)
  const [code, orgNo] = [text(entry, 'Code'), text(entry, 'OrganizationNo')]
  return (
    (code === undefined ? undefined : book.companyByCode(code)) ??
    (orgNo === undefined ? undefined : book.companyByOrgNo(orgNo))
  )
}

function sameLinks(a: readonly CompanyLink[], b: readonly CompanyLink[]): boolean {
  const plain = (links: readonly CompanyLink[]) =>
    links.map(({ company, isPrimary, isActive }) => `${company.id} ${isPrimary} ${isActive}`).sort()
  return same(plain(a), plain(b))
}
