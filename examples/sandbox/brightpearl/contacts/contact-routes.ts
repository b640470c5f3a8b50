import { customFields, tags } from '../back-office/account-data.ts'
import type { BackOffice } from '../back-office/back-office.ts'
import type { Contact } from '../back-office/model.ts'
import { patchedCustomFields, shownCustomFields } from '../custom-fields.ts'
import { notFound, refused } from '../errors.ts'
import { getUris } from '../id-set.ts'
import { patchBody } from '../json-patch.ts'
import { metaDataRoutes } from '../meta-data-routes.ts'
import { type ApiRequest, collection, type Route } from '../route.ts'
import type { TimeStamps } from '../time-stamps.ts'
import { contactFieldsOf, shownContact } from './contact-shape.ts'
import { contactBody, createContact } from './create-contact.ts'
import { patchedContact } from './patch-contact.ts'

/** Contacts to one page [doc]. */
const pageSize = 200

export function contactRoutes(office: BackOffice, times: TimeStamps): readonly Route[] {
  const { contacts, companies } = office
  const found = (request: ApiRequest, name: string): Contact => {
    const contact = contacts.get(request.id(name))
    if (!contact) throw notFound('No Contact Found')
    return contact
  }

  /** Pages instead of refusing a long set [doc]; sorted by id, so that pages fit together [rec]. */
  const getContacts = (request: ApiRequest): unknown => {
    const ids = request.idSet()
    const direction = sortDirection(request.query.get('sort'))
    const all = contacts.all().filter(({ id }) => ids?.has(id) ?? true)
    const sorted = direction === 'DESC' ? all.toReversed() : all
    const firstResult = count(request, 'firstResult', 1)
    const page = sorted.slice(
      firstResult - 1,
      firstResult - 1 + Math.min(pageSize, count(request, 'pageSize', pageSize)),
    )
    if (page.length === 0) throw notFound('No Contact Found')
    const optional = new Set((request.query.get('includeOptional') ?? '').split(','))
    const lastResult = firstResult + page.length - 1
    return {
      response: page.map((contact) => shownContact(contact, office, times, optional)),
      pagination: {
        morePagesAvailable: lastResult < sorted.length,
        resultsReturned: page.length,
        firstResult,
        lastResult,
      },
      sorting: [{ field: 'contactId', direction }],
    }
  }

  return [
    ...['/contact-service/contact', '/contact-service/contact/', '/contact-service/contact/:ids'].flatMap(
      (path): readonly Route[] => [
        { method: 'GET', path, operation: 'get-contact', handle: getContacts },
        {
          method: 'OPTIONS',
          path,
          operation: 'options-contact',
          handle(request) {
            const ids = request.idSet()
            const existing = contacts.all().flatMap(({ id }) => ((ids?.has(id) ?? true) ? [id] : []))
            return { response: { getUris: getUris('contact', existing, pageSize) } }
          },
        },
      ],
    ),
    {
      method: 'POST',
      path: '/contact-service/contact',
      operation: 'post-contact',
      handle(request) {
        const { id } = createContact(office, request.body(contactBody))
        office.count('contacts')
        return { response: id }
      },
    },
    {
      method: 'PATCH',
      path: '/contact-service/contact/:contact',
      operation: 'patch-contact',
      handle(request) {
        const contact = found(request, 'contact')
        const changed = patchedContact(office, contact, request.body(patchBody))
        contacts.put(contact.id, { ...changed, updatedOn: office.clock.now() })
        return { response: shownContact(contacts.get(contact.id) ?? changed, office, times, new Set()) }
      },
    },
    {
      method: 'GET',
      path: '/contact-service/contact/:contact/custom-field',
      operation: 'get-contact-custom-field',
      handle(request) {
        const contact = found(request, 'contact')
        return { response: shownCustomFields(contactFieldsOf(contact), contact.customFields, times) }
      },
    },
    {
      method: 'PATCH',
      path: '/contact-service/contact/:contact/custom-field',
      operation: 'patch-contact-custom-field',
      handle(request) {
        const contact = found(request, 'contact')
        const fields = contactFieldsOf(contact)
        const values = patchedCustomFields(fields, contact.customFields, request.body(patchBody))
        contacts.put(contact.id, { ...contact, customFields: values, updatedOn: office.clock.now() })
        return { response: shownCustomFields(fields, values, times) }
      },
    },
    ...metaDataRoutes('/contact-service/customer/custom-field-meta-data', customFields.customer),
    ...metaDataRoutes('/contact-service/supplier/custom-field-meta-data', customFields.supplier),
    // Path and search are known; the shape of the answer is assumed.
    ...collection('/contact-service/company', 'get-company', (ids) => {
      const some = companies.all().filter(({ id }) => ids?.has(id) ?? true)
      if (some.length === 0) throw notFound('No Company Found')
      return { response: some.map(({ id, name }) => ({ companyId: id, name })) }
    }),
    // A map by id [code].
    ...collection('/contact-service/tag', 'get-tag', (ids) => {
      const some = tags.filter(({ id }) => ids?.has(id) ?? true)
      if (some.length === 0) throw notFound('No Tag Found')
      return { response: Object.fromEntries(some.map((tag) => [tag.id, tag])) }
    }),
  ]
}

function sortDirection(text: string | null): 'ASC' | 'DESC' {
  const match = /^contactId\.(ASC|DESC)$/.exec(text ?? 'contactId.ASC')
  if (!match) throw refused(`Cannot sort by ${text}`)
  return match[1] === 'DESC' ? 'DESC' : 'ASC'
}

function count(request: ApiRequest, name: string, otherwise: number): number {
  const text = request.query.get(name)
  if (text === null) return otherwise
  if (!/^[1-9]\d{0,8}$/.test(text)) throw refused(`${name} must be a whole number above 0`)
  return Number(text)
}
