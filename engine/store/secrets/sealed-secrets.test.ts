import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openStore } from '../open-store.ts'
import { migrate } from '../sqlite/migrate.ts'
import { migrations } from '../sqlite/migrations/index.ts'
import { openStateFile } from '../sqlite/state-file.ts'
import type { StateStore } from '../state-store.ts'
import { StoreError } from '../store-error.ts'
import type { KeyEnvironment } from './environment-key.ts'
import { newSecretKey, secretKeyText } from './secret-key.ts'

let folder: string
let state: string
let keyPath: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'syncline-secrets-'))
  state = join(folder, 'state.db')
  keyPath = join(folder, 'state.db.key')
})
afterEach(() => rmSync(folder, { recursive: true }))

function opened<T>(use: (store: StateStore) => T, environment: KeyEnvironment = {}, readOnly = false): T {
  const store = openStore('sqlite:state.db', folder, { environment, readOnly, busyTimeoutMs: 200 })
  try {
    return use(store)
  } finally {
    store.close()
  }
}

function failure(call: () => unknown): StoreError {
  try {
    call()
  } catch (error) {
    if (error instanceof StoreError) return error
    throw error
  }
  throw new Error('did not fail')
}

const put = (store: StateStore): void => store.secrets.set('shop', 'refreshToken', 'hunter2-secret')
const take = (store: StateStore): string | undefined => store.secrets.get('shop', 'refreshToken')
const newKeyText = (): string => secretKeyText(newSecretKey())
/** Every byte of the folder: state, log, key. */
const bytes = (): string =>
  readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join()

describe('the key file', () => {
  test('is made when the first secret is stored, for its owner only, and opens it for the next process', () => {
    opened((store) => {
      expect(store.secrets.names('shop')).toEqual([])
      expect(take(store)).toBeUndefined()
    })
    expect(existsSync(keyPath)).toBe(false)
    opened(put)
    expect(readdirSync(folder).sort()).toEqual(['state.db', 'state.db.key'])
    expect(statSync(keyPath).mode & 0o777).toBe(0o600)
    expect(opened(take)).toBe('hunter2-secret')
    expect(opened(take, {}, true)).toBe('hunter2-secret')
    expect(bytes()).not.toContain('hunter2')
  })

  test('is not made by who only reads', () => {
    opened(() => undefined)
    expect(failure(() => opened(put, {}, true)).code).toBe('store-read-only')
    expect(existsSync(keyPath)).toBe(false)
  })

  test.each([0o640, 0o604, 0o660, 0o622])('that others have rights to (%o) is refused, and stays', (mode) => {
    opened(put)
    chmodSync(keyPath, mode)
    for (const use of [take, put]) {
      const error = failure(() => opened(use))
      expect(error.code).toBe('secret-key-exposed')
      expect(error.message).toContain(
        `${keyPath} can be read or written by others than its owner (mode 0${mode.toString(8)})`,
      )
      expect(error.advice).toContain(`chmod 600 ${keyPath}`)
    }
    expect(statSync(keyPath).mode & 0o777).toBe(mode)
    chmodSync(keyPath, 0o600)
    expect(opened(take)).toBe('hunter2-secret')
  })

  test('that cannot be read is refused', () => {
    opened(() => undefined)
    mkdirSync(keyPath, { mode: 0o700 })
    const error = failure(() => opened(put))
    expect(error.code).toBe('secret-key-unreadable')
    expect(error.message).toContain(`${keyPath} cannot be read (EISDIR)`)
  })

  test('that is lost: what it sealed is kept, nothing is sealed beside it, and the old key opens it again', () => {
    opened(put)
    const key = readFileSync(keyPath)
    rmSync(keyPath)
    const uses = [
      take,
      put,
      (store: StateStore) => store.secrets.set('other', 'x', 'y'),
      (s: StateStore) => s.secrets.rotateKey(),
    ]
    for (const use of uses) {
      const error = failure(() => opened(use))
      expect(error.code).toBe('secret-key-lost')
      expect(error.message).toContain('secrets of the connection shop')
      expect(error.advice).toContain('syncline disconnect shop')
      expect(existsSync(keyPath)).toBe(false)
    }
    expect(opened((store) => store.secrets.names('shop'))).toEqual(['refreshToken'])
    writeFileSync(keyPath, key, { mode: 0o600 })
    expect(opened(take)).toBe('hunter2-secret')
  })

  test('that is lost: after its secrets are removed, a new one is made', () => {
    opened(put)
    rmSync(keyPath)
    opened((store) => store.secrets.remove('shop'))
    opened(put)
    expect(opened(take)).toBe('hunter2-secret')
  })

  test('that is another one is told apart from one that is lost', () => {
    opened(put)
    writeFileSync(keyPath, newKeyText(), { mode: 0o600 })
    for (const use of [take, put]) expect(failure(() => opened(use)).code).toBe('secret-key-other')
  })
})

