import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Spool, SpooledRecord } from './spool.ts'
import { openSpool } from './spool-sqlite.ts'

let folder: string
let spool: Spool
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'syncline-spools-'))
  spool = openSpool(folder)
})
afterEach(() => {
  spool.close()
  rmSync(folder, { recursive: true })
})

function entry(key: string, changes: Partial<SpooledRecord> = {}): SpooledRecord {
  return { key, group: key, record: { key }, companion: false, ...changes }
}

function keysByPage(pages: Iterable<readonly SpooledRecord[]>): string[][] {
  return [...pages].map((page) => page.map((one) => one.key))
}

describe('a read', () => {
  test('is found again by its name, and apart from others', () => {
    const read = spool.read('c.e full')
    read.put([entry('1')])
    expect(spool.read('c.e full')).toBe(read)
    const other = spool.read('c.f full')
    expect(other.count()).toBe(0)
    expect([...other.pages(10)]).toEqual([])
    expect(other.seen(['1'])).toEqual(new Set())
    other.put([entry('1', { group: 'g' })])
    expect([...read.groups()]).toEqual([])
    expect(keysByPage(read.pages(10))).toEqual([['1']])
  })

  test('gives records back as they were put', () => {
    const records = [
      entry('1', { record: { deep: [1, null, 'ö'] }, companion: true }),
      entry('2', { record: 'text', group: 'g' }),
    ]
    const read = spool.read('r')
    read.put(records)
    expect([...read.pages(10)]).toEqual([records])
  })

  test('replaces a record that comes again, in its old place', () => {
    const read = spool.read('r')
    read.put([entry('1'), entry('2')])
    read.put([entry('1', { record: 'new' })])
    expect(read.count()).toBe(2)
    expect([...read.pages(10)]).toEqual([[entry('1', { record: 'new' }), entry('2')]])
  })

  test('a record that was read stays so when it comes again as a companion, and a companion becomes read', () => {
    const read = spool.read('r')
    read.put([entry('1'), entry('2', { companion: true }), entry('3', { companion: true })])
    read.put([entry('1', { companion: true, record: 'new' }), entry('2'), entry('3', { companion: true })])
    expect([...read.pages(10)].flat().map((one) => [one.key, one.companion])).toEqual([
      ['1', false],
      ['2', false],
      ['3', true],
    ])
    expect([...read.pages(10)].flat()[0]?.record).toBe('new')
  })

  test('knows which keys were listed or read', () => {
    const read = spool.read('r')
    const listed = Array.from({ length: 5000 }, (_, n) => `k${n}`)
    read.see(listed)
    read.see(['k1', "it's"])
    read.put([entry('put')])
    expect(read.seen([...listed, 'put', "it's", 'none'])).toEqual(new Set([...listed, 'put', "it's"]))
    expect(read.seen([])).toEqual(new Set())
    expect(read.count()).toBe(1)
  })

  test('keeps the facts last set', () => {
    const read = spool.read('r')
    expect(read.facts()).toEqual({})
    read.setFacts({ complete: false, position: 1 })
    read.setFacts({ complete: true })
    expect(spool.read('r').facts()).toEqual({ complete: true })
  })

  test('what cannot be written as JSON leaves nothing behind', () => {
    const read = spool.read('r')
    expect(() => read.put([entry('1', { record: { big: 1n } })])).toThrow(TypeError)
    expect(read.count()).toBe(0)
    expect([...read.pages(10)]).toEqual([])
  })
})

