import { spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { byCodePoints, link, stateStoreConformance } from './conformance.ts'
import type { SealedTable } from './secrets/sealed-table.ts'
import { connect } from './sqlite/connection.ts'
import { migrate } from './sqlite/migrate.ts'
import { migrations } from './sqlite/migrations/index.ts'
import { runTable } from './sqlite/runs.ts'
import { secretTable } from './sqlite/secrets.ts'
import { openStateFile } from './sqlite/state-file.ts'
import { openSqliteStore, sqliteStoreOn } from './sqlite-store.ts'
import type { StateStore } from './state-store.ts'
import { StoreError, type StoreErrorCode } from './store-error.ts'

let folder: string
let files = 0
const newest = Math.max(...migrations.map(({ number }) => number))
const newPath = (): string => join(folder, `state-${++files}.db`)
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'syncline-store-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

stateStoreConformance('SQLite in memory', () => openSqliteStore({ path: ':memory:' }))
stateStoreConformance('SQLite in a file', () => openSqliteStore({ path: newPath() }))

function failure(call: () => unknown): StoreError {
  try {
    call()
  } catch (error) {
    if (error instanceof StoreError) return error
    throw error
  }
  throw new Error('did not fail')
}

function expectFailure(call: () => unknown, code: StoreErrorCode, path: string): StoreError {
  const error = failure(call)
  expect(error.code).toBe(code)
  expect(error.message).toContain(path)
  expect(error.advice.length).toBeGreaterThan(20)
  return error
}

function within<T>(store: StateStore, use: (store: StateStore) => T): T {
  try {
    return use(store)
  } finally {
    store.close()
  }
}

describe('the state file', () => {
  test('keeps everything from one opening to the next', () => {
    const path = newPath()
    within(openSqliteStore({ path }), (store) => store.links.put([link()]))
    within(openSqliteStore({ path }), (store) => expect(store.links.byTarget('m', 'main', 't-s1')).toEqual(link()))
  })

  test('and its folder are made for their owner only, with the files beside it', () => {
    const path = join(folder, 'new', 'deep', 'state.db')
    const store = openSqliteStore({ path })
    store.secrets.set('c', 't', 'secret')
    const mode = (name: string): number => statSync(name).mode & 0o777
    expect(mode(join(folder, 'new'))).toBe(0o700)
    expect(mode(join(folder, 'new', 'deep'))).toBe(0o700)
    expect([path, `${path}-wal`, `${path}-shm`].map(mode)).toEqual([0o600, 0o600, 0o600])
    store.close()
  })

  test('that others could read is closed to them', () => {
    const path = newPath()
    openSqliteStore({ path }).close()
    chmodSync(path, 0o644)
    openSqliteStore({ path }).close()
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test('is in write-ahead mode and has the number of its schema', () => {
    const path = newPath()
    openSqliteStore({ path }).close()
    const database = new DatabaseSync(path)
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
    expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: newest })
    database.close()
  })

  test('does not keep what was removed from it readable', () => {
    const path = newPath()
    const secret = Buffer.from('hunter2-hunter2-hunter2')
    const table = (use: (table: SealedTable) => void): void => {
      const connection = openStateFile({ path, busyTimeoutMs: 0, readOnly: false })
      use(secretTable(connection))
      connection.close()
    }
    table((rows) => {
      for (const name of ['c', 'd']) rows.set({ connection: name, name: 't', keyId: 'k', value: secret })
    })
    expect(readFileSync(path).includes(secret)).toBe(true)
    table((rows) => {
      for (const name of ['c', 'd']) rows.remove(name, 't')
    })
    expect(readFileSync(path).includes(secret)).toBe(false)
  })

  test('takes over an empty file', () => {
    const path = newPath()
    writeFileSync(path, '')
    within(openSqliteStore({ path }), (store) => expect(store.cursors.all()).toEqual([]))
  })

  test('keeps the newest runs only', () => {
    const connection = connect({ path: ':memory:', role: 'state file', busyTimeoutMs: 0, readOnly: false })
    migrate(connection, migrations)
    const runs = runTable(connection, 3)
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      runs.start({ id, startedAt: '2025-01-01T00:00:00.000Z', status: 'running', mappings: [] })
    }
    expect(runs.last(10).map((run) => run.id)).toEqual(['e', 'd', 'c'])
    connection.close()
  })
})

