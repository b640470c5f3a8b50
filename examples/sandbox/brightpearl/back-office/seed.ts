import { createContact } from '../contacts/create-contact.ts'
import { createOrder, type NewOrder } from '../orders/create-order.ts'
import { refreshOrder } from '../orders/save-order.ts'
import { decimal } from './amounts.ts'
import { type BackOffice, staffId } from './back-office.ts'
import type { Contact } from './model.ts'

/** The supplier that products name. */
export const supplierId = 233

const day = 86_400_000

/**
 * What an account has before anybody connects: staff, a supplier, customers with the oddities that a client must cope
 * with, an order taken by telephone, purchase orders in four states. Nobody's creation: it is in no counter. Ids are
 * below those of what comes later; `README.md` lists them.
 */
export function seedBackOffice(office: BackOffice): void {
  seedContacts(office)
  seedOrders(office)
}

function seedContacts(office: BackOffice): void {
  const { addresses, contacts, companies } = office
  const person = (
    id: number,
    firstName: string,
    lastName: string,
    email: string,
    more: Partial<Contact> = {},
  ): void => {
    const addressId = 100 + contacts.all().length
    addresses.put(addressId, {
      id: addressId,
      contactId: undefined,
      lines: [`${id} Quay Road`, '', 'Bristol', 'Avon'],
      postalCode: 'BS1 5TX',
      countryId: 222,
    })
    const contact = createContact(
      office,
      { firstName, lastName, postAddressIds: { DEF: addressId }, communication: { emails: { PRI: { email } } } },
      id,
    )
    contacts.put(id, { ...contact, ...more })
  }
  person(staffId, 'Sam', 'Okafor', 'sam@hollybank.example', { isStaff: true, contactStatusId: 1 })
  const supplier = { isSupplier: true, contactStatusId: 3, organisationName: 'Fellgate Mills' }
  person(supplierId, 'Rosa', 'Lind', 'orders@fellgate.example', supplier)
  person(7000, 'Web', 'Customer', 'anonymous@hollybank.example')
  person(7001, 'Tom', 'Ashby', 'tom.ashby@example.com')
  person(7002, 'Ida', 'Berg', 'ida.berg@example.com')
  // The same e-mail on two contacts.
  person(7003, 'Ida', 'Berg-Holm', 'ida.berg@example.com')
  const company = { organisationName: 'Fjällsport AB', companyId: 401 }
  companies.put(company.companyId, { id: company.companyId, name: company.organisationName })
  person(7004, 'Nils', 'Ek', 'inkop@fjallsport.example', { ...company, customFields: { PCF_ORGNO: '556677-8899' } })
  person(7005, 'Eva', 'Ström', 'eva@fjallsport.example', {
    ...company,
    organisationId: 7004,
    isPrimaryContact: false,
  })
  // For orders of people who leave no e-mail.
  person(7006, 'Guest', 'Customer', 'guest@hollybank.example')
}

function seedOrders(office: BackOffice): void {
  const { clock, goodsIn } = office
  const [a, b, c] = firstTracked(office, 3)
  if (a === undefined || b === undefined || c === undefined) return
  const row = (productId: number | undefined, quantity: number, net: string, tax: string) => ({
    productId,
    ...(productId === undefined && { name: 'Shipping: Standard', nominalCode: '4040' }),
    quantity: decimal(quantity),
    taxCode: 'T20',
    net: decimal(net),
    tax: decimal(tax),
  })
  /** Orders, and how many pieces of the last row have come in. */
  const purchase = (id: number, statusId: number, due: number, rows: NewOrder['rows'], received = 0): void => {
    const order = createOrder(
      office,
      {
        type: 'PO',
        contactId: supplierId,
        priceListId: 1,
        warehouseId: 2,
        statusId,
        deliveryDate: clock.now() - (clock.now() % day) + due * day,
        rows,
      },
      id,
    )
    const last = order.rows.at(-1)
    if (received === 0 || !last) return
    const batchId = 8001 + goodsIn.all().length
    goodsIn.put(batchId, {
      batchId,
      purchaseOrderId: id,
      rowId: last.id,
      productId: last.productId,
      warehouseId: order.warehouseId,
      locationId: 2,
      quantity: received,
      receivedOn: clock.now() - 3 * day,
    })
    refreshOrder(office, id)
  }
  purchase(400_001, 31, 14, [row(a, 40, '1260.00', '252.00'), row(b, 25, '787.50', '157.50')], 10)
  purchase(400_002, 31, -7, [row(c, 12, '378.00', '75.60')])
  purchase(400_003, 33, 21, [row(a, 99, '3118.50', '623.70')])
  purchase(400_004, 32, -2, [row(b, 5, '157.50', '31.50')], 5)
  createOrder(
    office,
    {
      type: 'SO',
      contactId: 7001,
      channelId: 1,
      statusId: 2,
      ref: 'PHONE-77',
      rows: [row(a, 1, '75.00', '15.00'), row(undefined, 1, '5.00', '1.00')],
    },
    400_101,
  )
}

function firstTracked({ catalogue }: BackOffice, count: number): readonly number[] {
  const ids: number[] = []
  for (const id of catalogue.ids()) {
    if (ids.length >= count) break
    const product = catalogue.product(id)
    if (product?.stockTracked && !product.components) ids.push(id)
  }
  return ids
}
