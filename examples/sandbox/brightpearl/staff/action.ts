import { list, object, optional, type Shape, text, whole } from '../../common/shape.ts'
import type { BackOffice } from '../back-office/back-office.ts'
import { decimalOf } from '../body.ts'
import { orderName, rowName } from './find.ts'

/** One thing that the staff does. Answers what came of it. @throws Error with a message for the sender */
export interface Action {
  readonly shape: Shape<unknown>
  run(office: BackOffice, body: unknown): unknown
}

export function action<Body>(shape: Shape<Body>, run: (office: BackOffice, body: Body) => unknown): Action {
  return { shape, run: (office, body) => run(office, body as Body) }
}

export const order = orderName
export const amounts = decimalOf(12)
export const pieces = list(object({ ...rowName, quantity: whole({ least: 1 }) }))
export const newRow = object({
  productId: optional(whole({ least: 1 })),
  name: optional(text()),
  quantity: decimalOf(4),
  taxCode: text(),
  net: amounts,
  tax: amounts,
  nominalCode: optional(text()),
})
