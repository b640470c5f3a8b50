import type { BackOffice } from '../back-office/back-office.ts'
import type { Company, Contact } from '../back-office/model.ts'
import type { Column, SearchTable } from '../search.ts'

/** Columns, types and flags [rec]; `allEmail` is a filter only [code]. */
export function contactTable(office: BackOffice, rows: readonly Contact[]): SearchTable<Contact> {
  const words = (name: string, value: (contact: Contact) => string): Column<Contact> => ({
    name,
    type: 'SEARCH_STRING',
    value,
  })
  const phone = (name: string, value: (contact: Contact) => string | undefined): Column<Contact> => ({
    name,
    type: 'STRING',
    sortable: false,
    value: (contact) => value(contact) ?? '',
  })
  const flag = (name: string, value: (contact: Contact) => boolean, sortable = false): Column<Contact> => ({
    name,
    type: 'BOOLEAN',
    sortable,
    value,
  })
  const period = (name: string, value: (contact: Contact) => number | null): Column<Contact> => ({
    name,
    type: 'PERIOD',
    value,
  })
  return {
    columns: [
      { name: 'contactId', type: 'IDSET', value: ({ id }) => id },
      words('primaryEmail', ({ emails }) => emails.PRI ?? ''),
      words('secondaryEmail', ({ emails }) => emails.SEC ?? ''),
      words('tertiaryEmail', ({ emails }) => emails.TER ?? ''),
      words('firstName', ({ firstName }) => firstName),
      words('lastName', ({ lastName }) => lastName),
      flag('isSupplier', ({ isSupplier }) => isSupplier),
      words('companyName', ({ organisationName }) => organisationName),
      flag('isStaff', ({ isStaff }) => isStaff),
      // Contacts cover customers, suppliers and staff [doc]: a customer is who is neither of the others [assumed].
      flag('isCustomer', ({ isSupplier, isStaff }) => !isSupplier && !isStaff),
      period('createdOn', ({ createdOn }) => createdOn),
      period('updatedOn', ({ updatedOn }) => updatedOn),
      period('lastContactedOn', () => null),
      period('lastOrderedOn', ({ id }) => lastOrder(office, id)),
      { name: 'nominalCode', type: 'INTEGER', value: ({ financialDetails }) => Number(financialDetails.nominalCode) },
      flag('isPrimary', ({ isPrimaryContact }) => isPrimaryContact, true),
      phone('pri', ({ telephones }) => telephones.PRI),
      phone('sec', ({ telephones }) => telephones.SEC),
      phone('mob', ({ telephones }) => telephones.MOB),
      { name: 'exactCompanyName', type: 'STRING', value: ({ organisationName }) => organisationName },
      { name: 'title', type: 'STRING', value: ({ salutation }) => salutation || null },
    ],
    extraFilters: [
      {
        name: 'allEmail',
        type: 'SEARCH_STRING',
        value: ({ emails }) => emails.PRI ?? null,
        values: ({ emails }) => Object.values(emails),
      },
    ],
    rows: () => rows,
  }
}

function lastOrder({ orders }: BackOffice, contactId: number): number | null {
  return orders
    .all()
    .reduce<number | null>(
      (last, order) =>
        order.type === 'SO' && order.contactId === contactId ? Math.max(last ?? 0, order.createdOn) : last,
      null,
    )
}

/** [code] */
export function companyTable(rows: readonly Company[]): SearchTable<Company> {
  return {
    columns: [
      { name: 'companyId', type: 'IDSET', value: ({ id }) => id },
      { name: 'name', type: 'SEARCH_STRING', value: ({ name }) => name },
    ],
    rows: () => rows,
  }
}
