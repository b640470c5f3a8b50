import { type BackOffice, staffId } from '../back-office/back-office.ts'
import type { GoodsOutEventCode, GoodsOutNote, NoteEvent, NoteRow, Order } from '../back-office/model.ts'
import { ApiError, refused } from '../errors.ts'
import { isShipped, isTracked, notesOf, piecesOf } from '../orders/derive.ts'
import { isCancelled } from '../orders/order-shapes.ts'
import { refreshOrder } from '../orders/save-order.ts'
import { useReserved } from './reservations.ts'
import { allocate, onHand, takeIn, takeOut } from './stock.ts'

export interface NewNote {
  readonly warehouseId: number
  readonly releaseDate?: number | undefined
  readonly products: readonly {
    readonly productId: number
    readonly salesOrderRowId: number
    readonly quantity: number
  }[]
}

export interface NoteOptions {
  readonly priority?: boolean | undefined
  readonly shippingMethodId?: number | undefined
  readonly labelUri?: string | undefined
  /** A cancelled order too: for the staff of a test that wants what should not be. */
  readonly force?: boolean | undefined
}

/**
 * Makes one note for each warehouse entry. Assumed: rows must be the order's and stock-tracked, with as many pieces
 * left; what is not reserved there must be on hand; all notes are made, or none.
 * @throws ApiError
 */
export function createGoodsOutNotes(
  office: BackOffice,
  order: Order,
  entries: readonly NewNote[],
  { priority = false, shippingMethodId = order.shippingMethodId, labelUri = '', force = false }: NoteOptions = {},
): readonly GoodsOutNote[] {
  if (isCancelled(order) && !force) throw refused(`Order ${order.id} is cancelled`)
  const { warehouses, shippingMethods } = office.catalogue.reference
  if (shippingMethodId !== 0 && !shippingMethods.some(({ id }) => id === shippingMethodId)) {
    throw refused(`There is no shipping method ${shippingMethodId}`)
  }
  checkEntries(office, order, entries)
  const now = office.clock.now()
  const made = entries.map(({ warehouseId, releaseDate, products }): GoodsOutNote => {
    const locationId = warehouses.find(({ id }) => id === warehouseId)?.defaultLocationId ?? 2
    const rows = products.map(({ productId, salesOrderRowId, quantity }): NoteRow => {
      const used = useReserved(office, order.id, warehouseId, salesOrderRowId, quantity)
      allocate(office, productId, warehouseId, quantity - used)
      return { rowId: salesOrderRowId, productId, quantity, locationId }
    })
    const note: GoodsOutNote = {
      id: office.goodsOut.nextId(),
      orderId: order.id,
      warehouseId,
      priority,
      shipping: { reference: '', boxes: 0, shippingMethodId, weight: 0 },
      releaseDate: releaseDate ?? now,
      createdOn: now,
      createdBy: staffId,
      rows,
      sequence: notesOf(office, order.id).length + 1,
      events: [{ eventCode: 'PLA', occured: now, eventOwnerId: staffId }],
      labelUri,
      lastEventVersion: office.nextEventVersion(),
    }
    office.goodsOut.put(note.id, note)
    return note
  })
  refreshOrder(office, order.id)
  for (const { id } of made) office.raise('goods-out-note.created', id)
  return made
}

