import type { BackOffice } from '../back-office/back-office.ts'
import type { Action } from './action.ts'
import { contactActions } from './contact-actions.ts'
import { orderActions } from './order-actions.ts'
import { warehouseActions } from './warehouse-actions.ts'

/** What the staff can do, by name. `force` does what the account would not allow, for tests of alarms. */
const actions = { ...orderActions, ...warehouseActions, ...contactActions }

export type StaffAction = { readonly action: keyof typeof actions } & Readonly<Record<string, unknown>>

/**
 * Does what the staff of the back office does, one thing after the other; the first that fails stops the rest.
 * @returns one result for each
 * @throws Error that says what was not understood, not there, or not allowed
 */
export function actAsStaff(office: BackOffice, body: unknown): readonly unknown[] {
  const all: readonly unknown[] = Array.isArray(body) ? body : [body]
  return all.map((one) => {
    const { action: name, ...rest } = (typeof one === 'object' && one !== null ? one : {}) as Partial<StaffAction>
    if (name === undefined || !Object.hasOwn(actions, name)) {
      throw new TypeError(`There is no action "${name}". Known: ${Object.keys(actions).join(', ')}.`)
    }
    const { shape, run }: Action = actions[name]
    return run(office, shape(rest)) ?? {}
  })
}
