import { object, oneOf, optional, text, whole } from '../../common/shape.ts'
import { nominalCodes, paymentMethods } from '../back-office/account-data.ts'
import { type Decimal, zero } from '../back-office/amounts.ts'
import type { BackOffice } from '../back-office/back-office.ts'
import type { CustomerPayment } from '../back-office/model.ts'
import { decimalOf, fitCurrency, instant } from '../body.ts'
import { notFound, refused } from '../errors.ts'
import { paymentsOf } from '../orders/derive.ts'
import { decimalsOf } from '../orders/order-rows.ts'
import { orderById } from '../orders/sales-order-routes.ts'
import { refreshOrder } from '../orders/save-order.ts'
import { collection, type Route } from '../route.ts'
import type { Cell, Column, ReportDataType, SearchTable } from '../search.ts'

/** [doc] */
const paymentBody = object({
  transactionRef: optional(text({ least: 1, most: 64 })),
  transactionCode: optional(text({ least: 1 })),
  paymentMethodCode: text({ least: 1, most: 36 }),
  paymentType: oneOf(['AUTH', 'CAPTURE', 'PAYMENT', 'RECEIPT', 'VOID']),
  orderId: whole({ least: 1 }),
  currencyIsoCode: text({ least: 3, most: 3 }),
  exchangeRate: optional(decimalOf(6, { above: 0 })),
  amountAuthorized: optional(decimalOf(12, { above: 0 })),
  amountPaid: optional(decimalOf(12, { above: 0 })),
  authorizationExpiry: optional(instant),
  journalId: optional(whole({ least: 1 })),
  journalRef: optional(text()),
  paymentDate: instant,
})

/** A payment as asked for by the API or by the staff. */
export interface NewPayment {
  readonly transactionRef?: string | undefined
  readonly transactionCode?: string | undefined
  readonly paymentMethodCode: string
  readonly paymentType: CustomerPayment['paymentType']
  readonly orderId: number
  readonly currencyIsoCode: string
  readonly amountAuthorized?: Decimal | undefined
  readonly amountPaid?: Decimal | undefined
  readonly authorizationExpiry?: number | undefined
  readonly paymentDate: number
}

/**
 * Takes a payment down. Reference and method must be unique together, so an authorisation and its capture cannot share
 * a reference [doc, code]; which amount belongs to which type, and the expiry of an authorisation [doc]. A method that
 * is active and has a bank account in the currency also posts a journal [doc]; the method need not exist [doc].
 * Assumed: no other amount beside; the currency is the order's, the amount has its decimals; a void needs an
 * authorisation of the same code; a credit takes PAYMENT only.
 * @throws ApiError
 */
export function pay(office: BackOffice, wanted: NewPayment): CustomerPayment {
  const order = orderById(office, wanted.orderId)
  const { paymentType, transactionRef, transactionCode, paymentMethodCode } = wanted
  const authorizes = paymentType === 'AUTH' || paymentType === 'VOID'
  const amount = authorizes ? wanted.amountAuthorized : wanted.amountPaid
  if (!amount) throw refused(`${authorizes ? 'amountAuthorized' : 'amountPaid'} is required for ${paymentType}`)
  if ((authorizes ? wanted.amountPaid : wanted.amountAuthorized) !== undefined) {
    throw refused(`${authorizes ? 'amountPaid' : 'amountAuthorized'} does not belong to ${paymentType}`)
  }
  if (paymentType === 'AUTH' && wanted.authorizationExpiry === undefined) {
    throw refused('authorizationExpiry is required for AUTH')
  }
  if (wanted.currencyIsoCode !== order.currencyCode) {
    throw refused(`Order ${order.id} is in ${order.currencyCode}, not in ${wanted.currencyIsoCode}`)
  }
  fitCurrency('The amount', amount, decimalsOf(office.catalogue, order.currencyCode))
  if (order.type === 'PO' || order.type === 'PC') throw refused(`Order ${order.id} takes no customer payments`)
  if (order.type === 'SC' && paymentType !== 'PAYMENT')
    throw refused('A sales credit takes payments of type PAYMENT only')
  const sameRef = office.payments
    .all()
    .some((payment) => payment.transactionRef === transactionRef && payment.paymentMethodCode === paymentMethodCode)
  if (transactionRef !== undefined && sameRef) {
    throw refused(`There is a payment ${transactionRef} of method ${paymentMethodCode}`)
  }
  if (
    paymentType === 'VOID' &&
    !paymentsOf(office, order.id).some((one) => one.paymentType === 'AUTH' && one.transactionCode === transactionCode)
  ) {
    throw refused('There is no authorisation of that transaction code')
  }
  const bank = paymentMethods
    .find(({ code, isActive }) => isActive && code === paymentMethodCode)
    ?.bankAccounts.some(({ currencyIsoCode }) => currencyIsoCode === order.currencyCode)
  const payment: CustomerPayment = {
    id: office.payments.nextId(),
    transactionRef,
    transactionCode,
    paymentMethodCode,
    paymentType,
    orderId: order.id,
    currencyCode: order.currencyCode,
    amountAuthorized: authorizes ? amount : zero,
    amountPaid: authorizes ? zero : amount,
    expires: wanted.authorizationExpiry ?? null,
    paymentDate: wanted.paymentDate,
    createdOn: office.clock.now(),
    journalId: bank && !authorizes ? office.nextJournalId() : null,
  }
  office.payments.put(payment.id, payment)
  refreshOrder(office, order.id)
  return payment
}

