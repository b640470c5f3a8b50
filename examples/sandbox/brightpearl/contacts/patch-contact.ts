import { number, type Shape, ShapeError, text, whole, yesNo } from '../../common/shape.ts'
import type { BackOffice } from '../back-office/back-office.ts'
import type { Contact, FinancialDetails } from '../back-office/model.ts'
import { ApiError, refused } from '../errors.ts'
import type { PatchOperation } from '../json-patch.ts'
import { freeAddress, own } from './address-routes.ts'
import { addCompany, checkEmail, checkedFinancials, checkLeadSource } from './create-contact.ts'

type Setter = (contact: Contact, value: unknown, office: BackOffice) => Contact

interface PatchPath {
  readonly set: Setter
  /** Absent: the value is required and cannot be removed. */
  readonly removed?: (contact: Contact) => Contact
}

/**
 * Which paths may be patched: first and last name were seen [rec]; the others follow the fields of POST [assumed].
 * Every operation is allowed but the removal of what is required [assumed]; another path is CMNC-043.
 * @throws ApiError
 */
export function patchedContact(office: BackOffice, contact: Contact, patch: readonly PatchOperation[]): Contact {
  let changed = contact
  for (const { op, path, value } of patch) {
    const known = paths.get(path)
    if (!known) throw new ApiError(400, 'CMNC-043', `Patch path ${path} is not supported`)
    if (op === 'remove') {
      if (!known.removed)
        throw new ApiError(500, 'CMNC-044', `Invalid patch operation (remove) for given path (${path})`)
      changed = known.removed(changed)
    } else {
      changed = setValue(known.set, changed, value, office)
    }
  }
  return changed
}

function setValue(set: Setter, contact: Contact, value: unknown, office: BackOffice): Contact {
  try {
    return set(contact, value, office)
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error
    throw error.kind === 'type' ? new ApiError(500, 'CMNU-003', error.message) : refused(error.message)
  }
}

const paths = new Map<string, PatchPath>([
  ...(['firstName', 'lastName'] as const).map(
    (name) => [`/${name}`, { set: simple(name, text({ least: 1, most: 32 })) }] as const,
  ),
  [
    '/salutation',
    { set: simple('salutation', text({ most: 32 })), removed: (contact) => ({ ...contact, salutation: '' }) },
  ],
  ...(['PRI', 'SEC', 'TER'] as const).map(
    (kind) =>
      [
        `/communication/emails/${kind}/email`,
        {
          set(contact: Contact, value: unknown) {
            const address = text()(value, kind)
            checkEmail(address)
            return { ...contact, emails: { ...contact.emails, [kind]: address } }
          },
          removed: (contact: Contact) => ({ ...contact, emails: without(contact.emails, kind) }),
        },
      ] as const,
  ),
  ...(['PRI', 'SEC', 'MOB', 'FAX'] as const).map(
    (kind) =>
      [
        `/communication/telephones/${kind}`,
        {
          set: (contact: Contact, value: unknown) => ({
            ...contact,
            telephones: { ...contact.telephones, [kind]: text()(value, kind) },
          }),
          removed: (contact: Contact) => ({ ...contact, telephones: without(contact.telephones, kind) }),
        },
      ] as const,
  ),
  ...(['DEF', 'BIL', 'DEL'] as const).map(
    (kind) =>
      [
        `/postAddressIds/${kind}`,
        {
          set(contact: Contact, value: unknown, office: BackOffice) {
            const addressId = whole({ least: 1 })(value, kind)
            freeAddress(office, addressId, contact.id)
            own(office, addressId, contact.id)
            return { ...contact, postAddressIds: { ...contact.postAddressIds, [kind]: addressId } }
          },
        },
      ] as const,
  ),
  ['/marketingDetails/isReceiveEmailNewsletter', { set: simple('isReceiveEmailNewsletter', yesNo) }],
  financial('priceListId', whole()),
  financial('taxCodeId', whole()),
  financial('creditLimit', whole()),
  financial('creditTermDays', whole()),
  financial('discountPercentage', number()),
  financial('taxNumber', text()),
  financial('nominalCode', text()),
  [
    '/assignment/current/leadSourceId',
    {
      set(contact, value) {
        const leadSourceId = whole()(value, 'leadSourceId')
        checkLeadSource(leadSourceId)
        return { ...contact, leadSourceId }
      },
      removed: (contact) => ({ ...contact, leadSourceId: 0 }),
    },
  ],
  [
    '/organisation/name',
    {
      set(contact, value, office) {
        const name = text()(value, 'name')
        const companyId = contact.companyId !== 0 || name === '' ? contact.companyId : addCompany(office, name)
        if (companyId !== 0) office.companies.put(companyId, { id: companyId, name })
        return { ...contact, organisationName: name, companyId }
      },
    },
  ],
])

function simple<Name extends keyof Contact>(name: Name, shape: Shape<Contact[Name]>): Setter {
  return (contact, value) => ({ ...contact, [name]: shape(value, name) })
}

function financial<Name extends keyof FinancialDetails>(
  name: Name,
  shape: Shape<FinancialDetails[Name]>,
): readonly [string, PatchPath] {
  return [
    `/financialDetails/${name}`,
    {
      set: (contact, value, office) => ({
        ...contact,
        financialDetails: checkedFinancials(office, { ...contact.financialDetails, [name]: shape(value, name) }),
      }),
    },
  ]
}

function without<Value extends object>(values: Value, name: keyof Value): Value {
  const { [name]: _, ...rest } = values
  return rest as Value
}
