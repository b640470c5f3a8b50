import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seal, unseal } from './secrets/seal.ts'
import { newSecretKey } from './secrets/secret-key.ts'
import type { Spool, SpooledRead, SpooledRecord } from './spool.ts'
import { type Connection, connect, type Statement } from './sqlite/connection.ts'
import { claimSpoolFile, discardSpoolFile, removeLeftovers } from './sqlite/spool-file.ts'

// `first` is the lowest position of the record's group: (first, position) is the order in which records are handed out.
// The partial indexes make a read without groups pay nothing for them.
const schema = `
CREATE TABLE records (
  position INTEGER PRIMARY KEY,
  read INTEGER NOT NULL,
  key TEXT NOT NULL,
  grouping TEXT NOT NULL,
  first INTEGER NOT NULL,
  companion INTEGER NOT NULL,
  record TEXT,
  UNIQUE (read, key)
) STRICT;
CREATE INDEX records_in_order ON records (read, first);
CREATE INDEX records_by_group ON records (read, grouping) WHERE grouping <> key;
CREATE TABLE seen (read INTEGER NOT NULL, key TEXT NOT NULL, PRIMARY KEY (read, key)) STRICT, WITHOUT ROWID;
CREATE TABLE claims (
  scope TEXT NOT NULL,
  target_key TEXT NOT NULL,
  source_key TEXT NOT NULL,
  PRIMARY KEY (scope, target_key)
) STRICT, WITHOUT ROWID;
`

/** Groups that are fetched at once by `groups()`. */
const groupPage = 500

/**
 * A spool in a temporary SQLite file that only this process uses. It is deleted when the spool is closed and when the
 * process exits; files that dead processes left are removed here.
 *
 * @param folder where the file is made; the system's folder for temporary files by default.
 * @throws StoreError when the file cannot be made, or later when the disk is full.
 */
export function openSpool(folder: string = tmpdir()): Spool {
  removeLeftovers(folder)
  const path = join(folder, `syncline-spool-${process.pid}-${randomUUID()}.db`)
  claimSpoolFile(path)
  const connection = connect({ path, role: 'spool', busyTimeoutMs: 0, readOnly: false, disposable: true })
  // Nothing here outlives the run, so nothing is ever committed or could be rolled back: one open transaction without
  // a journal saves a write to disk per call, and pages still leave the memory when the cache is full.
  connection.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE')
  connection.exec('PRAGMA cache_size = -8000')
  connection.exec(schema)
  connection.exec('BEGIN IMMEDIATE')
  const statements = prepareStatements(connection)
  const reads = new Map<string, SpooledRead>()
  const positions = counter()
  const sealedRecords = recordCipher()
  return {
    read: (name, { sealed = false } = {}) => {
      const found = reads.get(name)
      if (found !== undefined) return found
      const read = spooledRead(statements, reads.size, positions, sealed ? sealedRecords : plainRecords)
      reads.set(name, read)
      return read
    },
    claim: (scope, targetKey, sourceKey) => {
      if (statements.claim.run(scope, targetKey, sourceKey) > 0) return sourceKey
      return statements.owner.get(scope, targetKey)?.source_key ?? sourceKey
    },
    close: () => {
      connection.close()
      discardSpoolFile(path)
    },
  }
}

/** How a record's JSON stands in the file. */
interface RecordForm {
  write(json: string, key: string): string
  read(text: string, key: string): string
}

const plainRecords: RecordForm = { write: (json) => json, read: (text) => text }

/** The key is in memory only: what a killed process leaves behind, nobody can read. */
function recordCipher(): RecordForm {
  const key = newSecretKey()
  const place = (name: string) => ({ connection: 'spool', name })
  return {
    write: (json, name) => Buffer.from(seal(json, place(name), key)).toString('base64'),
    read: (text, name) => {
      const json = unseal(Buffer.from(text, 'base64'), place(name), key)
      if (json === undefined) throw new Error('A record of the spool was changed while the run went on.')
      return json
    },
  }
}

function spooledRead(
  statements: SpoolStatements,
  read: number,
  nextPosition: () => number,
  form: RecordForm,
): SpooledRead {
  let facts: Readonly<Record<string, unknown>> = Object.freeze({})
  let count = 0

  const firstOfGroup = (group: string): number | undefined =>
    statements.firstOfGroup.get(read, group)?.first ?? undefined

  function put({ key, group, record, companion }: SpooledRecord): void {
    // Before the first write: what cannot be written as JSON must not leave half a record behind.
    const plain = JSON.stringify(record)
    const json = plain === undefined ? null : form.write(plain, key)
    const there = statements.byKey.get(read, key)
    if (there === undefined) {
      const position = nextPosition()
      statements.insert.run(position, read, key, group, firstOfGroup(group) ?? position, companion ? 1 : 0, json)
      count++
      return
    }
    statements.update.run(json, companion ? there.companion : 0, there.position)
    if (there.grouping !== group) moveToGroup(there, group)
  }

  /** A record whose group has changed keeps its position, which may be the lowest of its old group and of its new one. */
  function moveToGroup(there: PlaceRow, group: string): void {
    statements.setGroup.run(group, there.position)
    for (const touched of [there.grouping, group]) {
      const lowest = statements.lowestOfGroup.get(read, touched)?.lowest
      if (lowest != null) statements.setFirst.run(lowest, read, touched)
    }
  }

  function* pages(size: number): Generator<readonly SpooledRecord[]> {
    if (!(Number.isInteger(size) && size > 0)) {
      throw new RangeError(`A page has a whole number of records of at least 1, not ${size}`)
    }
    let first = -1
    for (;;) {
      // Groups are whole on every page, so the next one begins at the next group.
      const rows = [...statements.page.all(read, first, size)]
      const last = rows.at(-1)
      if (last === undefined) return
      if (rows.length === size) rows.push(...statements.restOfGroup.all(read, last.first, last.position))
      first = last.first
      yield rows.map((row) => recordOf(row, form))
    }
  }

  function* groups(): Generator<string> {
    let rows = statements.groupsFirst.all(read)
    for (;;) {
      for (const row of rows) yield row.grouping
      const last = rows.at(-1)
      if (last === undefined || rows.length < groupPage) return
      rows = statements.groupsNext.all(read, last.grouping)
    }
  }

  return {
    put: (records) => {
      for (const record of records) put(record)
    },
    see: (keys) => {
      statements.see.run(read, JSON.stringify(keys))
    },
    seen: (keys) => new Set(statements.seen.all(JSON.stringify(keys), read).map((row) => row.key)),
    groups: () => ({ [Symbol.iterator]: groups }),
    count: () => count,
    pages: (size) => ({ [Symbol.iterator]: () => pages(size) }),
    facts: () => facts,
    setFacts: (given) => {
      facts = Object.freeze({ ...given })
    },
  }
}

