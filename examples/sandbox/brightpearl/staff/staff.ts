import type { BackOffice } from '../back-office/back-office.ts'
import { actAsStaff, type StaffAction } from './actions.ts'
import { accountView, contactViews, type OrderFilter, type OrderView, orderViews } from './views.ts'

/** The staff of the back office: what they do, and what they see. For tests; over HTTP it is `/__sandbox/staff`. */
export interface Staff {
  /**
   * One action or a list of them; `act` takes what came over HTTP.
   * @throws Error that says what was not understood, not there, or not allowed
   */
  do(...actions: readonly StaffAction[]): readonly Readonly<Record<string, unknown>>[]
  act(body: unknown): readonly unknown[]
  orders(filter?: OrderFilter): readonly OrderView[]
  contacts(filter?: Parameters<typeof contactViews>[1]): ReturnType<typeof contactViews>
  account(): ReturnType<typeof accountView>
  resetCounters(): void
}

export function createStaff(office: BackOffice): Staff {
  return {
    do: (...actions) => actAsStaff(office, actions) as readonly Readonly<Record<string, unknown>>[],
    act: (body) => actAsStaff(office, body),
    orders: (filter) => orderViews(office, filter),
    contacts: (filter) => contactViews(office, filter),
    account: () => accountView(office),
    resetCounters: office.resetCounters,
  }
}
