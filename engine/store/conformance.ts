import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { inboxConformance } from './conformance-inbox.ts'
import type { DeadLetter, Intent, Link, Parked, RunRecord, StateStore } from './state-store.ts'

/** Keys that break careless quoting, chunking or collation. All are what `keyText` may make. */
const oddKeys = ['', ' ', "O'Neil", '"', 'a,b', '%_', '\\', 'a\nb', '["a","b"]', 'ÅÄÖ', '漢字', '😀', 'null', '0', '00']

/** Byte order of UTF-8, which is the order of code points: what "in key order" means in every store. */
export function byCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

export function link(changes: Partial<Link> = {}): Link {
  const sourceKey = changes.sourceKey ?? 's1'
  return {
    mapping: 'm',
    step: 'main',
    sourceKey,
    targetKey: `t-${sourceKey}`,
    target: { PartNo: sourceKey },
    fingerprint: 'f1',
    state: 'live',
    ...changes,
  }
}

/**
 * What every StateStore must do. Call it at the top level of a vitest file.
 *
 * @param open gives a new, empty store each time.
 */
export function stateStoreConformance(name: string, open: () => StateStore): void {
  describe(`${name} is a StateStore`, () => {
    let store: StateStore
    beforeEach(() => {
      store = open()
    })
    afterEach(() => store.close())

    describe('transaction', () => {
      test('gives what the work returns, and keeps its changes', () => {
        const result = store.transaction(() => {
          store.secrets.set('a', 't', '1')
          store.known.add('c.e', ['k'])
          return 7
        })
        expect(result).toBe(7)
        expect(store.secrets.get('a', 't')).toBe('1')
        expect(store.known.which('c.e', ['k'])).toEqual(new Set(['k']))
      })

      test('sees its own changes, and loses them all when the work throws', () => {
        store.secrets.set('a', 't', 'before')
        const failure = new Error('stop')
        expect(() =>
          store.transaction(() => {
            store.secrets.set('a', 't', 'within')
            store.links.put([link()])
            expect(store.secrets.get('a', 't')).toBe('within')
            throw failure
          }),
        ).toThrow(failure)
        expect(store.secrets.get('a', 't')).toBe('before')
        expect(store.links.byTarget('m', 'main', 't-s1')).toBeUndefined()
        store.secrets.set('a', 't', 'after')
        expect(store.secrets.get('a', 't')).toBe('after')
      })

      test('a nested one is lost with the outer one', () => {
        expect(() =>
          store.transaction(() => {
            store.transaction(() => store.secrets.set('a', 't', '1'))
            throw new Error('stop')
          }),
        ).toThrow('stop')
        expect(store.secrets.get('a', 't')).toBeUndefined()
      })

      test('a nested one that throws loses only its own changes when the outer one goes on', () => {
        store.transaction(() => {
          store.secrets.set('a', 't', '1')
          expect(() =>
            store.transaction(() => {
              store.secrets.set('b', 't', '2')
              throw new Error('stop')
            }),
          ).toThrow('stop')
          store.secrets.set('c', 't', '3')
        })
        expect(['a', 'b', 'c'].map((name) => store.secrets.get(name, 't'))).toEqual(['1', undefined, '3'])
      })

      test('refuses work that is asynchronous, since its changes would come after the end', () => {
        expect(() =>
          store.transaction(async () => {
            store.secrets.set('a', 't', '1')
          }),
        ).toThrow(TypeError)
        expect(store.secrets.get('a', 't')).toBeUndefined()
      })
    })

    describe('cursors', () => {
      const cursor = { mapping: 'm', connection: 'c', read: 'e', position: '2025-01-01T00:00:00Z', configuration: 'h1' }

      test('are one per mapping, connection and read; the newest stays', () => {
        expect(store.cursors.get('m', 'c', 'e')).toBeUndefined()
        store.cursors.set(cursor)
        store.cursors.set({ ...cursor, read: 'other' })
        store.cursors.set({ ...cursor, connection: 'other' })
        store.cursors.set({ ...cursor, mapping: 'other' })
        const moved = { ...cursor, position: '2025-01-02T00:00:00Z', configuration: 'h2' }
        store.cursors.set(moved)
        expect(store.cursors.get('m', 'c', 'e')).toEqual(moved)
        expect(store.cursors.get('m', 'c', 'other')).toEqual({ ...cursor, read: 'other' })
        expect(store.cursors.all()).toHaveLength(4)
        expect(store.cursors.all()).toContainEqual(moved)
      })
    })

    describe('links', () => {
      test('are found by target and by source, and come back as they were put', () => {
        const target = { PartNo: 'a', Nested: { list: [1, '2', null, true] }, price: 12.5 }
        const one = link({ target })
        store.links.put([one, link({ sourceKey: 's2' })])
        expect(store.links.byTarget('m', 'main', 't-s1')).toEqual(one)
        expect(store.links.bySource('m', 'main', 's1')).toEqual([one])
        expect(store.links.bySource('m', 'main', 'none')).toEqual([])
        expect(store.links.byTarget('m', 'main', 'none')).toBeUndefined()
      })

      test('of a step are found by what they made; several source records may have found the same', () => {
        const one = link({ step: 'buyer', made: '7', targetKey: 't1' })
        const two = link({ step: 'buyer', made: '7', targetKey: 't2', sourceKey: 's2' })
        store.links.put([two, one, link({ step: 'other', made: '7', targetKey: 't3' })])
        store.links.put([link({ step: 'buyer', made: '7', targetKey: 't4', state: 'gone' })])
        expect(store.links.byMade('m', 'buyer', '7')).toEqual([one, two])
        expect(store.links.byMade('m', 'buyer', '8')).toEqual([])
      })

      test('of one source record come in target-key order', () => {
        const all = ['b', 'a', 'c'].map((targetKey) => link({ targetKey }))
        store.links.put(all)
        expect(store.links.bySource('m', 'main', 's1').map((l) => l.targetKey)).toEqual(['a', 'b', 'c'])
      })

      test('of other mappings and steps are apart', () => {
        const all = [link(), link({ step: 'other' }), link({ mapping: 'other' })]
        store.links.put(all)
        for (const one of all) {
          expect(store.links.byTarget(one.mapping, one.step, one.targetKey)).toEqual(one)
          expect(store.links.bySource(one.mapping, one.step, one.sourceKey)).toEqual([one])
          expect([...store.links.live(one.mapping, one.step)]).toEqual([one])
        }
      })

      test('put again replaces what is there', () => {
        store.links.put([link()])
        const changed = link({ fingerprint: 'f2', state: 'gone', target: { PartNo: 'x' } })
        store.links.put([changed])
        expect(store.links.bySource('m', 'main', 's1')).toEqual([changed])
      })

      test('a target key belongs to the source record that had it first', () => {
        store.links.put([link({ targetKey: 't' })])
        const fresh = link({ sourceKey: 's3' })
        expect(() => store.links.put([fresh, link({ sourceKey: 's2', targetKey: 't' })])).toThrow(
          expect.objectContaining({ code: 'store-key-taken' }),
        )
        expect(store.links.byTarget('m', 'main', 't')?.sourceKey).toBe('s1')
        expect(store.links.bySource('m', 'main', 's2')).toEqual([])
        // All or none.
        expect(store.links.bySource('m', 'main', 's3')).toEqual([])
      })

      test('a target key whose source record has given it up may go to another', () => {
        store.links.put([link({ targetKey: 't', state: 'gone' })])
        const next = link({ sourceKey: 's2', targetKey: 't' })
        store.links.put([next])
        expect(store.links.byTarget('m', 'main', 't')).toEqual(next)
        expect(store.links.bySource('m', 'main', 's1')).toEqual([])
      })

      test('of thousands of source records come in one call', () => {
        const keys = Array.from({ length: 5000 }, (_, n) => `s${n}`)
        store.links.put(
          keys.flatMap((sourceKey) => [link({ sourceKey }), link({ sourceKey, targetKey: `u-${sourceKey}` })]),
        )
        const found = store.links.bySources('m', 'main', [...keys, 'none', 's0'])
        expect(found.size).toBe(5000)
        expect(found.get('s0')?.map((l) => l.targetKey)).toEqual(['t-s0', 'u-s0'])
        expect(found.get('s4999')?.map((l) => l.targetKey)).toEqual(['t-s4999', 'u-s4999'])
        expect(found.has('none')).toBe(false)
        expect(store.links.bySources('m', 'main', []).size).toBe(0)
      })

      test('keep odd keys apart', () => {
        store.links.put(oddKeys.map((key) => link({ sourceKey: key, targetKey: key, target: { key } })))
        expect([...store.links.bySources('m', 'main', oddKeys).keys()].sort()).toEqual([...oddKeys].sort())
        for (const key of oddKeys) expect(store.links.byTarget('m', 'main', key)?.target).toEqual({ key })
        expect([...store.links.live('m', 'main')].map((l) => l.sourceKey)).toEqual([...oddKeys].sort(byCodePoints))
        store.links.remove('m', 'main', oddKeys.slice(1))
        expect([...store.links.live('m', 'main')].map((l) => l.sourceKey)).toEqual([''])
      })

      test('are removed by target key', () => {
        store.links.put([link(), link({ sourceKey: 's2' }), link({ step: 'other' })])
        store.links.remove('m', 'main', ['t-s1', 'none'])
        store.links.remove('m', 'main', [])
        expect(store.links.byTarget('m', 'main', 't-s1')).toBeUndefined()
        expect(store.links.byTarget('m', 'main', 't-s2')).toBeDefined()
        expect(store.links.byTarget('m', 'other', 't-s1')).toBeDefined()
      })

      test('countLiveSources counts source records, not links, and only live ones', () => {
        expect(store.links.countLiveSources('m', 'main')).toBe(0)
        store.links.put([
          link({ targetKey: 'a' }),
          link({ targetKey: 'b' }),
          link({ sourceKey: 's2' }),
          link({ sourceKey: 's3', state: 'gone' }),
          link({ sourceKey: 's4', step: 'other' }),
        ])
        expect(store.links.countLiveSources('m', 'main')).toBe(2)
      })

      test('isLinked: any step of the mapping, live only', () => {
        store.links.put([
          link({ step: 'other' }),
          link({ sourceKey: 's2', state: 'gone' }),
          link({ mapping: 'x', sourceKey: 's3' }),
        ])
        expect(['s1', 's2', 's3'].map((key) => store.links.isLinked('m', key))).toEqual([true, false, false])
      })
    })

    describe('the walk over live links', () => {
      const many = Array.from({ length: 1234 }, (_, n) => link({ sourceKey: `s${String(n).padStart(5, '0')}` }))

      test('gives each live link once, in source-key order, and can be walked again', () => {
        store.links.put([...many].reverse())
        store.links.put([link({ sourceKey: 's00003', targetKey: 'gone', state: 'gone' }), link({ step: 'other' })])
        const live = store.links.live('m', 'main')
        expect([...live]).toEqual(many)
        expect([...live]).toHaveLength(many.length)
      })

      test('gives each link once when one source record has more links than a page', () => {
        const targets = Array.from({ length: 1100 }, (_, n) => link({ targetKey: `t${String(n).padStart(5, '0')}` }))
        store.links.put([link({ sourceKey: 's0' }), ...targets, link({ sourceKey: 's2' })])
        expect([...store.links.live('m', 'main')].map((l) => l.targetKey)).toEqual([
          't-s0',
          ...targets.map((l) => l.targetKey),
          't-s2',
        ])
      })

      test('goes on while what it has given is written and removed', () => {
        store.links.put(many)
        const walked: string[] = []
        for (const one of store.links.live('m', 'main')) {
          walked.push(one.sourceKey)
          if (walked.length % 2 === 0) store.links.put([{ ...one, state: 'gone' }])
          else store.links.remove('m', 'main', [one.targetKey])
        }
        expect(walked).toEqual(many.map((l) => l.sourceKey))
        expect(store.links.countLiveSources('m', 'main')).toBe(0)
      })

      test('does not give what the walker itself has ended meanwhile, and gives what is there now', () => {
        store.links.put(many)
        const walked: Link[] = []
        for (const one of store.links.live('m', 'main')) {
          walked.push(one)
          if (walked.length > 1) continue
          store.links.put([
            link({ sourceKey: 's00001', state: 'gone' }),
            link({ sourceKey: 's00003', fingerprint: 'f2' }),
          ])
          store.links.remove('m', 'main', ['t-s00002'])
        }
        expect(walked.slice(0, 3).map((l) => l.sourceKey)).toEqual(['s00000', 's00003', 's00004'])
        expect(walked[1]?.fingerprint).toBe('f2')
        expect(walked).toHaveLength(many.length - 2)
      })

      test('may be broken off, inside a transaction too', () => {
        store.links.put(many)
        store.transaction(() => {
          for (const one of store.links.live('m', 'main')) {
            store.links.remove('m', 'main', [one.targetKey])
            break
          }
        })
        expect(store.links.countLiveSources('m', 'main')).toBe(many.length - 1)
      })
    })

    describe('known', () => {
      test('says which keys are known, per entity', () => {
        store.known.add('c.e', ['a', 'b', 'b'])
        store.known.add('c.e', ['a'])
        store.known.add('c.other', ['x'])
        expect(store.known.which('c.e', ['a', 'x', 'b', 'a'])).toEqual(new Set(['a', 'b']))
        store.known.remove('c.e', ['a', 'x'])
        expect(store.known.which('c.e', ['a', 'b'])).toEqual(new Set(['b']))
        expect(store.known.which('c.other', ['x'])).toEqual(new Set(['x']))
      })

      test('takes thousands, odd ones and none', () => {
        const keys = Array.from({ length: 5000 }, (_, n) => `k${n}`)
        store.known.add('c.e', [...keys, ...oddKeys])
        store.known.add('c.e', [])
        expect(store.known.which('c.e', [...keys, ...oddKeys, 'none'])).toEqual(new Set([...keys, ...oddKeys]))
        store.known.remove('c.e', keys)
        expect(store.known.which('c.e', [...keys, ...oddKeys])).toEqual(new Set(oddKeys))
        expect(store.known.which('c.e', [])).toEqual(new Set())
      })
    })

    describe('parked', () => {
      const parked: Parked = {
        mapping: 'm',
        sourceKey: 's1',
        entity: 'c.e',
        key: 'k1',
        since: '2025-01-02T00:00:00.000Z',
        deadline: '2025-01-05T00:00:00.000Z',
      }

      test('again keeps the earliest since and deadline, and takes what it waits for now', () => {
        store.parked.put(parked)
        store.parked.put({
          ...parked,
          key: 'k2',
          since: '2025-01-03T00:00:00.000Z',
          deadline: '2025-01-04T00:00:00.000Z',
        })
        store.parked.put({
          ...parked,
          key: 'k3',
          entity: 'c.f',
          since: '2025-01-01T00:00:00.000Z',
          deadline: '2025-01-09T00:00:00.000Z',
        })
        expect(store.parked.of('m')).toEqual([
          {
            ...parked,
            key: 'k3',
            entity: 'c.f',
            since: '2025-01-01T00:00:00.000Z',
            deadline: '2025-01-04T00:00:00.000Z',
          },
        ])
      })

      test('are listed longest waiting first, counted per mapping, and removed', () => {
        const later = { ...parked, sourceKey: 's0', since: '2025-01-03T00:00:00.000Z' }
        const other = { ...parked, mapping: 'n' }
        store.parked.put(later)
        store.parked.put(parked)
        store.parked.put(other)
        expect(store.parked.of('m')).toEqual([parked, later])
        expect(store.parked.of('none')).toEqual([])
        expect(store.parked.counts()).toEqual(
          new Map([
            ['m', 2],
            ['n', 1],
          ]),
        )
        store.parked.remove('m', ['s0', 's1', 'none'])
        expect(store.parked.counts()).toEqual(new Map([['n', 1]]))
      })
    })

    describe('dead letters', () => {
      const letter: DeadLetter = {
        mapping: 'm',
        sourceKey: 's1',
        label: 'SKU-1',
        code: 'hole',
        message: 'Table shipping has no row',
        record: { id: 1, name: 'Zoë 😀', list: [], nothing: null },
        run: 'r1',
        at: '2025-01-01T00:00:00.000Z',
      }

      test('keep the source record; a newer one replaces the older', () => {
        store.deadLetters.put(letter)
        expect(store.deadLetters.get('m', 's1')).toEqual({ ...letter, attempts: 1, firstAt: letter.at })
        const newer = {
          ...letter,
          label: undefined,
          code: 'type',
          record: 'text',
          run: 'r2',
          at: '2025-01-02T00:00:00.000Z',
        }
        store.deadLetters.put(newer)
        expect(store.deadLetters.get('m', 's1')).toEqual({ ...newer, attempts: 2, firstAt: letter.at })
        expect(store.deadLetters.counts()).toEqual(new Map([['m', 1]]))
        expect(store.deadLetters.get('m', 'none')).toBeUndefined()
      })

      test('keep what is needed to try again, and tell what says the same as one', () => {
        const full = { ...letter, step: 'payment', requestId: 'R-7', configuration: 'c1' }
        store.deadLetters.put(full)
        expect(store.deadLetters.get('m', 's1')).toMatchObject(full)
        store.deadLetters.put({ ...letter, sourceKey: 's2', at: '2025-01-03T00:00:00.000Z' })
        store.deadLetters.put({ ...letter, sourceKey: 's3', message: 'Another' })
        store.deadLetters.put({ ...letter, sourceKey: 's4', at: '2025-01-02T00:00:00.000Z' })
        expect(store.deadLetters.groups({ mapping: 'm', limit: 2 })).toEqual([
          {
            mapping: 'm',
            code: 'hole',
            message: letter.message,
            count: 2,
            firstAt: '2025-01-02T00:00:00.000Z',
            lastAt: '2025-01-03T00:00:00.000Z',
          },
          expect.objectContaining({ count: 1 }),
        ])
        expect(store.deadLetters.list({ code: 'hole', limit: 9 })).toHaveLength(4)
        expect(store.deadLetters.list({ code: 'none', limit: 9 })).toEqual([])
      })

      test('are listed newest first, limited, of one mapping or all', () => {
        const at = (day: number) => `2025-01-0${day}T00:00:00.000Z`
        store.deadLetters.put({ ...letter, sourceKey: 'old', at: at(1) })
        store.deadLetters.put({ ...letter, sourceKey: 'new', at: at(3) })
        store.deadLetters.put({ ...letter, sourceKey: 'mid', at: at(2), mapping: 'n' })
        const keys = (options: { mapping?: string; limit: number }) =>
          store.deadLetters.list(options).map((one) => one.sourceKey)
        expect(keys({ limit: 10 })).toEqual(['new', 'mid', 'old'])
        expect(keys({ limit: 2 })).toEqual(['new', 'mid'])
        expect(keys({ mapping: 'm', limit: 10 })).toEqual(['new', 'old'])
        expect(keys({ mapping: 'm', limit: 1 })).toEqual(['new'])
        expect(store.deadLetters.keysOf('m')).toEqual(['new', 'old'])
        expect(store.deadLetters.counts()).toEqual(
          new Map([
            ['m', 2],
            ['n', 1],
          ]),
        )
        store.deadLetters.remove('m', ['new', 'none'])
        expect(store.deadLetters.keysOf('m')).toEqual(['old'])
      })
    })

    describe('marks', () => {
      const mark = { scope: 'seen m', key: 'k1', value: 'v', at: '2025-01-01T00:00:00.000Z' }

      test('are replaced by scope and key, and given by key', () => {
        store.marks.put({ ...mark, value: 'old' })
        store.marks.put(mark)
        store.marks.put({ ...mark, scope: 'other' })
        expect(store.marks.which('seen m', ['k1', 'k2'])).toEqual(new Map([['k1', mark]]))
        store.marks.remove('seen m', ['k1', 'k2'])
        expect(store.marks.which('seen m', ['k1']).size).toBe(0)
        expect(store.marks.which('other', ['k1']).size).toBe(1)
      })

      test('are told and forgotten by their time', () => {
        store.marks.put({ ...mark, key: 'k2', at: '2025-01-02T00:00:00.000Z' })
        store.marks.put(mark)
        expect(store.marks.upTo('seen m', '2025-01-01T00:00:00.000Z')).toEqual(['k1'])
        expect(store.marks.upTo('seen m', '2025-01-03T00:00:00.000Z')).toEqual(['k1', 'k2'])
        store.marks.forget('seen m', '2025-01-02T00:00:00.000Z')
        expect(store.marks.upTo('seen m', '2025-01-03T00:00:00.000Z')).toEqual(['k2'])
      })
    })

    describe('journal', () => {
      const intent: Intent = {
        id: 'i1',
        mapping: 'm',
        step: 'main',
        operation: 'create',
        targetKeys: ['a', '["b","c"]'],
        at: '2025-01-01T00:00:00.000Z',
      }

      test('gives what is open, in the order of opening, until it is closed', () => {
        const second = { ...intent, id: 'i0', job: '7' }
        store.journal.open(intent)
        store.journal.open(second)
        store.journal.open({ ...intent, id: 'i2', mapping: 'n' })
        expect(store.journal.pending('m')).toEqual([intent, second])
        store.journal.close('i1')
        store.journal.close('i1')
        expect(store.journal.pending('m')).toEqual([second])
        expect(store.journal.pending('n')).toHaveLength(1)
      })

      test('holds as what the records were sent, and for what', () => {
        const told: Intent = { ...intent, fingerprints: { a: 'f1', '["b","c"]': 'f2' }, purpose: 'gone' }
        store.journal.open(told)
        expect(store.journal.pending('m')).toEqual([told])
      })

      test('learns the number of the job', () => {
        store.journal.open(intent)
        store.journal.setJob('i1', '4711')
        expect(store.journal.pending('m')).toEqual([{ ...intent, job: '4711' }])
      })

      test('refuses a second intent of the same id, and a job of none', () => {
        store.journal.open(intent)
        expect(() => store.journal.open(intent)).toThrow(expect.objectContaining({ code: 'store-conflict' }))
        expect(() => store.journal.setJob('i9', '1')).toThrow(expect.objectContaining({ code: 'store-missing' }))
        expect(store.journal.pending('m')).toEqual([intent])
      })
    })

    describe('runs', () => {
      const run: RunRecord = {
        id: 'r1',
        startedAt: '2025-01-01T00:00:00.000Z',
        status: 'running',
        mappings: ['m', 'n'],
      }

      test('are given newest first, with their end and report', () => {
        const second = { ...run, id: 'r0', startedAt: '2025-01-02T00:00:00.000Z' }
        store.runs.start(run)
        store.runs.start(second)
        expect(store.runs.last(10)).toEqual([second, run])
        store.runs.finish('r1', '2025-01-01T00:01:00.000Z', 'partial', { pipelines: [{ mapping: 'm', read: 3 }] })
        expect(store.runs.last(10)).toEqual([
          second,
          {
            ...run,
            status: 'partial',
            endedAt: '2025-01-01T00:01:00.000Z',
            report: { pipelines: [{ mapping: 'm', read: 3 }] },
          },
        ])
        expect(store.runs.last(1)).toEqual([second])
      })

      test('refuse a second run of the same id, and the end of none', () => {
        store.runs.start(run)
        expect(() => store.runs.start(run)).toThrow(expect.objectContaining({ code: 'store-conflict' }))
        expect(() => store.runs.finish('r9', run.startedAt, 'ok', {})).toThrow(
          expect.objectContaining({ code: 'store-missing' }),
        )
      })
    })

    describe('identities', () => {
      test('are kept by connection and name; what is set again replaces by name', () => {
        expect(store.identities.get('c')).toEqual({})
        store.identities.set('c', { account: 'north', url: 'https://a.example' })
        store.identities.set('d', { account: 'south' })
        store.identities.set('c', { url: 'https://b.example' })
        expect(store.identities.get('c')).toEqual({ account: 'north', url: 'https://b.example' })
        store.identities.remove('c', 'url')
        expect(store.identities.get('c')).toEqual({ account: 'north' })
        store.identities.remove('c')
        expect(store.identities.get('c')).toEqual({})
        expect(store.identities.get('d')).toEqual({ account: 'south' })
      })
    })

    describe('secrets', () => {
      test('are one per connection and name: the newest', () => {
        expect(store.secrets.get('c', 'n')).toBeUndefined()
        store.secrets.set('c', 'n', 'one')
        store.secrets.set('c', 'm', 'beside')
        store.secrets.set('d', 'n', 'other')
        store.secrets.set('c', 'n', 'two')
        expect(store.secrets.get('c', 'n')).toBe('two')
        expect(store.secrets.get('c', 'm')).toBe('beside')
        expect(store.secrets.get('d', 'n')).toBe('other')
      })

      test('of a connection are listed by name, and removed one by one or all', () => {
        for (const name of ['b', 'a', 'credential.x']) store.secrets.set('c', name, name)
        store.secrets.set('d', 'a', 'stays')
        expect(store.secrets.names('c')).toEqual(['a', 'b', 'credential.x'])
        store.secrets.remove('c', 'a')
        store.secrets.remove('c', 'none')
        expect(store.secrets.names('c')).toEqual(['b', 'credential.x'])
        store.secrets.remove('c')
        store.secrets.remove('none')
        expect(store.secrets.names('c')).toEqual([])
        expect(store.secrets.get('c', 'b')).toBeUndefined()
        expect(store.secrets.get('d', 'a')).toBe('stays')
      })

      test('may be any text, under any name, and keep apart', () => {
        for (const name of oddKeys) {
          store.secrets.set(name, 'n', `of ${name}`)
          store.secrets.set('c', name, name.repeat(3000))
        }
        for (const name of oddKeys) {
          expect(store.secrets.get(name, 'n')).toBe(`of ${name}`)
          expect(store.secrets.get('c', name)).toBe(name.repeat(3000))
        }
        expect(store.secrets.names('c')).toEqual([...oddKeys].sort(byCodePoints))
      })

      test('are sealed with another key, and are then the same', () => {
        expect(store.secrets.rotateKey().secrets).toBe(0)
        store.secrets.set('c', 'n', 'one')
        store.secrets.set('d', 'n', '😀')
        expect(store.secrets.rotateKey().secrets).toBe(2)
        store.secrets.set('c', 'm', 'after')
        expect(store.secrets.rotateKey().secrets).toBe(3)
        expect([store.secrets.get('c', 'n'), store.secrets.get('d', 'n')]).toEqual(['one', '😀'])
        expect(store.secrets.get('c', 'm')).toBe('after')
      })
    })

    describe('references', () => {
      test('are replaced as a whole', () => {
        expect(store.references.get('c.e')).toBeUndefined()
        store.references.set('c.e', '2025-01-01T00:00:00.000Z', [{ id: 1 }, 'text', [1, null]])
        store.references.set('c.f', '2025-01-01T00:00:00.000Z', [])
        expect(store.references.get('c.e')).toEqual({
          at: '2025-01-01T00:00:00.000Z',
          rows: [{ id: 1 }, 'text', [1, null]],
        })
        store.references.set('c.e', '2025-01-02T00:00:00.000Z', [{ id: 2 }])
        expect(store.references.get('c.e')).toEqual({ at: '2025-01-02T00:00:00.000Z', rows: [{ id: 2 }] })
        expect(store.references.get('c.f')?.rows).toEqual([])
      })
    })

    describe('reconciliations', () => {
      test('are one for each mapping, the newest', () => {
        const first = { mapping: 'm', at: '2025-01-01T00:00:00.000Z', compared: 9, repaired: 1, remaining: 1 }
        expect(store.reconciliations.all()).toEqual([])
        store.reconciliations.put({ ...first, found: { missing: 2 }, differences: [{ key: 'a', fields: [] }] })
        store.reconciliations.put({ ...first, mapping: 'a', since: '2024-01-01', found: {}, differences: [] })
        expect(store.reconciliations.all()).toEqual([
          { ...first, mapping: 'a', since: '2024-01-01', found: {}, differences: [] },
          { ...first, found: { missing: 2 }, differences: [{ key: 'a', fields: [] }] },
        ])
        store.reconciliations.put({ ...first, remaining: 0, found: {}, differences: [] })
        expect(store.reconciliations.all()[1]).toEqual({ ...first, remaining: 0, found: {}, differences: [] })
      })
    })

    describe('locks', () => {
      test('have one owner at a time, who may take them again', () => {
        expect(store.locks.take('m', 'one', 1000, 100)).toEqual({ taken: true })
        expect(store.locks.take('m', 'two', 1050, 100)).toEqual({ taken: false, owner: 'one', since: 1000 })
        expect(store.locks.take('other', 'two', 1050, 100)).toEqual({ taken: true })
        expect(store.locks.take('m', 'one', 1060, 100)).toEqual({ taken: true })
        expect(store.locks.take('m', 'two', 1070, 100)).toEqual({ taken: false, owner: 'one', since: 1000 })
      })

      test('are held for their life after the last heartbeat', () => {
        store.locks.take('m', 'one', 1000, 100)
        expect(store.locks.beat('m', 'one', 1090)).toBe(true)
        expect(store.locks.take('m', 'two', 1190, 100).taken).toBe(false)
        expect(store.locks.take('m', 'two', 1191, 100)).toEqual({ taken: true })
        expect(store.locks.beat('m', 'one', 1192)).toBe(false)
        expect(store.locks.take('m', 'one', 1193, 100)).toEqual({ taken: false, owner: 'two', since: 1191 })
      })

      test("keep their holder's life, whatever life another would have", () => {
        store.locks.take('m', 'one', 1000, 1000)
        expect(store.locks.take('m', 'two', 1500, 1).taken).toBe(false)
      })

      test('are released by their owner only', () => {
        store.locks.take('m', 'one', 1000, 100)
        store.locks.release('m', 'two')
        expect(store.locks.take('m', 'two', 1001, 100).taken).toBe(false)
        store.locks.release('m', 'one')
        expect(store.locks.take('m', 'two', 1002, 100).taken).toBe(true)
        expect(store.locks.beat('m', 'one', 1003)).toBe(false)
      })
    })

    inboxConformance(() => store)

    describe('close', () => {
      test('may come twice; after it every use says so', () => {
        store.close()
        store.close()
        const closed = expect.objectContaining({ code: 'store-closed' })
        expect(() => store.secrets.get('c', 't')).toThrow(closed)
        expect(() => store.links.put([link()])).toThrow(closed)
        expect(() => store.transaction(() => 1)).toThrow(closed)
      })
    })
  })
}
