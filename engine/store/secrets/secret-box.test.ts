import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSqliteStore } from '../sqlite-store.ts'
import type { StateStore } from '../state-store.ts'
import { type SecretBox, secretBox } from './secret-box.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'syncline-box-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function boxed<T>(use: (box: SecretBox, store: StateStore) => T): T {
  const store = openSqliteStore({ path: join(folder, 'state.db') })
  try {
    return use(secretBox(store.secrets), store)
  } finally {
    store.close()
  }
}

describe('the secret box', () => {
  test('opens what it has sealed, in another process and under another key too', () => {
    const sealed = boxed((box) => ['Zoë 😀', ''].map((text) => box.seal(text, 'orders 1')))
    expect(sealed[0]).not.toContain('Zo')
    boxed((_, store) => expect(store.secrets.rotateKey().secrets).toBe(1))
    expect(boxed((box) => sealed.map((one) => box.open(one, 'orders 1')))).toEqual(['Zoë 😀', ''])
    expect(boxed((box) => box.open(box.seal('again', 'x'), 'x'))).toBe('again')
    // One key for all of it.
    expect(boxed((_, store) => store.secrets.names(''))).toHaveLength(1)
  })

  test('opens nothing that was changed or belongs to another', () => {
    boxed((box) => {
      const sealed = box.seal('text', 'orders 1')
      const damaged = expect.objectContaining({ code: 'secret-damaged' })
      expect(() => box.open(sealed, 'orders 2')).toThrow(damaged)
      expect(() => box.open(`${sealed.slice(0, -5)}AAAA=`, 'orders 1')).toThrow(damaged)
      expect(() => box.open('unsealed', 'orders 1')).toThrow(damaged)
    })
  })

  test('goes on when the key is lost, and opens what was sealed before when it is back', () => {
    const key = join(folder, 'state.db.key')
    const before = boxed((box) => box.seal('before', 'x'))
    renameSync(key, `${key}.away`)
    const after = boxed((box) => box.seal('after', 'x'))
    expect(boxed((box) => box.open(after, 'x'))).toBe('after')
    expect(() => boxed((box) => box.open(before, 'x'))).toThrow(
      expect.objectContaining({ code: 'secret-key-other', message: expect.stringContaining('sealed records') }),
    )
    expect(boxed((_, store) => store.secrets.rotateKey().secrets)).toBe(1)
    expect(boxed((box) => box.open(after, 'x'))).toBe('after')
    renameSync(`${key}.away`, key)
    expect(boxed((box) => box.open(before, 'x'))).toBe('before')
    expect(
      readdirSync(folder)
        .map((name) => readFileSync(join(folder, name), 'latin1'))
        .join(),
    ).not.toContain('before')
  })
})
