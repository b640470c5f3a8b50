import { list, object, oneOf, optional, text, whole } from '../../common/shape.ts'
import type { BackOffice } from '../back-office/back-office.ts'
import { type Country, countryByCode, countryById } from '../back-office/countries.ts'
import type { PostalAddress } from '../back-office/model.ts'
import { notFound, refused } from '../errors.ts'
import { atMost } from '../id-set.ts'
import type { Route } from '../route.ts'

/** [doc]: line 1 street, 2 suburb, 3 city, 4 state or county. It holds no telephone numbers [code]. */
const addressBody = object({
  addressLine1: text({ least: 1 }),
  addressLine2: optional(text()),
  addressLine3: optional(text()),
  addressLine4: optional(text()),
  postalCode: optional(text()),
  countryIsoCode: optional(text()),
  countryId: optional(whole({ least: 1 })),
})

const assignment = list(
  object({ postalAddressId: whole({ least: 1 }), type: optional(oneOf(['DEF', 'BIL', 'DEL'])) }),
  { least: 1 },
)

/**
 * Postal addresses. POST and PUT [doc]; GET by id set is assumed, with the fields of POST. A country is required, by
 * its id or its ISO code [assumed].
 */
export function addressRoutes(office: BackOffice): readonly Route[] {
  const { addresses, contacts } = office
  const read = (body: ReturnType<typeof addressBody>): Omit<PostalAddress, 'id' | 'contactId'> => ({
    lines: [body.addressLine1, body.addressLine2 ?? '', body.addressLine3 ?? '', body.addressLine4 ?? ''],
    postalCode: body.postalCode ?? '',
    countryId: countryOf(body)?.id ?? missingCountry(),
  })
  return [
    {
      method: 'POST',
      path: '/contact-service/postal-address',
      operation: 'post-postal-address',
      handle(request) {
        const body = read(request.body(addressBody))
        const id = addresses.nextId()
        addresses.put(id, { id, contactId: undefined, ...body })
        office.count('postalAddresses')
        return { response: id }
      },
    },
    {
      method: 'PUT',
      path: '/contact-service/postal-address/:id',
      operation: 'put-postal-address',
      handle(request) {
        const address = addresses.get(request.id('id'))
        if (!address) throw notFound('No Postal Address Found')
        addresses.put(address.id, { ...address, ...read(request.body(addressBody)) })
        return {}
      },
    },
    {
      method: 'GET',
      path: '/contact-service/postal-address/:ids',
      operation: 'get-postal-address',
      handle(request) {
        const ids = request.idSet()
        const found = addresses.all().filter(({ id }) => ids && atMost(200, ids).has(id))
        if (found.length === 0) throw notFound('No Postal Address Found')
        return { response: found.map(shownAddress) }
      },
    },
    {
      method: 'PUT',
      path: '/contact-service/contact/:contact/postal-address',
      operation: 'put-contact-postal-address',
      handle(request) {
        const contact = contacts.get(request.id('contact'))
        if (!contact) throw notFound('No Contact Found')
        const assigned = request.body(assignment)
        for (const { postalAddressId } of assigned) freeAddress(office, postalAddressId, contact.id)
        const types = Object.fromEntries(
          assigned.flatMap(({ type, postalAddressId }) => (type ? [[type, postalAddressId]] : [])),
        )
        for (const { postalAddressId } of assigned) own(office, postalAddressId, contact.id)
        contacts.put(contact.id, {
          ...contact,
          postAddressIds: { ...contact.postAddressIds, ...types },
          updatedOn: office.clock.now(),
        })
        return {}
      },
    },
  ]
}

/** An address belongs to one contact [doc]. @throws ApiError */
export function freeAddress(office: BackOffice, addressId: number, contactId?: number): PostalAddress {
  const address = office.addresses.get(addressId)
  if (!address) throw refused(`There is no postal address ${addressId}`)
  if (address.contactId !== undefined && address.contactId !== contactId) {
    throw refused(`Postal address ${addressId} belongs to another contact`)
  }
  return address
}

export function own(office: BackOffice, addressId: number, contactId: number): void {
  const address = office.addresses.get(addressId)
  if (address && address.contactId !== contactId) office.addresses.put(addressId, { ...address, contactId })
}

/** @throws ApiError for a country that is named and does not exist. */
export function countryOf({
  countryId,
  countryIsoCode,
}: {
  readonly countryId?: number
  readonly countryIsoCode?: string
}): Country | undefined {
  if (countryId === undefined && countryIsoCode === undefined) return undefined
  const country = countryId === undefined ? countryByCode(countryIsoCode ?? '') : countryById(countryId)
  if (!country) throw refused(`There is no country ${countryId ?? countryIsoCode}`)
  return country
}

function missingCountry(): never {
  throw refused('A country is required')
}

export function shownAddress(address: PostalAddress): unknown {
  const country = countryById(address.countryId)
  const [addressLine1, addressLine2, addressLine3, addressLine4] = address.lines
  return {
    id: address.id,
    addressLine1,
    addressLine2,
    addressLine3,
    addressLine4,
    postalCode: address.postalCode,
    countryId: address.countryId,
    countryIsoCode: country?.iso3,
  }
}