interface PlaceRow {
  readonly position: number
  readonly grouping: string
  readonly companion: number
}

interface RecordRow extends PlaceRow {
  readonly key: string
  readonly first: number
  readonly record: string | null
}

function recordOf(row: RecordRow, form: RecordForm): SpooledRecord {
  return {
    key: row.key,
    group: row.grouping,
    record: row.record === null ? undefined : JSON.parse(form.read(row.record, row.key)),
    companion: row.companion === 1,
  }
}

interface SpoolStatements {
  readonly byKey: Statement<PlaceRow>
  readonly firstOfGroup: Statement<{ readonly first: number }>
  readonly lowestOfGroup: Statement<{ readonly lowest: number | null }>
  readonly insert: Statement<never>
  readonly update: Statement<never>
  readonly setGroup: Statement<never>
  readonly setFirst: Statement<never>
  readonly page: Statement<RecordRow>
  readonly restOfGroup: Statement<RecordRow>
  readonly groupsFirst: Statement<{ readonly grouping: string }>
  readonly groupsNext: Statement<{ readonly grouping: string }>
  readonly see: Statement<never>
  readonly seen: Statement<{ readonly key: string }>
  readonly claim: Statement<never>
  readonly owner: Statement<{ readonly source_key: string }>
}

function prepareStatements(connection: Connection): SpoolStatements {
  const columns = 'position, key, grouping, first, companion, record'
  // The members of a group: the record that bears the group's name, and those that name it. Each search has its index.
  const named = 'read = ?1 AND key = ?2 AND grouping = ?2'
  const naming = 'read = ?1 AND grouping = ?2 AND grouping <> key'
  return {
    byKey: connection.prepare('SELECT position, grouping, companion FROM records WHERE read = ? AND key = ?'),
    firstOfGroup: connection.prepare(
      `SELECT first FROM records WHERE ${naming} UNION ALL SELECT first FROM records WHERE ${named} LIMIT 1`,
    ),
    lowestOfGroup: connection.prepare(
      `SELECT min(position) AS lowest FROM (
         SELECT position FROM records WHERE ${naming} UNION ALL SELECT position FROM records WHERE ${named})`,
    ),
    insert: connection.prepare(
      'INSERT INTO records (position, read, key, grouping, first, companion, record) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    update: connection.prepare('UPDATE records SET record = ?, companion = ? WHERE position = ?'),
    setGroup: connection.prepare('UPDATE records SET grouping = ?, first = position WHERE position = ?'),
    setFirst: connection.prepare(
      `UPDATE records SET first = ?1 WHERE position IN (
         SELECT position FROM records WHERE read = ?2 AND grouping = ?3 AND grouping <> key
         UNION ALL SELECT position FROM records WHERE read = ?2 AND key = ?3 AND grouping = ?3)`,
    ),
    page: connection.prepare(
      `SELECT ${columns} FROM records WHERE read = ? AND first > ? ORDER BY first, position LIMIT ?`,
    ),
    restOfGroup: connection.prepare(
      `SELECT ${columns} FROM records WHERE read = ? AND first = ? AND position > ? ORDER BY position`,
    ),
    groupsFirst: connection.prepare(
      `SELECT DISTINCT grouping FROM records WHERE read = ? AND grouping <> key ORDER BY grouping LIMIT ${groupPage}`,
    ),
    groupsNext: connection.prepare(
      `SELECT DISTINCT grouping FROM records WHERE read = ? AND grouping <> key AND grouping > ?
       ORDER BY grouping LIMIT ${groupPage}`,
    ),
    see: connection.prepare(
      'INSERT INTO seen (read, key) SELECT ?, value FROM json_each(?) WHERE true ON CONFLICT DO NOTHING',
    ),
    seen: connection.prepare(
      `SELECT k.value AS key FROM json_each(?1) AS k
       WHERE EXISTS (SELECT 1 FROM seen WHERE read = ?2 AND key = k.value)
          OR EXISTS (SELECT 1 FROM records WHERE read = ?2 AND key = k.value)`,
    ),
    claim: connection.prepare(
      'INSERT INTO claims (scope, target_key, source_key) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    owner: connection.prepare('SELECT source_key FROM claims WHERE scope = ? AND target_key = ?'),
  }
}

/** 1, 2, 3 … */
function counter(): () => number {
  let last = 0
  return () => ++last
}
