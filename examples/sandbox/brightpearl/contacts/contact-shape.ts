import { customFields } from '../back-office/account-data.ts'
import type { BackOffice } from '../back-office/back-office.ts'
import type { Contact } from '../back-office/model.ts'
import { shownCustomFields } from '../custom-fields.ts'
import type { TimeStamps } from '../time-stamps.ts'

const statusNames: Readonly<Record<number, string>> = { 1: 'Staff', 2: 'Customer', 3: 'Supplier', 4: 'Lead' }

/** As GET and PATCH answer it [rec]: the key is `contactId`, `createdByid` is written so, tags are one text. */
export function shownContact(
  contact: Contact,
  { companies }: BackOffice,
  times: TimeStamps,
  optional: ReadonlySet<string>,
): unknown {
  const { taxNumber, ...financialDetails } = contact.financialDetails
  const named = contact.organisationName !== '' || companies.has(contact.companyId)
  return {
    contactId: contact.id,
    isPrimaryContact: contact.isPrimaryContact,
    ...(contact.salutation !== '' && { salutation: contact.salutation }),
    firstName: contact.firstName,
    lastName: contact.lastName,
    postAddressIds: contact.postAddressIds,
    communication: {
      emails: Object.fromEntries(Object.entries(contact.emails).map(([kind, email]) => [kind, { email }])),
      telephones: contact.telephones,
      messagingVoips: contact.messagingVoips,
      websites: contact.websites,
    },
    contactStatus: {
      current: {
        contactStatusId: contact.contactStatusId,
        contactStatusName: statusNames[contact.contactStatusId] ?? 'Other',
      },
    },
    relationshipToAccount: { isSupplier: contact.isSupplier, isStaff: contact.isStaff },
    marketingDetails: { isReceiveEmailNewsletter: contact.isReceiveEmailNewsletter },
    financialDetails: { ...financialDetails, ...(taxNumber !== '' && { taxNumber }), creditTermTypeId: 1 },
    assignment: {
      current: {
        ...(contact.staffOwnerContactId !== 0 && { staffOwnerContactId: contact.staffOwnerContactId }),
        ...(contact.leadSourceId !== 0 && { leadSourceId: contact.leadSourceId }),
      },
    },
    organisation: {
      organisationId: contact.organisationId,
      name: named ? contact.organisationName : '',
    },
    tradeStatus: 'UNKNOWN',
    createdByid: contact.createdById,
    createdOn: times.write(contact.createdOn),
    ...(contact.updatedOn !== null && { updatedOn: times.write(contact.updatedOn) }),
    contactTags: contact.tagIds.join(','),
    aliases: {},
    companyId: contact.companyId,
    ...(optional.has('customFields') && {
      customFields: shownCustomFields(contactFieldsOf(contact), contact.customFields, times),
    }),
  }
}

export function contactFieldsOf({ isSupplier }: Contact) {
  return isSupplier ? customFields.supplier : customFields.customer
}