describe('SYNCLINE_KEY', () => {
  test('seals and opens, and no file is made', () => {
    const environment = { SYNCLINE_KEY: newKeyText() }
    opened(put, environment)
    expect(opened(take, environment)).toBe('hunter2-secret')
    expect(existsSync(keyPath)).toBe(false)
    expect(failure(() => opened(take)).code).toBe('secret-key-lost')
    expect(failure(() => opened(take, { SYNCLINE_KEY: newKeyText() })).message).toContain(
      'another key than the one in SYNCLINE_KEY',
    )
  })

  test.each([
    ['hunter2', 'is no Base64'],
    [Buffer.alloc(16, 1).toString('base64'), 'is 16 bytes long'],
    [Buffer.alloc(64, 1).toString('base64'), 'is 64 bytes long'],
    [`${Buffer.alloc(32, 1).toString('base64')}!`, 'is no Base64'],
    [' ', 'is empty'],
  ])('of another form is refused at once and not repeated: %s', (text, what) => {
    const error = failure(() => opened(() => undefined, { SYNCLINE_KEY: text }))
    expect(error.code).toBe('secret-key-format')
    expect(error.message).toContain(`The key in SYNCLINE_KEY ${what}; a key is 32 bytes, written in Base64`)
    expect(error.message).not.toContain(text.length > 1 ? text : 'x'.repeat(9))
    expect(error.advice).toContain('openssl rand -base64 32')
  })

  test('may be written in the alphabet for addresses, and without the sign at its end', () => {
    const key = Buffer.alloc(32, 0xfb)
    opened(put, { SYNCLINE_KEY: key.toString('base64') })
    expect(opened(take, { SYNCLINE_KEY: `${key.toString('base64url')}\n` })).toBe('hunter2-secret')
  })
})

describe('what is stored', () => {
  const raw = (sql: string): void => {
    const database = new DatabaseSync(state)
    database.exec(sql)
    database.close()
  }

  test('does not open when it was moved to another connection or name', () => {
    opened((store) => {
      put(store)
      store.secrets.set('back', 'refreshToken', 'other')
    })
    raw("UPDATE secrets SET value = (SELECT value FROM secrets WHERE connection = 'shop') WHERE connection = 'back'")
    const error = failure(() => opened((store) => store.secrets.get('back', 'refreshToken')))
    expect(error.code).toBe('secret-damaged')
    expect(error.message).toContain('The secret refreshToken of the connection back was changed')
    expect(opened(take)).toBe('hunter2-secret')
  })

  test.each(["x'00'", 'zeroblob(60)', 'substr(value, 1, length(value) - 1)'])(
    'does not open when it was changed: %s',
    (value) => {
      opened(put)
      raw(`UPDATE secrets SET value = ${value}`)
      expect(failure(() => opened(take)).code).toBe('secret-damaged')
    },
  )

  test('is never the same twice', () => {
    const sealed = (): unknown => {
      const database = new DatabaseSync(state)
      const row = database.prepare('SELECT value FROM secrets').get()
      database.close()
      return row?.value
    }
    opened(put)
    const first = sealed()
    opened(put)
    expect(sealed()).not.toEqual(first)
  })
})

describe('refresh tokens that were stored before secrets were sealed', () => {
  beforeEach(() => {
    const older = migrations.filter(({ number }) => number < 3)
    const connection = openStateFile({ path: state, busyTimeoutMs: 0, readOnly: false }, older)
    connection.exec("INSERT INTO tokens VALUES ('shop', 'hunter2-secret'), ('back', 'hunter2-Ö')")
    connection.close()
    expect(bytes()).toContain('hunter2')
  })

  test('are taken over and sealed when the file is opened, and no byte of them stays', () => {
    opened(() => undefined)
    expect(bytes()).not.toContain('hunter2')
    expect(statSync(keyPath).mode & 0o777).toBe(0o600)
    expect(opened(take)).toBe('hunter2-secret')
    expect(opened((store) => store.secrets.get('back', 'refreshToken'))).toBe('hunter2-Ö')
  })

  test('are sealed by the next one, when a process ended between the two', () => {
    const connection = openStateFile({ path: state, busyTimeoutMs: 0, readOnly: false })
    migrate(connection, migrations)
    connection.close()
    expect(bytes()).toContain('hunter2')
    expect(opened(take, {}, true)).toBe('hunter2-secret')
    opened(() => undefined, { SYNCLINE_KEY: newKeyText() })
    expect(bytes()).not.toContain('hunter2')
  })
})