function checkEntries(office: BackOffice, order: Order, entries: readonly NewNote[]): void {
  const onNotes = piecesOf(notesOf(office, order.id))
  const reservation = office.reservations.get(order.id)
  const asked = new Map<number, number>()
  const needed = new Map<string, number>()
  for (const { warehouseId, products } of entries) {
    if (!office.catalogue.reference.warehouses.some(({ id }) => id === warehouseId)) {
      throw refused(`There is no warehouse ${warehouseId}`)
    }
    for (const { productId, salesOrderRowId, quantity } of products) {
      const row = order.rows.find(({ id }) => id === salesOrderRowId)
      if (row?.productId !== productId) {
        throw refused(`Order ${order.id} has no row ${salesOrderRowId} of product ${productId}`)
      }
      if (!isTracked(office, row)) throw refused(`Product ${productId} is not stock-tracked`)
      const total = (asked.get(row.id) ?? 0) + quantity
      asked.set(row.id, total)
      const left = Number(row.quantity) - (onNotes.get(row.id) ?? 0)
      if (total > left) throw refused(`Row ${row.id} has ${left} pieces left to fulfil`)
      const reserved = reservation?.warehouseId === warehouseId ? (reservation.rows.get(row.id)?.quantity ?? 0) : 0
      const place = `${productId} ${warehouseId}`
      const short = (needed.get(place) ?? 0) + Math.max(0, quantity - reserved)
      needed.set(place, short)
      if (short > 0 && short > onHand(office, productId, warehouseId)) {
        throw refused(`Product ${productId} is not available in warehouse ${warehouseId}`)
      }
    }
  }
}

/**
 * Deletes a note that is not shipped; its stock is free again [assumed]. `force`: a shipped one too, whose pieces come
 * back into stock, for the staff of a test that wants what should not be.
 * @throws ApiError
 */
export function deleteGoodsOutNote(office: BackOffice, note: GoodsOutNote, force = false): void {
  const shipped = isShipped(note)
  if (shipped && !force) throw refused(`Goods-out note ${note.id} is shipped`)
  office.goodsOut.remove(note.id)
  for (const { productId, quantity } of note.rows) {
    if (shipped) takeIn(office, productId, note.warehouseId, quantity)
    else allocate(office, productId, note.warehouseId, -quantity)
  }
  refreshOrder(office, note.orderId)
  office.raise('goods-out-note.destroyed', note.id)
}

export interface NoteChange {
  readonly priority?: boolean | undefined
  readonly labelUri?: string | undefined
  readonly shipping?:
    | {
        readonly shippingMethodId?: number | undefined
        readonly reference?: string | undefined
        readonly boxes?: number | undefined
        readonly weight?: number | undefined
      }
    | undefined
}

/** Changes shipping data: not after shipping [doc]; the staff may (`force`). @throws ApiError */
export function changeGoodsOutNote(office: BackOffice, note: GoodsOutNote, change: NoteChange, force = false): void {
  if (isShipped(note) && !force) throw refused(`Goods-out note ${note.id} is shipped`)
  const { shippingMethodId } = change.shipping ?? {}
  const { shippingMethods } = office.catalogue.reference
  if (
    shippingMethodId !== undefined &&
    shippingMethodId !== 0 &&
    !shippingMethods.some(({ id }) => id === shippingMethodId)
  ) {
    throw refused(`There is no shipping method ${shippingMethodId}`)
  }
  office.goodsOut.put(note.id, {
    ...note,
    priority: change.priority ?? note.priority,
    labelUri: change.labelUri ?? note.labelUri,
    shipping: {
      shippingMethodId: shippingMethodId ?? note.shipping.shippingMethodId,
      reference: change.shipping?.reference ?? note.shipping.reference,
      boxes: change.shipping?.boxes ?? note.shipping.boxes,
      weight: change.shipping?.weight ?? note.shipping.weight,
    },
  })
  office.raise('goods-out-note.modified', note.id)
}

type PostedCode = Exclude<GoodsOutEventCode, 'PLA' | 'SHS'>

const words: Readonly<Record<PostedCode, string>> = {
  PRI: 'printed',
  UPR: 'un-printed',
  PIC: 'picked',
  UPI: 'un-picked',
  PAC: 'packed',
  UPA: 'un-packed',
  SHW: 'shipped',
}

const undone: Readonly<Partial<Record<PostedCode, PostedCode>>> = { UPR: 'PRI', UPI: 'PIC', UPA: 'PAC' }

/**
 * Posts events. Shipping makes what is missing of printed, picked and packed [doc], takes the pieces out of stock,
 * and ends the note: no more events [doc], 409 [code]. Assumed: an event may be repeated before that; undoing what
 * was not done is refused.
 * @throws ApiError
 */