describe('pages', () => {
  test('hand out groups by their lowest position, and never cut one', () => {
    const read = spool.read('r')
    read.put([
      entry('1', { group: 'g' }),
      entry('2'),
      entry('3', { group: 'h' }),
      entry('4', { group: 'g' }),
      entry('5'),
    ])
    read.put([entry('6', { group: 'h' }), entry('7', { group: 'g' })])
    expect(keysByPage(read.pages(1))).toEqual([['1', '4', '7'], ['2'], ['3', '6'], ['5']])
    expect(keysByPage(read.pages(2))).toEqual([['1', '4', '7'], ['2', '3', '6'], ['5']])
    expect(keysByPage(read.pages(100))).toEqual([['1', '4', '7', '2', '3', '6', '5']])
  })

  test('a record whose key is the name of a group belongs to that group', () => {
    const read = spool.read('r')
    read.put([entry('a'), entry('b', { group: 'c' }), entry('x'), entry('c'), entry('d', { group: 'a' })])
    expect(keysByPage(read.pages(1))).toEqual([['a', 'd'], ['b', 'c'], ['x']])
    expect([...read.groups()].sort()).toEqual(['a', 'c'])
  })

  test('refuse a size that is none', () => {
    for (const size of [0, -1, 1.5, Number.NaN]) expect(() => [...spool.read('r').pages(size)]).toThrow(RangeError)
  })

  test('can be walked while another read, the same one and the claims are written', () => {
    const read = spool.read('r')
    const other = spool.read('other')
    read.put(Array.from({ length: 100 }, (_, n) => entry(`k${n}`)))
    let walked = 0
    for (const page of read.pages(7)) {
      walked += page.length
      other.put(page)
      for (const one of page) spool.claim('scope', one.key, one.key)
      read.put(page.map((one) => ({ ...one, record: 'seen' })))
      if (walked < 100) read.see([`w${walked}`])
    }
    expect(walked).toBe(100)
    expect(other.count()).toBe(100)
    expect([...read.pages(1000)].flat().every((one) => one.record === 'seen')).toBe(true)
  })

  test('two walks of one read do not disturb each other', () => {
    const read = spool.read('r')
    read.put([entry('1'), entry('2'), entry('3')])
    const pairs: string[] = []
    for (const [a] of read.pages(1)) for (const [b] of read.pages(1)) pairs.push(`${a?.key}${b?.key}`)
    expect(pairs).toEqual(['11', '12', '13', '21', '22', '23', '31', '32', '33'])
  })

  test('hold the promised order and whole groups, whatever is put', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
    const puts = fc.array(fc.record({ key, group: key, companion: fc.boolean(), record: fc.nat() }), { maxLength: 30 })
    let reads = 0
    fc.assert(
      fc.property(puts, fc.integer({ min: 1, max: 5 }), (records, size) => {
        const read = spool.read(`property ${++reads}`)
        const model = new Map<string, SpooledRecord>()
        for (const one of records) {
          read.put([one])
          const there = model.get(one.key)
          // A Map keeps the place of a key that is set again, as the spool does.
          model.set(one.key, { ...one, companion: one.companion && (there?.companion ?? true) })
        }
        const groups = [...Map.groupBy(model.values(), (one) => one.group).values()]
        const pages = [...read.pages(size)]
        expect(pages.flat()).toEqual(groups.flat())
        expect(read.count()).toBe(model.size)
        const grouped = [...model.values()].filter((one) => one.group !== one.key)
        expect([...read.groups()].sort()).toEqual([...new Set(grouped.map((one) => one.group))].sort())
        for (const [n, page] of pages.entries()) {
          const last = page.at(-1)?.group
          // Full unless it is the last, and not larger than its last group makes necessary.
          if (n < pages.length - 1) expect(page.length).toBeGreaterThanOrEqual(size)
          expect(page.filter((one) => one.group !== last).length).toBeLessThan(size)
          expect(pages.filter((other) => other.some((one) => one.group === last))).toEqual([page])
        }
      }),
    )
  })

  test('groups are given once each, however many', () => {
    const read = spool.read('r')
    read.put(
      Array.from({ length: 1203 }, (_, n) => [
        entry(`a${n}`, { group: `g${n}` }),
        entry(`b${n}`, { group: `g${n}` }),
      ]).flat(),
    )
    const found: string[] = []
    for (const group of read.groups()) {
      found.push(group)
      read.put([entry(`extra ${group}`, { group, companion: true })])
    }
    expect(found.sort()).toEqual(Array.from({ length: 1203 }, (_, n) => `g${n}`).sort())
  })
})

describe('claims', () => {
  test('belong to who was first, per scope', () => {
    expect(spool.claim('m main', 't', 'one')).toBe('one')
    expect(spool.claim('m main', 't', 'two')).toBe('one')
    expect(spool.claim('m main', 't', 'one')).toBe('one')
    expect(spool.claim('m other', 't', 'two')).toBe('two')
    expect(spool.claim('m main', 'u', 'two')).toBe('two')
  })
})

describe('the file', () => {
  const module = JSON.stringify(pathToFileURL(join(import.meta.dirname, 'spool-sqlite.ts')).href)

  function child(code: string): { readonly status: number | string | null } {
    const script = `import { openSpool } from ${module}\nconst spool = openSpool(${JSON.stringify(folder)})\n
      spool.read('r').put([{ key: '1', group: '1', record: 'x', companion: false }])\n${code}`
    const ended = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    return { status: ended.signal ?? ended.status }
  }

  test('is one, for its owner only, and gone after close', () => {
    spool.read('r').put(Array.from({ length: 20_000 }, (_, n) => entry(`k${n}`, { record: 'x'.repeat(1000) })))
    const names = readdirSync(folder)
    // No journal beside it: what is in memory leaves it without one.
    expect(names).toHaveLength(1)
    expect(statSync(join(folder, names[0] ?? '')).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, names[0] ?? '')).size).toBeGreaterThan(1_000_000)
    spool.close()
    spool.close()
    expect(readdirSync(folder)).toEqual([])
    expect(() => spool.read('r').put([entry('1')])).toThrow(expect.objectContaining({ code: 'store-closed' }))
  })

  test('goes when the process ends without closing it', () => {
    const before = readdirSync(folder)
    expect(child('process.exit(0)').status).toBe(0)
    expect(readdirSync(folder)).toEqual(before)
  })

  test('of a killed process is removed when the next spool is opened, and those of living ones stay', () => {
    expect(child("process.kill(process.pid, 'SIGKILL')").status).toBe('SIGKILL')
    expect(readdirSync(folder)).toHaveLength(2)
    const mine = ['syncline-spool-notes.txt', `syncline-spool-${process.ppid}-00000000-0000-4000-8000-000000000000.db`]
    for (const name of mine) writeFileSync(join(folder, name), '')
    const second = openSpool(folder)
    expect(readdirSync(folder)).toHaveLength(4)
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(mine))
    second.close()
    spool.read('r').put([entry('1')])
    expect(spool.read('r').count()).toBe(1)
  })

  test('of an earlier process with the same number is removed', () => {
    const name = `syncline-spool-${process.pid}-00000000-0000-4000-8000-000000000000.db`
    writeFileSync(join(folder, name), '')
    openSpool(folder).close()
    expect(readdirSync(folder)).not.toContain(name)
    expect(readdirSync(folder)).toHaveLength(1)
  })

  test('store-unreachable: a folder that is not there', () => {
    const absent = join(folder, 'absent')
    expect(() => openSpool(absent)).toThrow(
      expect.objectContaining({
        code: 'store-unreachable',
        message: expect.stringContaining(absent),
        advice: expect.stringContaining('TMPDIR'),
      }),
    )
  })
})
