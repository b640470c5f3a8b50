import type { SecretBox } from '../secrets/secret-box.ts'
import type { Delivered, Delivery, InboxEntry, InboxStore } from '../state-store.ts'
import type { Connection } from './connection.ts'

interface Row {
  readonly id: number
  readonly mapping: string
  readonly event: string
  readonly key: string
  readonly find: string | null
  readonly digest: string | null
  readonly record: string | null
  readonly received_at: string
  readonly due_at: string
  readonly attempts: number
}

/**
 * Nothing of its key is being processed and, of records, none came before it. An id that is still gathered holds up no
 * record: what it will read is the state of then. Nor does one of the mappings that go before (?2) have the same message
 * in hand, or to take up now (?3).
 */
const ready = `FROM inbox AS i WHERE mapping = ?1 AND state IN ('waiting', 'held') AND NOT EXISTS (
  SELECT 1 FROM inbox AS other
  WHERE other.mapping = i.mapping AND other.key = i.key AND other.id <> i.id AND other.state <> 'done'
    AND (other.state = 'taken' OR (other.id < i.id AND other.digest IS NOT NULL AND i.digest IS NOT NULL))
) AND NOT EXISTS (
  SELECT 1 FROM inbox AS before
  WHERE before.mapping IN (SELECT value FROM json_each(?2)) AND before.event = i.event AND before.key = i.key
    AND (before.state = 'taken' OR (before.state = 'waiting' AND before.due_at <= ?3))
)`

export function inboxTable(connection: Connection, box: SecretBox): InboxStore {
  const waitingId = connection.prepare<{ readonly id: number }>(
    `SELECT id FROM inbox WHERE mapping = ? AND key = ? AND state <> 'done' AND state <> 'taken' AND digest IS NULL AND find IS ?`,
  )
  const newest = connection.prepare<{ readonly digest: string }>(
    `SELECT digest FROM inbox WHERE mapping = ? AND key = ? AND state <> 'done' AND digest IS NOT NULL ORDER BY id DESC LIMIT 1`,
  )
  const supersede = connection.prepare(
    `UPDATE inbox SET state = 'done', done_at = ? WHERE mapping = ? AND key = ? AND state = 'held' AND digest IS NOT NULL`,
  )
  const answerIds = connection.prepare(
    `UPDATE inbox SET state = 'done', done_at = ?
     WHERE mapping = ? AND key = ? AND state = 'waiting' AND digest IS NULL AND find IS NULL`,
  )
  const insert = connection.prepare(
    `INSERT INTO inbox (mapping, event, key, find, digest, record, received_at, due_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const due = connection.prepare<Row>(`SELECT * ${ready} AND due_at <= ?3 ORDER BY id LIMIT ?4`)
  const nextDue = connection.prepare<{ readonly due: string | null }>(`SELECT min(due_at) AS due ${ready}`)
  const among = 'id IN (SELECT value FROM json_each(?))'
  const take = connection.prepare(`UPDATE inbox SET state = 'taken' WHERE ${among}`)
  const putBack = connection.prepare(
    `UPDATE inbox SET state = 'waiting', due_at = ?, attempts = attempts + ? WHERE ${among}`,
  )
  const hold = connection.prepare(`UPDATE inbox SET state = 'held', due_at = ? WHERE ${among}`)
  const overtaken = connection.prepare(
    `UPDATE inbox AS i SET state = 'done', done_at = ? WHERE ${among} AND digest IS NOT NULL AND EXISTS (
       SELECT 1 FROM inbox AS later
       WHERE later.mapping = i.mapping AND later.key = i.key AND later.id > i.id AND later.digest IS NOT NULL AND later.state <> 'done'
     )`,
  )
  const wake = connection.prepare(`UPDATE inbox SET due_at = ?1 WHERE mapping = ?2 AND state = 'held' AND due_at > ?1`)
  const done = connection.prepare(`UPDATE inbox SET state = 'done', done_at = ? WHERE ${among}`)
  const recover = connection.prepare(`UPDATE inbox SET state = 'waiting' WHERE state = 'taken'`)
  const forget = connection.prepare(`DELETE FROM inbox WHERE state = 'done' AND done_at < ?`)
  const waiting = connection.prepare<{ readonly mapping: string; readonly count: number; readonly since: string }>(
    `SELECT mapping, count(*) AS count, min(received_at) AS since FROM inbox WHERE state <> 'done' GROUP BY mapping`,
  )

  const store = (delivery: Delivery): Delivered => {
    const { mapping, event, key, find, record, digest, receivedAt, dueAt } = delivery
    if (digest === undefined || record === undefined) {
      if (waitingId.get(mapping, key, find ?? null)) return 'gathered'
      insert.run(mapping, event, key, find ?? null, null, null, receivedAt, dueAt)
      return 'stored'
    }
    if (newest.get(mapping, key)?.digest === digest) return 'duplicate'
    supersede.run(receivedAt, mapping, key)
    answerIds.run(receivedAt, mapping, key)
    insert.run(mapping, event, key, find ?? null, digest, box.seal(record, key), receivedAt, dueAt)
    return 'stored'
  }
  const entry = (row: Row): InboxEntry => ({
    id: row.id,
    mapping: row.mapping,
    event: row.event,
    key: row.key,
    ...(row.find !== null && { find: row.find }),
    ...(row.record !== null && { record: box.open(row.record, row.key) }),
    ...(row.digest !== null && { digest: row.digest }),
    receivedAt: row.received_at,
    dueAt: row.due_at,
    attempts: row.attempts,
  })

  return {
    put: (deliveries) => connection.durably(() => deliveries.map(store)),
    take: (mapping, now, limit, after = []) =>
      connection.transaction(() => {
        const entries = onePerKey(due.all(mapping, JSON.stringify(after), now, limit)).map(entry)
        if (entries.length > 0) take.run(JSON.stringify(entries.map(({ id }) => id)))
        return entries
      }),
    nextDue: (mapping, now = '', after = []) => nextDue.get(mapping, JSON.stringify(after), now)?.due ?? undefined,
    putBack: (ids, dueAt, attempts) => {
      putBack.run(dueAt, attempts === 'more' ? 1 : 0, JSON.stringify(ids))
    },
    hold: (ids, dueAt, now) =>
      connection.transaction(() => {
        hold.run(dueAt, JSON.stringify(ids))
        overtaken.run(now, JSON.stringify(ids))
      }),
    wake: (mapping, now) => {
      wake.run(now, mapping)
    },
    done: (ids, at) => {
      done.run(at, JSON.stringify(ids))
    },
    recover: () => {
      recover.run()
    },
    forget: (doneBefore) => forget.run(doneBefore),
    waiting: () => new Map(waiting.all().map(({ mapping, count, since }) => [mapping, { count, since }])),
  }
}

/** A record before an id of the same key; else what came first. */
function onePerKey(rows: readonly Row[]): readonly Row[] {
  const chosen = new Map<string, Row>()
  for (const row of rows) {
    const known = chosen.get(row.key)
    if (!known || (known.digest === null && row.digest !== null)) chosen.set(row.key, row)
  }
  return rows.filter((row) => chosen.get(row.key) === row)
}
