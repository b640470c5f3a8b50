import { describe, expect, it } from 'vitest'
import { withSaved } from '../../config/saved.ts'
import { loadChanged } from '../../config/testing/project-files.ts'
import { createHttpClient } from '../../http/client.ts'
import { createGovernors } from '../../http/governors.ts'
import { systemClock, systemTimers } from '../../http/time.ts'
import { assemble } from '../../pipeline/assemble.ts'
import { openSqliteStore } from '../../store/sqlite-store.ts'
import type { CheckResult } from '../check/check-types.ts'
import type { Person, Question } from './connect-types.ts'
import { connect } from './walk.ts'

const connector = `connector: shop
title: Shop
settings:
  required: [url, area]
  properties:
    url: { type: string, format: uri, description: Address, where: At the door, examples: [https://shop.example] }
    area: { type: string, enum: [test, live], default: live, suggest: "$contains($settings.url, 'test') ? 'test'", description: Area }
    signIn: { type: string, enum: [key, badge], default: key, description: Way }
    note: { type: string, description: A remark }
  rules:
    - when: $contains($settings.url, 'test') and $settings.area = 'live'
      say: "{$settings.url} is no live shop"
      fix: Set area to test.
credentials:
  key: { description: The key, where: Under the mat, once: true }
  badge: The badge
signIn:
  key: { title: A key, when: At night., headers: { x-key: $credentials.key } }
  badge: { title: A badge, when: By day., headers: { x-badge: $credentials.badge } }
connect:
  - { step: place, title: The place, say: Go there., link: "{$settings.url}/door", settings: [url, area, note] }
  - { step: way, title: The way in, do: choose }
  - { step: secret, title: The secret, credentials: [key, badge] }
  - { step: look, title: A look, do: verify }
http: { base: "{$settings.url}" }
entities:
  item: { schema: ../schemas/item.schema.json, key: id, list: { request: GET /items, records: body.items } }
`

const project = `project: demo
connections: { shop: { connector: connectors/shop.yaml, settings: {} } }
mappings: []
`

/** Answers in the order in which they are given; each must fit the question that comes. */
function scripted(answers: readonly (readonly [label: string, answer: string])[]) {
  const left = [...answers]
  const said: string[] = []
  const asked: Question[] = []
  const take = (label: string): string => {
    const [next, answer] = left.shift() ?? []
    if (next !== label || answer === undefined) throw new Error(`${label} was asked, not ${next}.`)
    return answer
  }
  const person: Person = {
    answers: true,
    say: (line) => void said.push(line),
    ask: async (question) => {
      asked.push(question)
      const answer = take(question.label)
      const problem = answer === '' ? undefined : question.refuse(answer)
      if (problem !== undefined) throw new Error(problem)
      return answer || question.fallback || ''
    },
    choose: async (label) => take(label),
    authorise: () => new Promise(() => {}),
  }
  return { person, said, asked, left }
}

async function walk(
  answers: readonly (readonly [string, string])[],
  {
    store = openSqliteStore({ path: ':memory:' }),
    checks = [[]] as readonly (readonly CheckResult[])[],
    again = undefined as string | undefined,
  } = {},
) {
  const loaded = await loadChanged(
    {
      'syncline.yaml': project,
      'connectors/shop.yaml': connector,
      'mappings/items.yaml': undefined,
      'tables/places.yaml': undefined,
    },
    { mode: 'validate' },
  )
  expect(loaded.findings).toEqual([])
  if (!loaded.project) throw new Error('no project')
  const compiled = assemble(loaded.project)
  expect(compiled.findings).toEqual([])
  const config = loaded.project.connections.get('shop')
  const shop = compiled.connectors.get('shop')
  if (!config || !shop) throw new Error('no connection')
  const script = scripted(answers)
  const verifications = [...checks]
  const hidden: string[] = []
  const report = await connect({
    name: 'shop',
    again,
    given: { settings: {}, secrets: {}, from: undefined },
    person: script.person,
    current: () => {
      const credential = (name: string) => store.secrets.get('shop', `credential.${name}`)
      const credentials = Object.fromEntries(
        ['key', 'badge'].flatMap((n) => (credential(n) ? [[n, credential(n) ?? '']] : [])),
      )
      return {
        config: withSaved(config, { settings: () => store.identities.get('shop'), credentials: () => credentials }),
        connector: shop,
      }
    },
    verify: async () => verifications.shift() ?? [],
    environment: {
      http: createHttpClient(),
      governors: createGovernors(),
      store,
      clock: systemClock,
      timers: systemTimers,
      random: Math.random,
    },
    waitMs: 100,
    signal: new AbortController().signal,
    hide: (secret) => void hidden.push(secret),
    began: () => {},
    ended: () => {},
  })
  expect(script.left).toEqual([])
  return { ...report, ...script, store, hidden }
}

