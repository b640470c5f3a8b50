import type { CustomerBook } from '../customers/model.ts'
import type { AddressDescription, CompanyDescription, CustomerDescription, PartyDescription } from './description.ts'
import type { OrderCompany, OrderPerson, Party, PostalAddress } from './model.ts'

/** The longest texts that the shop keeps [code C1; doc D9]. */
const LENGTHS: Readonly<Record<keyof PostalAddress, number>> = {
  line1: 100,
  line2: 100,
  box: 100,
  careOf: 100,
  zipCode: 50,
  city: 50,
  region: 50,
  country: 2,
  gln: 50,
  shippingPhone: 50,
}

export function addressOf(description: AddressDescription): PostalAddress {
  const part = (name: keyof PostalAddress): string | null => {
    const text = description[name] ?? null
    if (text !== null && text.length > LENGTHS[name]) {
      throw new TypeError(`The shop keeps at most ${LENGTHS[name]} characters of "${name}".`)
    }
    return text
  }
  return {
    line1: part('line1'),
    line2: part('line2'),
    box: part('box'),
    careOf: part('careOf'),
    zipCode: part('zipCode'),
    city: part('city'),
    region: part('region'),
    country: part('country'),
    gln: part('gln'),
    shippingPhone: part('shippingPhone'),
  }
}

/** A customer of the shop by code, with what the description says otherwise; a guest without a code. */
export function personOf(book: CustomerBook, description: CustomerDescription): OrderPerson {
  const known = description.code === undefined ? undefined : book.customerByCode(description.code)
  const said = <T>(value: T | undefined, stored: T | undefined, guest: T): T => value ?? stored ?? guest
  return {
    customerId: known?.id ?? null,
    customerCode: description.code ?? null,
    firstName: description.firstName === null ? null : said(description.firstName, known?.firstName, 'Maja'),
    lastName: description.lastName === null ? null : said(description.lastName, known?.lastName, 'Lind'),
    email: description.email === null ? null : said(description.email, known?.email, 'maja.lind@example.com'),
    phone: said(description.phone, known?.phone, null),
    cellPhone: said(description.cellPhone, known?.cellPhone, null),
    workPhone: null,
    ssn: null,
  }
}

export function companyOf(book: CustomerBook, description: CompanyDescription): OrderCompany {
  const known = description.code == null ? undefined : book.companyByCode(description.code)
  return {
    companyId: known?.id ?? null,
    code: description.code ?? null,
    name: description.name ?? known?.name ?? null,
    vatNo: description.vatNo ?? known?.vatNo ?? null,
    orgNo: description.orgNo ?? known?.orgNo ?? null,
  }
}

/** Payer or receiver: the buyer, except for what the description says; an address is taken whole, not part by part. */
export function partyLike(
  buyer: Party,
  description: PartyDescription | null | undefined,
  infoId: number,
  book: CustomerBook,
): Party {
  if (description === undefined) return { ...buyer, infoId }
  if (description === null) return { ...buyer, infoId, address: null }
  const { customer, company, ...address } = description
  const base: CustomerDescription = {
    ...(buyer.person?.customerCode != null && { code: buyer.person.customerCode }),
    firstName: buyer.person?.firstName ?? null,
    lastName: buyer.person?.lastName ?? null,
    email: buyer.person?.email ?? null,
    phone: buyer.person?.phone ?? null,
    cellPhone: buyer.person?.cellPhone ?? null,
  }
  return {
    infoId,
    person: customer === undefined ? buyer.person : personOf(book, { ...base, ...customer }),
    company: company === undefined ? buyer.company : company === null ? null : companyOf(book, company),
    address: Object.keys(address).length === 0 ? buyer.address : addressOf(address),
  }
}

const HOME: Readonly<Record<string, AddressDescription>> = {
  GB: { line1: '14 Mill Lane', zipCode: 'BS1 4DJ', city: 'Bristol', country: 'GB' },
  SE: { line1: 'Storgatan 14', zipCode: '41138', city: 'Göteborg', country: 'SE' },
  DE: { line1: 'Lindenstraße 14', zipCode: '10969', city: 'Berlin', country: 'DE' },
  JP: { line1: '千代田1-1', zipCode: '100-0001', city: '東京', country: 'JP' },
}

export function homeAddress(country: string): AddressDescription {
  return HOME[country] ?? { line1: '14 Market Square', zipCode: '10115', city: 'Town', country }
}
