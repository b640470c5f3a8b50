import { afterAll, beforeAll, expect, it } from 'vitest'
import { startOrders } from '../support/orders.ts'

/** F12 and F13: persons and companies of the back office in the shop. */
let at: Awaited<ReturnType<typeof startOrders>>
const shop = async (path: string): Promise<Record<string, unknown> | undefined> => {
  const answer = await fetch(`${at.shop.url}/__sandbox/${path}`)
  return answer.ok ? ((await answer.json()) as Record<string, unknown>) : undefined
}

beforeAll(async () => {
  at = await startOrders({ options: { companies: true } })
})
afterAll(() => at.stop())

it('a customer whom the shop knows by the e-mail gets the contact’s number, and no second one is made', async () => {
  at.shop.shop.putCustomers({
    customers: [
      {
        Type: 1,
        Code: 'SHOP-1',
        EmailAddress: 'tom.ashby@example.com',
        FirstName: 'Thomas',
        LastName: 'Ashby',
        IsActive: true,
      },
    ],
  })
  const report = await at.run({ mappings: ['customers'] })
  expect(report.of.customers).toMatchObject({ created: 1, failed: {} })
  expect(report.of.customers?.skipped['not-a-customer-of-the-shop']).toBeGreaterThan(0)
  // The shop's own texts stay as they are.
  expect(await shop('customer/7001')).toMatchObject({ name: 'Thomas Ashby' })
  expect(await shop('customer/SHOP-1')).toBeUndefined()
  const again = await at.run({ mappings: ['customers'], full: true })
  expect(again.of.customers).toMatchObject({ created: 0, updated: 0 })
})

it('an e-mail is the same in capital and in small letters, and the shop’s stays as it is', async () => {
  at.shop.shop.place({
    customer: { email: 'Nora.Fell@Example.com', firstName: 'Nora', lastName: 'Fell' },
    items: [{ partNo: 'TJ-MOS-S', price: 75 }],
    payments: [{ method: 'INVOICE' }],
  })
  await at.run({ mappings: ['orders'], atOnce: true })
  const [contact] = at.backOffice.staff.contacts({ email: 'Nora.Fell@Example.com' })
  const known = { Type: 1, Code: 'SHOP-2', FirstName: 'Nora', LastName: 'Fell', IsActive: true }
  at.shop.shop.putCustomers({ customers: [{ ...known, EmailAddress: 'nora.fell@example.com' }] })
  const report = await at.run({ mappings: ['customers'], full: true })
  expect(report.of.customers).toMatchObject({ created: 1, failed: {} })
  expect(JSON.stringify(await shop(`customer/${String(contact?.id)}`))).toContain('nora.fell@example.com')
})

it('a company with a name and a number is made in the shop, with its prices; one without a number is not', async () => {
  const company = {
    customer: { email: 'buyer@ridge.example', firstName: 'Ann', lastName: 'Ridge' },
    company: { name: 'Ridge Outfitters Ltd', vatNo: 'GB999999973' },
    items: [{ partNo: 'TJ-MOS-S', price: 75 }],
    payments: [{ method: 'INVOICE' }],
  }
  at.shop.shop.place(company)
  await at.run({ mappings: ['orders'], atOnce: true })
  const [contact] = at.backOffice.staff.contacts({ email: 'buyer@ridge.example' })
  const report = await at.run({ mappings: ['companies'] })
  expect(report.of.companies).toMatchObject({ created: 1, failed: {} })
  expect(report.of.companies?.skipped['no-number']).toBeGreaterThan(0)
  const made = await shop(`company/${String(contact?.id)}`)
  expect(made).toMatchObject({ name: 'Ridge Outfitters Ltd', orgNo: 'GB999999973' })
  expect(JSON.stringify(made)).toContain('UK-WEB')
})
