import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { openStore } from './open-store.ts'
import { parseStoreUrl } from './store-url.ts'

describe('parseStoreUrl', () => {
  test.each([
    ['sqlite:.syncline/state.db', '.syncline/state.db'],
    ['sqlite:/data/state.db', '/data/state.db'],
    ['sqlite:a folder/st:ate.db', 'a folder/st:ate.db'],
    ['sqlite::memory:', ':memory:'],
  ])('%s', (text, path) => {
    expect(parseStoreUrl(text)).toEqual({ kind: 'sqlite', path })
  })

  test.each([
    ['', 'no scheme'],
    ['.syncline/state.db', 'no scheme'],
    ['sqlite', 'no scheme'],
    ['sqlite:', 'names no file'],
    ['sqlite: ', 'names no file'],
    ['sqlite:state.db ', 'a space'],
    ['sqlite:///data/state.db', 'sqlite://'],
    ['sqlite:~/state.db', 'not expanded'],
    ['sqlite:folder/', 'folder'],
    ['sqlite:a\0b', 'NUL'],
    ['SQLITE:state.db', '"SQLITE:"'],
    ['file:state.db', '"file:"'],
    ['postgres://user:hunter2@host/db', '"postgres:"'],
    ['user hunter2:x', 'known scheme'],
  ])('refuses %j and says what is accepted', (text, part) => {
    const refused = (): unknown => parseStoreUrl(text)
    expect(refused).toThrow(
      expect.objectContaining({
        code: 'store-url',
        message: expect.stringContaining(part),
        advice: expect.stringMatching(/sqlite:\.syncline\/state\.db.*sqlite:\/data\/state\.db.*sqlite::memory:/),
      }),
    )
    expect(refused).toThrow(expect.not.stringContaining('hunter2'))
  })
})

describe('openStore', () => {
  const folder = mkdtempSync(join(tmpdir(), 'syncline-store-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  test('takes a relative path from the base folder', () => {
    openStore('sqlite:.syncline/state.db', folder).close()
    expect(existsSync(join(folder, '.syncline/state.db'))).toBe(true)
  })

  test('takes an absolute path as it is', () => {
    openStore(`sqlite:${join(folder, 'abs.db')}`, '/nowhere').close()
    expect(existsSync(join(folder, 'abs.db'))).toBe(true)
  })

  test('a state in memory makes no file', () => {
    const store = openStore('sqlite::memory:', join(folder, 'none'))
    store.secrets.set('a', 't', '1')
    expect(store.secrets.get('a', 't')).toBe('1')
    store.close()
    expect(existsSync(join(folder, 'none'))).toBe(false)
  })

  test('hands its options on', () => {
    const store = openStore('sqlite:absent.db', folder, { readOnly: true })
    expect(() => store.secrets.set('a', 't', '1')).toThrow(expect.objectContaining({ code: 'store-read-only' }))
    store.close()
  })
})
