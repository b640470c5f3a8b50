import { describe, expect, test } from 'vitest'
import type { Delivery, StateStore } from './state-store.ts'

const at = (second: number): string => `2025-01-01T00:00:${String(second).padStart(2, '0')}.000Z`

function id(key: string, changes: Partial<Delivery> = {}): Delivery {
  return { mapping: 'm', event: 'c.changed', key, receivedAt: at(0), dueAt: at(0), ...changes }
}

function record(key: string, value: unknown, changes: Partial<Delivery> = {}): Delivery {
  const text = JSON.stringify(value)
  return id(key, { event: 'c.pushed', record: text, digest: `hash of ${text}`, ...changes })
}

/** What the inbox and the schedules of every StateStore must do. */
export function inboxConformance(store: () => StateStore): void {
  describe('inbox', () => {
    const keysOf = (taken: readonly { readonly key: string }[]): string[] => taken.map(({ key }) => key)

    test('gives what is due in the order of its coming, each once, with its record', () => {
      const { inbox } = store()
      expect(inbox.put([record('a', { n: 1, name: 'Åsa' }), record('b', { n: 2 })])).toEqual(['stored', 'stored'])
      inbox.put([record('c', { n: 3 }, { dueAt: at(30) }), record('a', { n: 1 }, { mapping: 'other' })])
      const taken = inbox.take('m', at(10), 10)
      expect(keysOf(taken)).toEqual(['a', 'b'])
      expect(taken[0]).toMatchObject({ ...record('a', { n: 1, name: 'Åsa' }), attempts: 0 })
      expect(inbox.take('m', at(10), 10)).toEqual([])
      expect(inbox.nextDue('m')).toBe(at(30))
      expect(keysOf(inbox.take('m', at(30), 10))).toEqual(['c'])
      expect(inbox.nextDue('m')).toBeUndefined()
    })

    test('gives no more than asked for', () => {
      const { inbox } = store()
      inbox.put(['a', 'b', 'c'].map((key) => id(key)))
      expect(keysOf(inbox.take('m', at(1), 2))).toEqual(['a', 'b'])
      expect(keysOf(inbox.take('m', at(1), 2))).toEqual(['c'])
    })

    test('gives a message to a mapping when those that go before have done with it, or have put it off', () => {
      const { inbox } = store()
      inbox.put([id('a', { mapping: 'first' }), id('a'), id('b'), id('c', { event: 'c.other' })])
      inbox.put([id('c', { mapping: 'first' }), id('b', { mapping: 'another' })])
      expect(inbox.nextDue('m', at(1), ['first'])).toBe(at(0))
      expect(keysOf(inbox.take('m', at(1), 10, ['first']))).toEqual(['b', 'c'])
      expect(inbox.nextDue('m', at(1), ['first'])).toBeUndefined()
      const [taken] = inbox.take('first', at(1), 1)
      expect(inbox.take('m', at(1), 10, ['first'])).toEqual([])
      inbox.putBack([taken?.id ?? 0], at(20), 'more')
      expect(keysOf(inbox.take('m', at(1), 10, ['first']))).toEqual(['a'])
    })

    test('stores a message as a whole or not at all', () => {
      const { inbox } = store()
      expect(() => inbox.put([id('a'), { ...id('b'), mapping: null as unknown as string }])).toThrow()
      expect(inbox.take('m', at(1), 10)).toEqual([])
    })

    test('gathers ids while one waits; while one is being read, another may be needed', () => {
      const { inbox } = store()
      expect(inbox.put([id('a', { dueAt: at(5) }), id('a', { dueAt: at(9) }), id('b')])).toEqual([
        'stored',
        'gathered',
        'stored',
      ])
      expect(inbox.put([id('a', { find: 'sku' })])).toEqual(['stored'])
      const [first] = inbox.take('m', at(5), 1)
      expect(first).toMatchObject({ key: 'a', dueAt: at(5) })
      expect(inbox.put([id('a')])).toEqual(['stored'])
      expect(inbox.put([id('a')])).toEqual(['gathered'])
    })

    test('takes the same record of one key once, while it is not done', () => {
      const { inbox } = store()
      expect(inbox.put([record('a', { n: 1 })])).toEqual(['stored'])
      expect(inbox.put([record('a', { n: 1 })])).toEqual(['duplicate'])
      const [taken] = inbox.take('m', at(1), 10)
      expect(inbox.put([record('a', { n: 1 })])).toEqual(['duplicate'])
      inbox.done([taken?.id ?? 0], at(1))
      expect(inbox.put([record('a', { n: 1 })])).toEqual(['stored'])
    })

    test('takes another record of one key for a newer version, which comes after the older', () => {
      const { inbox } = store()
      inbox.put([record('a', { n: 1 })])
      expect(inbox.put([record('a', { n: 2 }), record('a', { n: 1 })])).toEqual(['stored', 'stored'])
      const order: unknown[] = []
      for (let round = 0; round < 4; round++) {
        const taken = inbox.take('m', at(1), 10)
        expect(taken.length).toBeLessThan(2)
        // While it is being processed, nothing else of its key is given.
        expect(inbox.take('m', at(1), 10)).toEqual([])
        for (const entry of taken) order.push(JSON.parse(entry.record ?? ''))
        inbox.done(
          taken.map((entry) => entry.id),
          at(1),
        )
      }
      expect(order).toEqual([{ n: 1 }, { n: 2 }, { n: 1 }])
    })

    test('lets no id hold up a record of its key, and takes the record for what the id would have read', () => {
      const { inbox } = store()
      inbox.put([id('a', { dueAt: at(40) }), id('a', { dueAt: at(40), find: 'sku' })])
      inbox.put([record('a', { n: 1 })])
      const [first] = inbox.take('m', at(1), 10)
      expect(first?.record).toBe('{"n":1}')
      // What comes while it is processed may tell of a change that it does not have.
      inbox.put([id('a')])
      expect(inbox.take('m', at(50), 10)).toEqual([])
      expect(inbox.nextDue('m')).toBeUndefined()
      inbox.done([first?.id ?? 0], at(50))
      const rest: unknown[] = []
      for (let round = 0; round < 3; round++) {
        const taken = inbox.take('m', at(50), 10)
        expect(taken.length).toBeLessThan(2)
        for (const { id: entry, find, record: text } of taken) {
          rest.push([find, text])
          inbox.done([entry], at(50))
        }
      }
      expect(rest).toEqual([
        ['sku', undefined],
        [undefined, undefined],
      ])
    })

    test('keeps the order of a key when one is put back, and counts what was tried in vain', () => {
      const { inbox } = store()
      inbox.put([record('a', { n: 1 })])
      const [first] = inbox.take('m', at(1), 1)
      inbox.put([record('a', { n: 2 }), id('b', { dueAt: at(40) })])
      inbox.putBack([first?.id ?? 0], at(20), 'more')
      expect(inbox.take('m', at(19), 10)).toEqual([])
      expect(inbox.nextDue('m')).toBe(at(20))
      const [again] = inbox.take('m', at(20), 10)
      expect(again).toMatchObject({ id: first?.id, attempts: 1 })
      inbox.putBack([again?.id ?? 0], at(20), 'same')
      expect(inbox.take('m', at(20), 10)).toMatchObject([{ id: first?.id, attempts: 1 }])
    })

    test('holds what waits for something else, until it is woken, its time is up, or a newer version comes', () => {
      const { inbox } = store()
      inbox.put([record('a', { n: 1 }), record('b', { n: 1 }), record('c', { n: 1 })])
      const ids = inbox.take('m', at(1), 10).map((entry) => entry.id)
      inbox.put([record('c', { n: 2 })])
      inbox.hold(ids, at(50), at(2))
      // c has a newer version already, and does not wait.
      expect(inbox.take('m', at(2), 10).map(({ record: text }) => text)).toEqual(['{"n":2}'])
      expect(inbox.put([record('b', { n: 1 })])).toEqual(['duplicate'])
      expect(inbox.put([record('b', { n: 2 })])).toEqual(['stored'])
      expect(inbox.take('m', at(2), 10).map(({ key, record: text }) => [key, text])).toEqual([['b', '{"n":2}']])
      inbox.wake('other', at(3))
      expect(inbox.take('m', at(3), 10)).toEqual([])
      inbox.wake('m', at(3))
      expect(keysOf(inbox.take('m', at(3), 10))).toEqual(['a'])
    })

    test('gives what was taken again, when the process that took it is gone', () => {
      const { inbox } = store()
      inbox.put([record('a', { n: 1 }), id('b')])
      inbox.take('m', at(1), 10)
      inbox.recover()
      expect(keysOf(inbox.take('m', at(1), 10))).toEqual(['a', 'b'])
    })

    test('forgets what was done before a time', () => {
      const { inbox } = store()
      inbox.put([id('a'), id('b'), id('c')])
      const [a, b] = inbox.take('m', at(1), 2).map((entry) => entry.id)
      inbox.done([a ?? 0], at(10))
      inbox.done([b ?? 0], at(20))
      expect(inbox.forget(at(15))).toBe(1)
      expect(inbox.forget(at(15))).toBe(0)
      expect(inbox.forget(at(30))).toBe(1)
      expect(keysOf(inbox.take('m', at(1), 10))).toEqual(['c'])
    })

    test('tells how many wait, and since when', () => {
      const { inbox } = store()
      inbox.put([id('a', { receivedAt: at(3) }), id('b', { receivedAt: at(2) }), id('a', { mapping: 'other' })])
      inbox.take('m', at(1), 1)
      expect(inbox.waiting()).toEqual(
        new Map([
          ['m', { count: 2, since: at(2) }],
          ['other', { count: 1, since: at(0) }],
        ]),
      )
    })
  })

  describe('schedules', () => {
    test('are remembered by mapping and trigger', () => {
      const { schedules } = store()
      expect(schedules.last('m', 'every 1')).toBeUndefined()
      schedules.set('m', 'every 1', at(1))
      schedules.set('m', 'every 2', at(2))
      schedules.set('m', 'every 1', at(3))
      expect(schedules.last('m', 'every 1')).toBe(at(3))
      expect(schedules.last('m', 'every 2')).toBe(at(2))
      expect(schedules.last('other', 'every 1')).toBeUndefined()
    })
  })
}