describe('the history of the schema', () => {
  const open = (path: string) => connect({ path, role: 'state file', busyTimeoutMs: 0, readOnly: false })

  test('is applied from where the file stands, once', () => {
    const connection = open(':memory:')
    const steps = [
      { number: 1, sql: 'CREATE TABLE a (x TEXT)' },
      { number: 2, sql: "INSERT INTO a VALUES ('two')" },
      { number: 3, sql: "INSERT INTO a VALUES ('three')" },
    ]
    migrate(connection, steps.slice(0, 2))
    migrate(connection, steps)
    migrate(connection, steps)
    expect(
      connection
        .prepare('SELECT x FROM a')
        .all()
        .map((row) => Object.values(row)),
    ).toEqual([['two'], ['three']])
    expect(connection.value('PRAGMA user_version')).toBe(3)
    connection.close()
  })

  test('goes by numbers: one that comes later with a smaller number is applied too, once', () => {
    const connection = open(':memory:')
    const insert = (number: number) => ({ number, sql: `INSERT INTO a VALUES ('${number}')` })
    const first = { number: 1, sql: 'CREATE TABLE a (x TEXT)' }
    migrate(connection, [first, insert(5)])
    expect(connection.value('PRAGMA user_version')).toBe(5)
    for (let time = 0; time < 2; time++) migrate(connection, [first, insert(7), insert(3), insert(5)])
    const rows = connection.prepare<{ readonly x: string }>('SELECT x FROM a ORDER BY rowid').all()
    expect(rows.map(({ x }) => x)).toEqual(['5', '3', '7'])
    expect(connection.value('PRAGMA user_version')).toBe(7)
    connection.close()
  })

  test('takes a file from before the numbers were written down for one that has had all up to its version', () => {
    const connection = open(':memory:')
    connection.exec("CREATE TABLE a (x TEXT); INSERT INTO a VALUES ('two'); PRAGMA user_version = 2")
    migrate(
      connection,
      [1, 2, 3].map((number) => ({ number, sql: `INSERT INTO a VALUES ('${number}')` })),
    )
    const rows = connection.prepare<{ readonly x: string }>('SELECT x FROM a').all()
    expect(rows.map(({ x }) => x)).toEqual(['two', '3'])
    connection.close()
  })

  test('is all or none', () => {
    const connection = open(':memory:')
    expect(() =>
      migrate(connection, [
        { number: 1, sql: 'CREATE TABLE a (x TEXT)' },
        { number: 2, sql: 'CREATE TABLE a (x TEXT)' },
      ]),
    ).toThrow(StoreError)
    expect(connection.value('SELECT count(*) FROM sqlite_schema')).toBe(0)
    expect(connection.value('PRAGMA user_version')).toBe(0)
    connection.close()
  })
})