export function accountingRoutes(office: BackOffice): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/accounting-service/customer-payment',
      operation: 'post-customer-payment',
      handle(request) {
        const { id } = pay(office, request.body(paymentBody))
        office.count('payments')
        return { response: id }
      },
    },
    {
      method: 'DELETE',
      path: '/accounting-service/customer-payment/:payment',
      operation: 'delete-customer-payment',
      handle(request) {
        const payment = office.payments.get(request.id('payment'))
        if (!payment) throw notFound('No Customer Payment Found')
        office.payments.remove(payment.id)
        refreshOrder(office, payment.orderId)
        return {}
      },
    },
    // That there are nominal codes, and their use, is known; the shape of the answer is assumed.
    ...collection('/accounting-service/nominal-code', 'get-nominal-code', (ids) => {
      const found = nominalCodes.filter(({ id }) => ids?.has(id) ?? true)
      if (found.length === 0) throw notFound('Nothing Found')
      return {
        response: found.map(({ id, code, name, bank, discount }) => ({
          id,
          code,
          name,
          bank,
          expense: false,
          discount,
          editable: true,
          active: true,
          description: '',
        })),
      }
    }),
  ]
}

/** Columns, types and flags [rec]; amounts are texts with two decimals [rec]. */
export function paymentTable(
  { catalogue }: BackOffice,
  rows: readonly CustomerPayment[],
): SearchTable<CustomerPayment> {
  const column = (
    name: string,
    type: ReportDataType,
    value: (payment: CustomerPayment) => Cell | undefined,
    sortable = false,
  ): Column<CustomerPayment> => ({ name, type, sortable, value: (payment) => value(payment) ?? null })
  const { currencies } = catalogue.reference
  return {
    columns: [
      column('paymentId', 'IDSET', ({ id }) => id, true),
      column('transactionRef', 'STRING', ({ transactionRef }) => transactionRef),
      column('transactionCode', 'STRING', ({ transactionCode }) => transactionCode),
      column('paymentMethodCode', 'STRING', ({ paymentMethodCode }) => paymentMethodCode),
      column('paymentType', 'STRING', ({ paymentType }) => paymentType),
      column('orderId', 'IDSET', ({ orderId }) => orderId),
      column('currencyId', 'IDSET', ({ currencyCode }) => currencies.find(({ code }) => code === currencyCode)?.id),
      column('currencyCode', 'STRING', ({ currencyCode }) => currencyCode),
      column('amountAuthorized', 'STRING', ({ amountAuthorized }) => amountAuthorized.toFixed(2)),
      column('amountPaid', 'STRING', ({ amountPaid }) => amountPaid.toFixed(2)),
      column('expires', 'PERIOD', ({ expires }) => expires),
      column('paymentDate', 'PERIOD', ({ paymentDate }) => paymentDate, true),
      column('createdOn', 'PERIOD', ({ createdOn }) => createdOn, true),
      column('journalId', 'IDSET', ({ journalId }) => journalId, true),
    ],
    rows: () => rows,
  }
}
