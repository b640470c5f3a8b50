import { number, object, optional, type Read, text, whole, yesNo } from '../../common/shape.ts'
import { defaultNominalCode, leadSources, nominalCodes } from '../back-office/account-data.ts'
import { type BackOffice, staffId } from '../back-office/back-office.ts'
import type { Contact, FinancialDetails } from '../back-office/model.ts'
import { refused } from '../errors.ts'
import { freeAddress, own } from './address-routes.ts'

const email = object({ email: text() })

/** Fields of POST [doc, code]; lengths [doc]. */
export const contactFields = {
  salutation: optional(text({ most: 32 })),
  firstName: text({ least: 1, most: 32 }),
  lastName: text({ least: 1, most: 32 }),
  postAddressIds: object({
    DEF: whole({ least: 1 }),
    BIL: optional(whole({ least: 1 })),
    DEL: optional(whole({ least: 1 })),
  }),
  communication: optional(
    object({
      emails: optional(object({ PRI: optional(email), SEC: optional(email), TER: optional(email) })),
      telephones: optional(
        object({ PRI: optional(text()), SEC: optional(text()), MOB: optional(text()), FAX: optional(text()) }),
      ),
      messagingVoips: optional(object({ SKP: optional(text()) })),
      websites: optional(object({ PRI: optional(text()) })),
    }),
  ),
  contactStatus: optional(object({ current: object({ contactStatusId: whole({ least: 1 }) }) })),
  relationshipToAccount: optional(object({ isSupplier: optional(yesNo), isStaff: optional(yesNo) })),
  organisation: optional(object({ organisationId: optional(whole({ least: 1 })), name: optional(text()) })),
  marketingDetails: optional(object({ isReceiveEmailNewsletter: yesNo })),
  financialDetails: optional(
    object({
      priceListId: optional(whole()),
      taxCodeId: optional(whole()),
      creditLimit: optional(whole()),
      creditTermDays: optional(whole()),
      discountPercentage: optional(number()),
      taxNumber: optional(text()),
      nominalCode: optional(text()),
    }),
  ),
  assignment: optional(
    object({ current: object({ staffOwnerContactId: optional(whole()), leadSourceId: optional(whole()) }) }),
  ),
}

export type ContactBody = Read<typeof contactFields>

export const contactBody = object(contactFields)

/**
 * Makes a contact. An e-mail need not be unique [rec]. Assumed: an organisation given by id must be a contact, and the
 * new one is then not its primary contact; by name it begins one, with its own id and a company; references must exist.
 * @throws ApiError
 */
export function createContact(office: BackOffice, body: ContactBody, givenId?: number): Contact {
  const { DEF, BIL = DEF, DEL = DEF } = body.postAddressIds
  for (const addressId of [DEF, BIL, DEL]) freeAddress(office, addressId)
  const emails = trimmed({
    PRI: body.communication?.emails?.PRI?.email,
    SEC: body.communication?.emails?.SEC?.email,
    TER: body.communication?.emails?.TER?.email,
  })
  for (const address of Object.values(emails)) checkEmail(address)
  const { organisationId, name: organisationName = '' } = body.organisation ?? {}
  const organisation = organisationId === undefined ? undefined : office.contacts.get(organisationId)
  if (organisationId !== undefined && !organisation) throw refused(`There is no organisation ${organisationId}`)
  const financialDetails = checkedFinancials(office, { ...plainFinancials, ...body.financialDetails })
  const leadSourceId = body.assignment?.current.leadSourceId ?? 0
  if (leadSourceId !== 0) checkLeadSource(leadSourceId)

  const id = givenId ?? office.contacts.nextId()
  const companyId = organisation?.companyId ?? (organisationName === '' ? 0 : addCompany(office, organisationName))
  const isSupplier = body.relationshipToAccount?.isSupplier ?? false
  const contact: Contact = {
    id,
    isPrimaryContact: organisation === undefined,
    salutation: body.salutation ?? '',
    firstName: body.firstName,
    lastName: body.lastName,
    postAddressIds: { DEF, BIL, DEL },
    emails,
    telephones: { ...body.communication?.telephones },
    messagingVoips: { ...body.communication?.messagingVoips },
    websites: { ...body.communication?.websites },
    contactStatusId: body.contactStatus?.current.contactStatusId ?? (isSupplier ? 3 : 2),
    isSupplier,
    isStaff: body.relationshipToAccount?.isStaff ?? false,
    isReceiveEmailNewsletter: body.marketingDetails?.isReceiveEmailNewsletter ?? false,
    financialDetails,
    staffOwnerContactId: body.assignment?.current.staffOwnerContactId ?? 0,
    leadSourceId,
    organisationId: organisation?.organisationId ?? id,
    organisationName: organisation?.organisationName ?? organisationName,
    companyId,
    tagIds: [],
    customFields: {},
    createdById: staffId,
    createdOn: office.clock.now(),
    updatedOn: null,
  }
  for (const addressId of [DEF, BIL, DEL]) own(office, addressId, id)
  office.contacts.put(id, contact)
  return contact
}

const plainFinancials: FinancialDetails = {
  priceListId: 2,
  nominalCode: defaultNominalCode,
  taxCodeId: 7,
  creditLimit: 0,
  creditTermDays: 0,
  currencyId: 1,
  discountPercentage: 0,
  taxNumber: '',
}

/** @throws ApiError when a price list, tax code or nominal code does not exist [assumed]. */
export function checkedFinancials({ catalogue }: BackOffice, details: FinancialDetails): FinancialDetails {
  const { priceLists, taxCodes } = catalogue.reference
  const { priceListId, taxCodeId, nominalCode } = details
  if (!priceLists.some(({ id }) => id === priceListId)) throw refused(`There is no price list ${priceListId}`)
  if (!taxCodes.some(({ id }) => id === taxCodeId)) throw refused(`There is no tax code ${taxCodeId}`)
  if (!nominalCodes.some(({ code }) => code === nominalCode)) throw refused(`There is no nominal code ${nominalCode}`)
  return details
}

export function checkLeadSource(leadSourceId: number): void {
  if (!leadSources.some(({ id }) => id === leadSourceId)) throw refused(`There is no lead source ${leadSourceId}`)
}

/** What an e-mail must look like is not documented; without an `@` it is refused [assumed]. */
export function checkEmail(address: string): void {
  if (!/^\S+@\S+$/.test(address)) throw refused('An e-mail address is not valid')
}

export function addCompany({ companies }: BackOffice, name: string): number {
  const id = companies.nextId()
  companies.put(id, { id, name })
  return id
}

function trimmed<Name extends string>(
  values: Readonly<Record<Name, string | undefined>>,
): Partial<Record<Name, string>> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== ''),
  ) as Partial<Record<Name, string>>
}
