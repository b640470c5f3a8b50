import type { SecretStore } from '../state-store.ts'
import type { KeySource } from './key-source.ts'
import { seal, unseal } from './seal.ts'
import { damaged, keyLost, otherKey } from './seal-errors.ts'
import type { SealedRow, SealedTable } from './sealed-table.ts'
import { boxOwner } from './secret-box.ts'
import type { SecretKey } from './secret-key.ts'

/** A SecretStore whose table holds cipher text only. The key is asked for anew each time: it may be rotated meanwhile. */
export function sealedSecrets(table: SealedTable, source: KeySource): SecretStore {
  return {
    get: (connection, name) => {
      const row = table.get(connection, name)
      return row && open(row, source)
    },
    set: (connection, name, value) => {
      // The key is read within the transaction: a rotation has then either not begun to seal, or its key is found here.
      table.durably(() => {
        refuseLoss(table, source)
        const key = source.make()
        table.set({ connection, name, keyId: key.id, value: seal(value, { connection, name }, key) })
      })
    },
    remove: (connection, name) => table.remove(connection, name),
    names: (connection) => table.names(connection),
    rotateKey: () => {
      const rotation = table.durably(() => {
        refuseLoss(table, source)
        const { key, from } = source.next()
        return { secrets: reseal(table, source, key), key: from, was: source.place }
      })
      // Only now: had the process died before, the file would have held both keys.
      table.durably(() => source.drop(new Set(table.keys().flatMap(({ keyId }) => keyId ?? []))))
      return rotation
    },
  }
}

/** Seals what was stored before secrets were sealed. True when there was any. */
export function sealPlain(table: SealedTable, source: KeySource): boolean {
  if (!table.keys().some(({ keyId }) => keyId === undefined)) return false
  table.durably(() => {
    for (const row of table.all()) if (row.keyId === undefined) table.set(sealed(row, source, source.make()))
  })
  return true
}

function reseal(table: SealedTable, source: KeySource, next: SecretKey): number {
  const given = new Set(source.keys().map(({ id }) => id))
  // What a lost key of the box has sealed waits for that key.
  const rows = table.all().filter(({ connection, keyId }) => connection !== boxOwner || given.has(keyId ?? ''))
  for (const row of rows) table.set(sealed(row, source, next))
  return rows.length
}

function sealed(row: SealedRow, source: KeySource, key: SecretKey): SealedRow {
  return { ...row, keyId: key.id, value: seal(open(row, source), row, key) }
}

function open(row: SealedRow, source: KeySource): string {
  if (row.keyId === undefined) return Buffer.from(row.value).toString('utf8')
  const keys = source.keys()
  if (keys.length === 0) throw keyLost([row.connection], source.place)
  const key = keys.find(({ id }) => id === row.keyId)
  if (!key) throw otherKey([row.connection], source.place)
  const text = unseal(row.value, row, key)
  if (text === undefined) throw damaged(row)
  return text
}

/**
 * What cannot be opened now may be opened again when somebody puts the right key back. So nothing is sealed with a new
 * key beside it: the right key would then not open that, and the new one would take the place of the right one.
 */
function refuseLoss(table: SealedTable, source: KeySource): void {
  const keys = source.keys()
  const closed = table
    .keys()
    .filter(({ keyId }) => keyId !== undefined && !keys.some(({ id }) => id === keyId))
    // Keys of the box stand beside one another, so that records can be kept whatever became of older ones.
    .filter(({ connection }) => connection !== boxOwner)
  if (closed.length === 0) return
  const connections = [...new Set(closed.map(({ connection }) => connection))]
  throw keys.length === 0 ? keyLost(connections, source.place) : otherKey(connections, source.place)
}