describe('a state that cannot be used', () => {
  test('store-read-only: a file without any write bit, for root too', () => {
    const path = newPath()
    within(openSqliteStore({ path }), (store) => store.secrets.set('c', 't', 'kept'))
    chmodSync(path, 0o400)
    expectFailure(() => openSqliteStore({ path }), 'store-read-only', path)
    within(openSqliteStore({ path, readOnly: true }), (store) => expect(store.secrets.get('c', 't')).toBe('kept'))
  })

  test('store-read-only: a folder without any write bit, for root too', () => {
    const closed = join(folder, 'closed')
    mkdirSync(closed)
    chmodSync(closed, 0o500)
    const path = join(closed, 'state.db')
    expectFailure(() => openSqliteStore({ path }), 'store-read-only', path)
    expect(existsSync(path)).toBe(false)
    chmodSync(closed, 0o700)
  })

  test("store-read-only: SQLite's own refusal", () => {
    const path = newPath()
    openSqliteStore({ path }).close()
    const connection = connect({ path, role: 'state file', busyTimeoutMs: 0, readOnly: true })
    const store = sqliteStoreOn(connection)
    expectFailure(
      () => store.cursors.set({ mapping: 'm', connection: 'c', read: 'r', position: 'p', configuration: 'h' }),
      'store-read-only',
      path,
    )
    expectFailure(() => store.links.put([link()]), 'store-read-only', path)
    store.close()
  })

  test('store-unreachable: the folder is a file, or the file is a folder', () => {
    const file = newPath()
    writeFileSync(file, '')
    expectFailure(() => openSqliteStore({ path: join(file, 'state.db') }), 'store-unreachable', join(file, 'state.db'))
    expectFailure(() => openSqliteStore({ path: join(file, 'state.db'), readOnly: true }), 'store-unreachable', file)
    expectFailure(() => openSqliteStore({ path: folder }), 'store-unreachable', folder)
    expectFailure(() => openSqliteStore({ path: folder, readOnly: true }), 'store-unreachable', folder)
  })

  test('store-corrupt: no database, and it stays as it was', () => {
    const path = newPath()
    const text = 'this is a text file\n'.repeat(100)
    writeFileSync(path, text)
    expectFailure(() => openSqliteStore({ path }), 'store-corrupt', path)
    expectFailure(() => openSqliteStore({ path, readOnly: true }), 'store-corrupt', path)
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  test('store-corrupt: a database that was cut off', () => {
    const path = newPath()
    within(openSqliteStore({ path }), (store) =>
      store.links.put(Array.from({ length: 2000 }, (_, n) => link({ sourceKey: `s${n}` }))),
    )
    truncateSync(path, 8192)
    expectFailure(
      () => within(openSqliteStore({ path }), (store) => [...store.links.live('m', 'main')]),
      'store-corrupt',
      path,
    )
  })

  test('store-foreign: a database of another program, and it stays as it was', () => {
    const path = newPath()
    const other = new DatabaseSync(path)
    other.exec('CREATE TABLE notes (text TEXT)')
    other.close()
    const before = readFileSync(path)
    expectFailure(() => openSqliteStore({ path }), 'store-foreign', path)
    expectFailure(() => openSqliteStore({ path, readOnly: true }), 'store-foreign', path)
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  test('store-newer: written by a newer version, and it stays as it was', () => {
    const path = newPath()
    openSqliteStore({ path }).close()
    const newer = new DatabaseSync(path)
    newer.exec(`PRAGMA user_version = ${newest + 1}`)
    newer.close()
    const error = expectFailure(() => openSqliteStore({ path }), 'store-newer', path)
    expect(error.message).toContain(`its schema is ${newest + 1}, this one knows up to ${newest}`)
    expectFailure(() => openSqliteStore({ path, readOnly: true }), 'store-newer', path)
    const after = new DatabaseSync(path)
    expect(after.prepare('PRAGMA user_version').get()).toEqual({ user_version: newest + 1 })
    after.close()
  })

  test('store-busy: another holds the file for longer than the time-out, and then it works again', () => {
    const path = newPath()
    const store = openSqliteStore({ path, busyTimeoutMs: 60 })
    const other = new DatabaseSync(path)
    other.exec('BEGIN IMMEDIATE')
    const start = performance.now()
    expectFailure(() => store.secrets.set('c', 't', '1'), 'store-busy', path)
    expect(performance.now() - start).toBeGreaterThan(50)
    expect(store.secrets.get('c', 't')).toBeUndefined()
    other.exec('COMMIT')
    store.secrets.set('c', 't', '1')
    expect(store.secrets.get('c', 't')).toBe('1')
    other.close()
    store.close()
  })

  test('store-full: the whole transaction is undone, and the store goes on when there is room', () => {
    const path = newPath()
    openSqliteStore({ path }).close()
    const connection = connect({ path, role: 'state file', busyTimeoutMs: 0, readOnly: false })
    const store = sqliteStoreOn(connection)
    const pages = Number(connection.value('PRAGMA page_count'))
    connection.exec(`PRAGMA max_page_count = ${pages + 5}`)
    const fill = (): void =>
      store.transaction(() => {
        store.secrets.set('c', 't', '1')
        store.references.set('c.e', 'now', ['x'.repeat(100_000)])
      })
    expectFailure(fill, 'store-full', path)
    expect(store.secrets.get('c', 't')).toBeUndefined()
    connection.exec(`PRAGMA max_page_count = ${pages + 500}`)
    fill()
    expect(store.secrets.get('c', 't')).toBe('1')
    store.close()
  })

  test('no error holds a secret or a stored value', () => {
    const path = newPath()
    const store = openSqliteStore({ path, busyTimeoutMs: 0 })
    store.links.put([link({ targetKey: 'jane@example.com' })])
    const other = new DatabaseSync(path)
    other.exec('BEGIN IMMEDIATE')
    const busy = failure(() => store.secrets.set('c', 't', 'hunter2'))
    other.exec('COMMIT')
    other.close()
    const taken = failure(() =>
      store.links.put([link({ sourceKey: 'joe@example.com', targetKey: 'jane@example.com' })]),
    )
    store.close()
    const closed = failure(() => store.secrets.set('c', 't', 'hunter2'))
    for (const error of [busy, taken, closed]) expect(inspect(error, { depth: 9 })).not.toMatch(/hunter2|jane|joe/)
  })
})

describe('readOnly', () => {
  test('makes neither folder nor file: a state that is not there reads as an empty one', () => {
    const path = join(folder, 'absent', 'state.db')
    within(openSqliteStore({ path, readOnly: true }), (store) => {
      expect(store.cursors.all()).toEqual([])
      expectFailure(() => store.secrets.set('c', 't', '1'), 'store-read-only', path)
    })
    expect(existsSync(join(folder, 'absent'))).toBe(false)
  })

  test('reads while another writes, and refuses to write', () => {
    const path = newPath()
    const writer = openSqliteStore({ path })
    const reader = openSqliteStore({ path, readOnly: true })
    writer.secrets.set('c', 't', '1')
    expect(reader.secrets.get('c', 't')).toBe('1')
    expectFailure(() => reader.secrets.set('c', 't', '2'), 'store-read-only', path)
    expectFailure(() => reader.known.add('c.e', ['k']), 'store-read-only', path)
    expect(writer.secrets.get('c', 't')).toBe('1')
    reader.close()
    writer.close()
  })

  test('store-older: a schema that only a writer may bring up to date', () => {
    const path = newPath()
    within(openSqliteStore({ path }), (store) => store.secrets.set('c', 't', 'kept'))
    const next = [...migrations, { number: newest + 2, sql: 'CREATE TABLE next (x TEXT) STRICT' }]
    const options = { path, busyTimeoutMs: 0 }
    const error = expectFailure(() => openStateFile({ ...options, readOnly: true }, next), 'store-older', path)
    expect(error.message).toContain(`its schema is ${newest}, this one needs ${newest + 2}`)
    const updated = openStateFile({ ...options, readOnly: false }, next)
    expect(updated.value('SELECT count(*) FROM next')).toBe(0)
    expect(sqliteStoreOn(updated).secrets.get('c', 't')).toBe('kept')
    updated.close()
    openStateFile({ ...options, readOnly: true }, next).close()
    expectFailure(() => openSqliteStore({ path }), 'store-newer', path)
  })
})

describe('several processes on one file', () => {
  const module = JSON.stringify(pathToFileURL(join(import.meta.dirname, 'sqlite-store.ts')).href)

  /** Runs JavaScript in another Node and gives how it ended and what it printed. */
  function child(
    code: string,
    onOutput = (): void => {},
  ): Promise<{ readonly status: number | string; readonly out: string }> {
    const script = `import { openSqliteStore } from ${module}\n${code}`
    return new Promise((resolve, reject) => {
      const started = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let out = ''
      started.stdout.on('data', (data) => {
        out += data
        onOutput()
      })
      started.on('error', reject)
      started.on('close', (status, signal) => resolve({ status: signal ?? status ?? -1, out }))
    })
  }

  test('that make it and write at the same time lose nothing and are never refused', async () => {
    const path = newPath()
    const rounds = 300
    const names = ['a', 'b', 'c']
    const start = Date.now() + 500
    const writer = (name: string): string => `
      const pause = (ms) => ms > 0 && Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
      // All make the file in the same moment, and begin to write when all have it open.
      pause(${start} - Date.now())
      const store = openSqliteStore({ path: ${JSON.stringify(path)}, busyTimeoutMs: 20000 })
      store.known.add('ready', ['${name}'])
      while (store.known.which('ready', ${JSON.stringify(names)}).size < ${names.length}) {
        if (Date.now() > ${start + 10_000}) throw new Error('another writer did not come')
        pause(1)
      }
      for (let round = 0; round < ${rounds}; round++) {
        store.transaction(() => {
          // Read, then write: two who read the same number would lose one.
          const count = Number(store.secrets.get('count', 't') ?? 0)
          store.links.put([{ mapping: 'm', step: 'main', sourceKey: '${name}' + round, targetKey: '${name}' + round,
            target: { round }, fingerprint: 'f', state: 'live' }])
          store.secrets.set('count', 't', String(count + 1))
        })
        store.known.add('c.e', ['${name}' + round, 'shared' + round])
      }
      const { taken } = store.locks.take('pipeline', '${name}', 1000, 1000)
      store.close()
      console.log(taken)`
    const ended = await Promise.all(names.map((name) => child(writer(name))))
    expect(ended.map((one) => one.status)).toEqual([0, 0, 0])
    expect(ended.map((one) => one.out.trim()).sort()).toEqual(['false', 'false', 'true'])
    within(openSqliteStore({ path }), (store) => {
      expect(store.secrets.get('count', 't')).toBe(String(3 * rounds))
      expect(store.links.countLiveSources('m', 'main')).toBe(3 * rounds)
      const shared = Array.from({ length: rounds }, (_, round) => `shared${round}`)
      expect(store.known.which('c.e', shared).size).toBe(rounds)
    })
    const database = new DatabaseSync(path)
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
    database.close()
  })

  test('one that opens a new file waits for another that is just making it', async () => {
    const path = newPath()
    let held = (): void => {}
    const holding = new Promise<void>((resolve) => {
      held = resolve
    })
    // Holds the first lock of a writer, for which SQLite itself does not wait when the journal mode changes.
    const other = child(
      `import { DatabaseSync } from 'node:sqlite'
      const database = new DatabaseSync(${JSON.stringify(path)})
      database.exec('BEGIN IMMEDIATE')
      console.log('held')
      setTimeout(() => database.exec('COMMIT'), 500)`,
      held,
    )
    await holding
    expectFailure(() => openSqliteStore({ path, busyTimeoutMs: 30 }), 'store-busy', path)
    within(openSqliteStore({ path }), (store) => store.secrets.set('c', 't', '1'))
    expect((await other).status).toBe(0)
  })

  test('one that is killed loses only the transaction it was in', async () => {
    const path = newPath()
    const { status } = await child(`
      const store = openSqliteStore({ path: ${JSON.stringify(path)} })
      store.journal.open({ id: 'i1', mapping: 'm', step: 'main', operation: 'create', targetKeys: ['a'], at: 'now' })
      store.known.add('c.e', ['committed'])
      store.transaction(() => {
        store.journal.close('i1')
        store.known.add('c.e', ['open'])
        process.kill(process.pid, 'SIGKILL')
      })`)
    expect(status).toBe('SIGKILL')
    within(openSqliteStore({ path }), (store) => {
      expect(store.journal.pending('m').map((intent) => intent.id)).toEqual(['i1'])
      expect(store.known.which('c.e', ['committed', 'open'])).toEqual(new Set(['committed']))
    })
  })
})

test('links hold one owner per target key whatever is put and removed, and all views agree', () => {
  const key = fc.constantFrom('a', 'b', 'ö', '😀', '\uffff')
  const action = fc.oneof(
    fc.record({
      put: fc.array(fc.record({ sourceKey: key, targetKey: key, state: fc.constantFrom('live', 'gone') }), {
        maxLength: 4,
      }),
    }),
    fc.record({ remove: fc.array(key, { maxLength: 2 }) }),
  )
  fc.assert(
    fc.property(fc.array(action, { maxLength: 25 }), (actions) => {
      const store = openSqliteStore({ path: ':memory:' })
      let model = new Map<string, { readonly sourceKey: string; readonly state: string }>()
      for (const one of actions) {
        if ('remove' in one) {
          store.links.remove('m', 'main', one.remove)
          for (const targetKey of one.remove) model.delete(targetKey)
          continue
        }
        const next = new Map(model)
        const fits = one.put.every(({ targetKey, ...rest }) => {
          const there = next.get(targetKey)
          next.set(targetKey, rest)
          return there === undefined || there.sourceKey === rest.sourceKey || there.state === 'gone'
        })
        const put = (): void => store.links.put(one.put.map((changes) => link(changes)))
        if (fits) put()
        else expect(put).toThrow(expect.objectContaining({ code: 'store-key-taken' }))
        if (fits) model = next
      }
      const live = [...model].filter(([, { state }]) => state === 'live')
      const expected = live
        .map(([targetKey, { sourceKey }]) => [sourceKey, targetKey] as const)
        .sort((a, b) => byCodePoints(a[0], b[0]) || byCodePoints(a[1], b[1]))
      expect([...store.links.live('m', 'main')].map((l) => [l.sourceKey, l.targetKey])).toEqual(expected)
      expect(store.links.countLiveSources('m', 'main')).toBe(new Set(live.map(([, l]) => l.sourceKey)).size)
      for (const [targetKey, { sourceKey, state }] of model) {
        expect(store.links.byTarget('m', 'main', targetKey)).toMatchObject({ sourceKey, state })
        expect(store.links.bySource('m', 'main', sourceKey).map((l) => l.targetKey)).toContain(targetKey)
        expect(store.links.isLinked('m', sourceKey)).toBe(live.some(([, l]) => l.sourceKey === sourceKey))
      }
      const grouped = store.links.bySources('m', 'main', ['a', 'b', 'ö', '😀', '\uffff'])
      expect([...grouped.values()].flat()).toHaveLength(model.size)
      store.close()
    }),
  )
})

test('records of messages are sealed in the file, open after the key was rotated, and not when they were changed', () => {
  const path = newPath()
  const store = openSqliteStore({ path })
  const delivery = { mapping: 'm', event: 'c.e', receivedAt: '2025-01-01', dueAt: '2025-01-01' }
  store.inbox.put([
    { ...delivery, key: 'a', record: '{"email":"asa@example.com"}', digest: 'd' },
    { ...delivery, key: 'b', record: '{"email":"bo@example.com"}', digest: 'e' },
  ])
  store.secrets.rotateKey()
  store.close()
  for (const file of readdirSync(folder).filter((name) => join(folder, name).startsWith(path))) {
    expect(readFileSync(join(folder, file)).includes('@example.com')).toBe(false)
  }
  const changed = new DatabaseSync(path)
  changed.exec("UPDATE inbox SET record = (SELECT record FROM inbox WHERE key = 'a') WHERE key = 'b'")
  changed.close()
  const again = openSqliteStore({ path })
  expect(again.inbox.take('m', '2025-01-02', 1)).toMatchObject([{ record: '{"email":"asa@example.com"}' }])
  expect(() => again.inbox.take('m', '2025-01-02', 1)).toThrow(expect.objectContaining({ code: 'secret-damaged' }))
  again.close()
})
