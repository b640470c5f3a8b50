import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSqliteStore } from '../sqlite-store.ts'
import type { DeadLetter } from '../state-store.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'syncline-letters-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const record = { id: 7, email: 'anna@example.com', lines: [{ street: 'Långgatan 12' }] }
const letter: DeadLetter = {
  mapping: 'contacts',
  sourceKey: '7',
  label: undefined,
  code: 'http-400',
  message: 'refused',
  record,
  run: 'r',
  at: '2026-11-24T00:00:00.000Z',
}

const bytes = (name: string): string =>
  readdirSync(folder)
    .filter((file) => file.startsWith(name))
    .map((file) => readFileSync(join(folder, file), 'latin1'))
    .join('')

test('a source record is not readable in the files of the state, and is as it was when it is read', () => {
  const store = openSqliteStore({ path: join(folder, 'sealed.db') })
  store.deadLetters.put(letter)
  expect(bytes('sealed.db')).not.toMatch(/anna|gatan/)
  expect(store.deadLetters.get('contacts', '7')).toEqual({ ...letter, attempts: 1, firstAt: letter.at })
  expect(store.deadLetters.list({ limit: 5 })).toEqual([{ ...letter, attempts: 1, firstAt: letter.at }])
  store.close()
  expect(bytes('sealed.db')).not.toMatch(/anna|gatan/)
})

test('what an older version stored in clear is sealed when the state is opened', () => {
  const path = join(folder, 'plain.db')
  openSqliteStore({ path }).close()
  const plain = new DatabaseSync(path)
  plain
    .prepare(
      "INSERT INTO dead_letters (mapping, source_key, code, message, record, run, at) VALUES (?, ?, 'c', 'm', ?, 'r', 'a')",
    )
    .run('contacts', '7', JSON.stringify(record))
  plain.close()
  expect(bytes('plain.db')).toContain('anna')
  const store = openSqliteStore({ path })
  expect(store.deadLetters.get('contacts', '7')?.record).toEqual(record)
  store.close()
  expect(bytes('plain.db')).not.toContain('anna')
})

test('a letter whose key is lost still says what failed', () => {
  const path = join(folder, 'lost.db')
  const store = openSqliteStore({ path })
  store.deadLetters.put(letter)
  store.close()
  rmSync(join(folder, readdirSync(folder).find((file) => file.startsWith('lost') && file.endsWith('.key')) ?? 'none'))
  const without = openSqliteStore({ path })
  expect(without.deadLetters.get('contacts', '7')).toMatchObject({ ...letter, record: undefined })
  without.close()
})

test('a record moved to another letter does not open there', () => {
  const path = join(folder, 'moved.db')
  const store = openSqliteStore({ path })
  store.deadLetters.put(letter)
  store.close()
  const moving = new DatabaseSync(path)
  moving.exec("UPDATE dead_letters SET source_key = '8'")
  moving.close()
  const moved = openSqliteStore({ path })
  expect(moved.deadLetters.get('contacts', '8')?.record).toBeUndefined()
  moved.close()
})