describe('a new key', () => {
  test('takes the place of the one in the file, also for processes that go on', () => {
    opened((store) => {
      put(store)
      opened((other) => {
        const before = readFileSync(keyPath, 'utf8')
        expect(other.secrets.rotateKey()).toEqual({ secrets: 1, key: 'file', was: `the key file ${keyPath}` })
        expect(readFileSync(keyPath, 'utf8')).not.toContain(before.trim())
        expect(readFileSync(keyPath, 'utf8').trim().split('\n')).toHaveLength(1)
      })
      expect(take(store)).toBe('hunter2-secret')
      store.secrets.set('shop', 'refreshToken', 'newer')
    })
    expect(opened(take)).toBe('newer')
    expect(statSync(keyPath).mode & 0o777).toBe(0o600)
  })

  test('comes from SYNCLINE_NEW_KEY when the old one comes from SYNCLINE_KEY, and may be tried again', () => {
    const [old, next] = [newKeyText(), newKeyText()]
    opened(put, { SYNCLINE_KEY: old })
    for (const wrong of [{}, { SYNCLINE_NEW_KEY: old }]) {
      const error = failure(() => opened((store) => store.secrets.rotateKey(), { SYNCLINE_KEY: old, ...wrong }))
      expect(error.code).toBe('secret-new-key-missing')
      expect(error.advice).toContain('SYNCLINE_NEW_KEY')
    }
    const both = { SYNCLINE_KEY: old, SYNCLINE_NEW_KEY: next }
    for (let time = 0; time < 2; time++) {
      const rotation = opened((store) => store.secrets.rotateKey(), both)
      expect(rotation).toEqual({ secrets: 1, key: 'environment', was: 'SYNCLINE_KEY' })
    }
    expect(opened(take, { SYNCLINE_KEY: next })).toBe('hunter2-secret')
    // A process that goes on with the old one cannot seal anything that the new one would not open.
    for (const use of [take, put])
      expect(failure(() => opened(use, { SYNCLINE_KEY: old })).code).toBe('secret-key-other')
  })

  test('moves from a file to the environment', () => {
    opened(put)
    const next = newKeyText()
    expect(opened((store) => store.secrets.rotateKey(), { SYNCLINE_NEW_KEY: next }).key).toBe('environment')
    rmSync(keyPath)
    expect(opened(take, { SYNCLINE_KEY: next })).toBe('hunter2-secret')
  })

  test('is not taken when something does not open: all stays as it was', () => {
    opened((store) => {
      put(store)
      store.secrets.set('back', 'x', 'y')
    })
    const database = new DatabaseSync(state)
    database.exec("UPDATE secrets SET value = x'00' WHERE connection = 'shop'")
    database.close()
    expect(failure(() => opened((store) => store.secrets.rotateKey())).code).toBe('secret-damaged')
    expect(opened((store) => store.secrets.get('back', 'x'))).toBe('y')
  })

  // Each place at which a rotation writes something; the process dies right after it.
  test.each([
    ['the file with both keys', 'renameSync', 1],
    ['the sealed secrets', 'COMMIT', 1],
    ['the file with the new key', 'renameSync', 2],
  ])('is lost by no crash after %s', (_, after, times) => {
    opened((store) => {
      put(store)
      store.secrets.set('back', 'x', 'y')
    })
    const module = JSON.stringify(pathToFileURL(join(import.meta.dirname, '..', 'open-store.ts')).href)
    const script = `
      import fs from 'node:fs'
      import { syncBuiltinESMExports } from 'node:module'
      import { DatabaseSync } from 'node:sqlite'
      let left = ${times}
      let armed = false
      const die = () => { if (armed && --left === 0) process.kill(process.pid, 'SIGKILL') }
      const rename = fs.renameSync
      const exec = DatabaseSync.prototype.exec
      if (${JSON.stringify(after)} === 'renameSync') fs.renameSync = (...given) => { rename(...given); die() }
      else DatabaseSync.prototype.exec = function (sql) { exec.call(this, sql); if (sql === ${JSON.stringify(after)}) die() }
      syncBuiltinESMExports()
      const { openStore } = await import(${module})
      const store = openStore('sqlite:state.db', ${JSON.stringify(folder)})
      armed = true
      store.secrets.rotateKey()`
    const ended = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
    expect(ended.signal, ended.stderr).toBe('SIGKILL')
    const all = (): unknown => opened((store) => [take(store), store.secrets.get('back', 'x')])
    expect(all()).toEqual(['hunter2-secret', 'y'])
    opened((store) => store.secrets.rotateKey())
    expect(all()).toEqual(['hunter2-secret', 'y'])
    expect(readFileSync(keyPath, 'utf8').trim().split('\n')).toHaveLength(1)
  })
})
