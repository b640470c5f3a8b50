import { list, object, whole } from '../../common/shape.ts'
import { tags } from '../back-office/account-data.ts'
import { contactFieldsOf } from '../contacts/contact-shape.ts'
import { patchedContact } from '../contacts/patch-contact.ts'
import { patchedCustomFields } from '../custom-fields.ts'
import { patchBody } from '../json-patch.ts'
import { action } from './action.ts'

export const contactActions = {
  tagContact: action(object({ contact: whole(), tags: list(whole()) }), (office, { contact, tags: tagIds }) => {
    const found = office.contacts.get(contact)
    if (!found) throw new RangeError(`There is no contact ${contact}.`)
    const unknown = tagIds.find((tagId) => !tags.some(({ id }) => id === tagId))
    if (unknown !== undefined) throw new RangeError(`There is no tag ${unknown}.`)
    office.contacts.put(contact, { ...found, tagIds, updatedOn: office.clock.now() })
  }),
  /** Changes a contact by the paths that PATCH knows. */
  changeContact: action(object({ contact: whole(), patch: patchBody }), (office, { contact, patch }) => {
    const found = office.contacts.get(contact)
    if (!found) throw new RangeError(`There is no contact ${contact}.`)
    office.contacts.put(contact, { ...patchedContact(office, found, patch), updatedOn: office.clock.now() })
  }),
  contactFields: action(object({ contact: whole(), patch: patchBody }), (office, { contact, patch }) => {
    const found = office.contacts.get(contact)
    if (!found) throw new RangeError(`There is no contact ${contact}.`)
    const values = patchedCustomFields(contactFieldsOf(found), found.customFields, patch)
    office.contacts.put(contact, { ...found, customFields: values, updatedOn: office.clock.now() })
  }),
}
