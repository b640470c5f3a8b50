import { checkItems } from '../connect/endpoint.ts'
import { COMPANY_FIELDS, CUSTOMER_FIELDS } from '../connect/field-enums.ts'
import { type ImportName, parseImportHeader } from '../connect/header.ts'
import type { Jobs } from '../connect/jobs.ts'
import type { Store } from '../store.ts'
import type { NorceShop, PutCustomers } from './shop.ts'

/**
 * Customers and companies as the shop itself makes or changes them: by the rules of the imports, every field that an
 * item names is set, relations are added. Stamped by the shop's account.
 * @throws TypeError when an item is not taken
 */
export function putCustomers(
  { customers = [], companies = [] }: PutCustomers,
  store: Store,
  jobs: Jobs,
  accountId: number,
): ReturnType<NorceShop['putCustomers']> {
  const put = (
    name: ImportName,
    list: string,
    known: Readonly<Record<string, number>>,
    item: Readonly<Record<string, unknown>>,
  ): void => {
    const fields = Object.keys(item).filter((field) => Object.hasOwn(known, field))
    const header = parseImportHeader(name, JSON.stringify({ AccountId: accountId, [list]: fields }))
    const request = checkItems(name, header, [item])
    const id = request.invalid[0] === undefined ? jobs.runNow(request) : undefined
    const failure =
      request.invalid[0]?.message ?? jobs.log(id as number)?.find(({ SeverityId }) => SeverityId === 3)?.Message
    if (failure !== undefined) throw new TypeError(String(failure))
  }
  for (const company of companies) {
    put('ImportCompanies', 'CompanyFieldsThatAreSet', COMPANY_FIELDS, { IsCustomerListDelta: true, ...company })
  }
  for (const customer of customers) {
    put('ImportCustomers', 'CustomerFieldsThatAreSet', CUSTOMER_FIELDS, { IsCompanyListDelta: true, ...customer })
  }
  const { customerByCode, companyByCode } = store.customers
  return {
    customers: customers.flatMap(({ Code }) => customerByCode(String(Code))?.id ?? []),
    companies: companies.flatMap(({ Code }) => companyByCode(String(Code))?.id ?? []),
  }
}
