import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { problems, startTestNorce, type TestNorce } from '../test-client.ts'

const KEY = '7d7a5b35-2c1d-4c1f-9a8e-3f6d2b7c1e90'
const CUSTOMERS = 'Customer/ImportCustomers'
const COMPANIES = 'Customer/ImportCompanies'
const CUSTOMER_HEADER = {
  CustomerFieldsThatAreSet: [
    'Code',
    'EmailAddress',
    'FirstName',
    'LastName',
    'CellPhoneNumber',
    'IsActive',
    'InvoiceAddress',
    'Companies',
  ],
}
const COMPANY_HEADER = {
  CompanyFieldsThatAreSet: ['ApplicationKey', 'Code', 'OrganizationNo', 'Name', 'VatNo', 'IsActive', 'PriceLists'],
}

const erik = {
  Type: 1,
  ApplicationKey: KEY,
  Code: 'K10045',
  EmailAddress: 'erik.berg@example.com',
  FirstName: 'Erik',
  LastName: 'Berg',
  IsActive: true,
  InvoiceAddress: { AddressLine1: 'Hamngatan 3', City: 'Stockholm', CountryCode: 'SE' },
}
const berg = {
  ApplicationKey: KEY,
  Code: 'F2001',
  OrganizationNo: '556677-8899',
  Name: 'Berg Bygg AB',
  IsActive: true,
  PriceLists: [{ Code: 'UK-TRADE' }],
}

let client: TestNorce
beforeEach(async () => {
  client = await startTestNorce()
})
afterEach(() => client.norce.stop())

const people = () => client.rows('Customers/Customers?$select=Id,CustomerCode,EmailAddress,LastName,IsActive,Updated')

describe('customers', () => {
  test('are made and changed by code, with the fields that the header names', async () => {
    expect((await client.run(CUSTOMERS, CUSTOMER_HEADER, [erik])).job).toMatchObject({
      StatusId: 2,
      Inserts: 1,
      Fail: 0,
    })
    expect(await people()).toMatchObject([
      { Id: 30_077, CustomerCode: 'K10045', LastName: 'Berg', IsActive: true, Updated: null },
    ])
    await client.run(CUSTOMERS, { CustomerFieldsThatAreSet: ['LastName'] }, [
      { Code: 'K10045', LastName: 'Berggren', EmailAddress: 'x@example.com' },
    ])
    expect(await people()).toMatchObject([
      { LastName: 'Berggren', EmailAddress: 'erik.berg@example.com', Updated: expect.any(String) },
    ])
  })

  test('are found by e-mail too, unless only the code counts; a match by e-mail takes the code', async () => {
    client.norce.shop.putCustomers({ customers: [{ ...erik, Code: 'WEB-1' }] })
    await client.run(CUSTOMERS, CUSTOMER_HEADER, [{ ...erik, EmailAddress: 'Erik.Berg@example.com' }])
    expect(await people()).toMatchObject([{ Id: 30_077, CustomerCode: 'K10045' }])
    const only = { CustomerFieldsThatAreSet: [...CUSTOMER_HEADER.CustomerFieldsThatAreSet, 'SearchOnlyByCode'] }
    await client.run(CUSTOMERS, only, [{ ...erik, Code: 'K2' }])
    expect(await people()).toHaveLength(2)
  })

  test('what a new one lacks, unknown applications and ids', async () => {
    const { job, log } = await client.run(CUSTOMERS, CUSTOMER_HEADER, [
      { Code: 'A', FirstName: 'A', EmailAddress: 'a@example.com' },
      { ...erik, Code: 'B', EmailAddress: 'b@example.com', ApplicationKey: 'nobody' },
      { ...erik, Code: 'C', Id: 5 },
      { ...erik, Code: 'D', EmailAddress: 'd@example.com', Companies: [{ Code: 'F9' }] },
    ])
    expect(job).toMatchObject({ Inserts: 1, Fail: 3 })
    expect(problems(log)).toEqual([
      '3 A new customer needs LastName.',
      '3 Application nobody was not found.',
      '3 Customer with id 5 was not found.',
      '2 Company F9 was not found.',
    ])
  })

  test('relations to companies that are absent are switched off, unless the list is a delta', async () => {
    await client.run(COMPANIES, COMPANY_HEADER, [berg, { ...berg, Code: 'F2', OrganizationNo: '2' }])
    const links = () => client.norce.state.customer('K10045')?.companies
    await client.run(CUSTOMERS, CUSTOMER_HEADER, [{ ...erik, Companies: [{ Code: 'F2001', IsPrimary: true }] }])
    await client.run(CUSTOMERS, CUSTOMER_HEADER, [{ ...erik, IsCompanyListDelta: true, Companies: [{ Code: 'F2' }] }])
    expect(links()).toEqual([
      { code: 'F2', isPrimary: false, isActive: true },
      { code: 'F2001', isPrimary: true, isActive: true },
    ])
    await client.run(CUSTOMERS, CUSTOMER_HEADER, [{ ...erik, Companies: [{ Code: 'F2' }] }])
    expect(links()).toMatchObject([
      { code: 'F2', isActive: true },
      { code: 'F2001', isActive: false },
    ])
  })

  test('orders of a known customer carry the code and the id', async () => {
    const { customers } = client.norce.shop.putCustomers({ customers: [erik] })
    const { ref } = client.norce.shop.place({ customer: { code: 'K10045' }, items: [{ partNo: 'X', price: 1 }] })
    expect(client.norce.shop.orderRequest(ref)).toMatchObject({
      SellTo: { Person: { CustomerCode: 'K10045', LastName: 'Berg' } },
    })
    expect(await client.rows('Orders/Orders?$select=BuyerCustomerId,BuyerCustomerCode')).toEqual([
      { BuyerCustomerId: customers[0], BuyerCustomerCode: 'K10045' },
    ])
  })
})