const failed: CheckResult = {
  connection: 'shop',
  step: 'A read',
  status: 'failed',
  found: 'status 403',
  fix: 'Ask for the right.',
}

describe('a person at a terminal', () => {
  it('is asked for what is not known, told where it is found, and offered what follows from other answers', async () => {
    const { connected, asked, said, store, hidden } = await walk([
      ['url', 'https://test.shop.example'],
      ['area', ''],
      ['note', ''],
      ['Which way to sign in?', 'badge'],
      ['badge', 'b-1'],
    ])
    expect(connected).toBe(true)
    expect(
      asked.map(({ label, help, fallback, optional, masked }) => [label, help[0], fallback, optional, masked]),
    ).toEqual([
      ['url', 'Address. At the door.', undefined, false, false],
      ['area', 'Area.', 'test', false, false],
      ['note', 'A remark.', undefined, true, false],
      ['badge', 'The badge.', undefined, false, true],
    ])
    expect(said).toEqual(['Go there.'])
    expect(store.identities.get('shop')).toEqual({ url: 'https://test.shop.example', area: 'test', signIn: 'badge' })
    expect(store.secrets.names('shop')).toEqual(['credential.badge'])
    expect(hidden).toContain('b-1')
  })

  it('is not asked again for what was answered', async () => {
    const { store } = await walk([
      ['url', 'https://shop.example'],
      ['area', 'live'],
      ['note', 'n'],
      ['Which way to sign in?', 'key'],
      ['key', 'k-1'],
    ])
    const second = await walk([], { store })
    expect(second.steps.flatMap(({ found }) => found)).toEqual([
      'url: https://shop.example',
      'area: live',
      'note: n',
      'key: A key',
      'key: in the state, sealed',
    ])
    expect(second.said).toEqual(['Go there.', 'https://shop.example/door'])
    const third = await walk([['key', 'k-2']], { store, again: 'secret' })
    expect(third.connected).toBe(true)
    expect(store.secrets.get('shop', 'credential.key')).toBe('k-2')
  })

  it('answers a step again after settings that contradict each other', async () => {
    const { connected, steps } = await walk([
      ['url', 'https://test.shop.example'],
      ['area', 'live'],
      ['note', ''],
      ['What now?', 'place'],
      ['url', ''],
      ['area', 'test'],
      ['note', ''],
      ['Which way to sign in?', 'key'],
      ['key', 'k'],
    ])
    expect(connected).toBe(true)
    expect(steps[0]).toMatchObject({ step: 'place', status: 'done' })
  })

  it('answers an earlier step again after a read that failed, and goes on from there', async () => {
    const answers = [
      ['url', 'https://shop.example'],
      ['area', 'live'],
      ['note', ''],
      ['Which way to sign in?', 'key'],
      ['key', 'wrong'],
      ['What now?', 'secret'],
      ['key', 'right'],
    ] as const
    const { connected, store } = await walk(answers, { checks: [[failed], []] })
    expect(connected).toBe(true)
    expect(store.secrets.get('shop', 'credential.key')).toBe('right')
  })

  it('may stop after a failure; what was answered stays', async () => {
    const { connected, exitStatus, steps, store } = await walk(
      [
        ['url', 'https://shop.example'],
        ['area', 'live'],
        ['note', ''],
        ['Which way to sign in?', 'key'],
        ['key', 'k'],
        ['What now?', ''],
      ],
      { checks: [[failed]] },
    )
    expect([connected, exitStatus]).toEqual([false, 1])
    expect(steps.at(-1)?.failure).toMatchObject({ code: 'not-verified', advice: 'Ask for the right.' })
    expect(store.secrets.names('shop')).toEqual(['credential.key'])
  })
})