export function postEvents(
  office: BackOffice,
  noteId: number,
  events: readonly (NoteEvent & { readonly eventCode: PostedCode })[],
): void {
  for (const { eventOwnerId } of events) {
    // The owner is a staff contact [doc].
    if (office.contacts.get(eventOwnerId)?.isStaff !== true) throw refused(`Contact ${eventOwnerId} is not staff`)
  }
  for (const event of events) {
    const note = office.goodsOut.get(noteId)
    if (!note) throw refused(`There is no goods-out note ${noteId}`)
    if (isShipped(note)) throw new ApiError(409, 'CMNC-400', `Goods-out note ${noteId} is shipped already`)
    const before = undone[event.eventCode]
    if (before && !holds(note, before)) throw refused(`Goods-out note ${noteId} is not ${words[before]}`)
    const missing =
      event.eventCode === 'SHW' ? (['PRI', 'PIC', 'PAC'] as const).filter((code) => !holds(note, code)) : []
    const posted = [...missing.map((eventCode) => ({ ...event, eventCode })), event]
    office.goodsOut.put(noteId, {
      ...note,
      events: [...note.events, ...posted],
      lastEventVersion: office.nextEventVersion(),
    })
    if (event.eventCode === 'SHW') {
      for (const { productId, quantity } of note.rows) takeOut(office, productId, note.warehouseId, quantity)
    }
    for (const { eventCode } of posted) office.raise(`goods-out-note.modified.${words[eventCode]}`, noteId)
    if (event.eventCode === 'SHW') refreshOrder(office, note.orderId)
  }
}

/** Is the note printed, picked or packed now: the last event of the pair decides. */
export function holds(note: GoodsOutNote, code: 'PRI' | 'PIC' | 'PAC' | GoodsOutEventCode): boolean {
  const opposite = Object.entries(undone).find(([, done]) => done === code)?.[0]
  return note.events.findLast(({ eventCode }) => eventCode === code || eventCode === opposite)?.eventCode === code
}

/** Sends pieces of a sales order straight from a supplier: a purchase order below it, with its note. */
export function createDropShip(
  office: BackOffice,
  order: Order,
  purchaseOrderId: number,
  rows: readonly NoteRow[],
): GoodsOutNote {
  const now = office.clock.now()
  const note: GoodsOutNote = {
    id: office.dropShips.nextId(),
    orderId: order.id,
    purchaseOrderId,
    warehouseId: order.warehouseId,
    priority: false,
    shipping: { reference: '', boxes: 0, shippingMethodId: order.shippingMethodId, weight: 0 },
    releaseDate: now,
    createdOn: now,
    createdBy: staffId,
    rows,
    sequence: notesOf(office, order.id).length + 1,
    events: [],
    labelUri: '',
    lastEventVersion: office.nextEventVersion(),
  }
  office.dropShips.put(note.id, note)
  refreshOrder(office, order.id)
  office.raise('drop-ship-note.created', note.id)
  return note
}

/** The supplier has sent it: `SHS` [doc]. Once only [assumed]. @throws ApiError */
export function shipDropShip(
  office: BackOffice,
  noteId: number,
  event: Omit<NoteEvent, 'eventCode'>,
  {
    trackingReference,
    shippingMethodId,
  }: { readonly trackingReference?: string | undefined; readonly shippingMethodId?: number | undefined } = {},
): void {
  const note = office.dropShips.get(noteId)
  if (!note) throw refused(`There is no drop-ship note ${noteId}`)
  if (isShipped(note)) throw new ApiError(409, 'CMNC-400', `Drop-ship note ${noteId} is shipped already`)
  office.dropShips.put(noteId, {
    ...note,
    events: [...note.events, { ...event, eventCode: 'SHS' }],
    shipping: {
      ...note.shipping,
      reference: trackingReference ?? note.shipping.reference,
      shippingMethodId: shippingMethodId ?? note.shipping.shippingMethodId,
    },
    lastEventVersion: office.nextEventVersion(),
  })
  office.raise('drop-ship-note.modified.shipped', noteId)
  refreshOrder(office, note.orderId)
}