describe('companies', () => {
  test('are made by code, found by organisation number', async () => {
    await client.run(COMPANIES, COMPANY_HEADER, [berg])
    expect(await client.rows('Customers/Companies')).toMatchObject([
      { Id: 8120, CompanyCode: 'F2001', OrganizationNo: '556677-8899', ApplicationId: 1301, Updated: null },
    ])
    await client.run(COMPANIES, COMPANY_HEADER, [{ ...berg, Code: 'F3', Name: 'Berg' }])
    expect(await client.rows('Customers/Companies?$select=CompanyCode,Name')).toEqual([
      { CompanyCode: 'F3', Name: 'Berg' },
    ])
  })

  test('what a new one lacks; the application is required', async () => {
    const answer = await client.post(COMPANIES, { AccountId: 71, ...COMPANY_HEADER }, [
      { Code: 'F1', Name: 'x', OrganizationNo: '1' },
    ])
    expect(await answer.json()).toMatchObject({
      ValidationSummary: { Messages: ['Item 1: ApplicationKey is required.'] },
    })
    const { log } = await client.run(COMPANIES, COMPANY_HEADER, [
      { ApplicationKey: KEY, Code: 'F1', Name: 'x' },
      { ...berg, PriceLists: [{ Code: 'NOBODY' }] },
    ])
    expect(problems(log)).toEqual([
      '3 A new company needs OrganizationNo.',
      '2 Price list with code NOBODY was not found.',
    ])
  })

  test('persons that the list leaves out lose the relation', async () => {
    client.norce.shop.putCustomers({ companies: [berg], customers: [{ ...erik, Companies: [{ Code: 'F2001' }] }] })
    const header = { CompanyFieldsThatAreSet: ['Customers'] }
    await client.run(COMPANIES, header, [
      { ApplicationKey: KEY, Code: 'F2001', IsCustomerListDelta: true, Customers: [] },
    ])
    expect(client.norce.state.customer('K10045')?.companies).toMatchObject([{ isActive: true }])
    await client.run(COMPANIES, header, [{ ApplicationKey: KEY, Code: 'F2001', Customers: [] }])
    expect(client.norce.state.customer('K10045')?.companies).toMatchObject([{ isActive: false }])
  })
})

test('the header of one import is that of both, without FullFile', async () => {
  expect((await client.post(CUSTOMERS, { AccountId: 71, FullFile: false }, [])).status).toBe(400)
  expect((await client.post('Product/ImportCustomers', { AccountId: 71 }, [])).status).toBe(404)
  expect(
    (await client.post(CUSTOMERS, { AccountId: 71, CompanyFieldsThatAreSet: [], AccountFieldsThatAreSet: [1] }, []))
      .status,
  ).toBe(200)
})
