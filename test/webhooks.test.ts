import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Ended, jsonOf, syncline } from './support/command.ts'
import { type MadeUpSystem, startMadeUpSystem } from './support/made-up-system.ts'

/** `syncline webhooks` as a process of its own, against a made-up system with subscriptions. */

let system: MadeUpSystem
let file: string

const subscribe = (what: string): string => `
    subscribe:
      list: { request: GET /hooks, records: body }
      same: "about = '${what}' and url = $address"
      ours: "$substring(url, 0, $length($base)) = $base"
      create: { request: POST /hooks, body: "{ 'about': '${what}', 'url': $address }" }
      remove: { request: "DELETE /hooks/{$subscription.id}" }`
const events = `events:
  changed:
    entity: article
    verify: { secret: $credentials.key }
    ids: body.id${subscribe('article')}
  retired:
    entity: article
    verify: { secret: $credentials.key }
    ids: body.id${subscribe('retired')}
  pushed: { entity: article, verify: { secret: $credentials.key }, record: body }
entities:
`
const remarks = `
mapping: remarks
from: depot.article
to: window.remark
write: put
fields: { sku: "$default(code, '')", text: "$default(name, '')" }
triggers: [ { event: depot.changed }, { event: depot.pushed } ]
`
const publicUrl = 'https://sync.example.com'
const address = `${publicUrl}/depot/changed/sesame`

beforeEach(async () => {
  system = await startMadeUpSystem()
  file = (await system.engine({ remarks }, { connector: (text) => text.replace('entities:\n', events) })).file
})
afterEach(() => system.stop())

function webhooks(...args: string[]): Promise<Ended> {
  return syncline(['--project', file, 'webhooks', ...args, '--public-url', publicUrl, '--json'])
}
const states = (ended: Ended): unknown[] =>
  (jsonOf(ended).subscriptions as { connection: string; event: string | null; state: string }[])
    // The other connection is to the same system, and asks for nothing.
    .filter(({ connection }) => connection === 'depot')
    .map(({ event, state }) => [event, state])

describe('syncline webhooks', () => {
  it('shows what is missing, and what a person has to set up', async () => {
    const ended = await webhooks()
    expect(ended.status).toBe(1)
    expect(jsonOf(ended).subscriptions).toEqual([
      { connection: 'depot', event: 'pushed', state: 'by-hand', address: `${publicUrl}/depot/pushed/<key>` },
      { connection: 'depot', event: 'changed', state: 'missing', address: `${publicUrl}/depot/changed/<key>` },
    ])
  })

  it('makes what is missing, removes what of ours is stale, and leaves what is foreign', async () => {
    const foreign = { id: 'f', about: 'article', url: 'https://other.example.com/hook/their-secret' }
    const odd = { id: 'o', something: 'else' }
    system.hooks.push(
      foreign,
      odd,
      // Of an event that no mapping uses, and with a secret that is no more.
      { id: 's1', about: 'retired', url: `${publicUrl}/depot/retired/sesame` },
      { id: 's2', about: 'article', url: `${publicUrl}/depot/changed/old-secret` },
    )
    const listed = await webhooks('list')
    expect(states(listed)).toEqual([
      ['pushed', 'by-hand'],
      [null, 'foreign'],
      [null, 'foreign'],
      [null, 'stale'],
      [null, 'stale'],
      ['changed', 'missing'],
    ])
    expect(`${listed.stdout}${listed.stderr}`).not.toMatch(/sesame|their-secret|old-secret/)

    const dry = await webhooks('sync', '--dry-run')
    expect(jsonOf(dry)).toMatchObject({
      dryRun: true,
      created: [{ event: 'changed' }],
      removed: [{ connection: 'depot' }, { connection: 'depot' }],
    })
    expect(system.writes()).toEqual([])

    const synced = await webhooks('sync')
    expect(synced.status).toBe(0)
    expect(jsonOf(synced)).toMatchObject({ created: [{ event: 'changed' }], removed: [{}, {}], failed: [] })
    expect(system.hooks).toEqual([foreign, odd, { id: 1, about: 'article', url: address }])
    expect(system.writes()).toEqual(['POST /hooks', 'DELETE /hooks/s1', 'DELETE /hooks/s2'])

    const again = await webhooks('sync')
    expect(again.status).toBe(0)
    expect(jsonOf(again)).toMatchObject({ created: [], removed: [] })
    expect(system.hooks).toHaveLength(3)
  })

  it('keeps one of two that are the same', async () => {
    system.hooks.push({ id: 'a', about: 'article', url: address }, { id: 'b', about: 'article', url: address })
    const ended = await webhooks('sync')
    expect(states(ended)).toContainEqual(['changed', 'right'])
    expect(system.hooks.map(({ id }) => id)).toEqual(['a'])
  })

  it('removes nothing where something could not be made', async () => {
    system.hooks.push({ id: 's', about: 'article', url: `${publicUrl}/depot/changed/old-secret` })
    system.setFault(({ method }) => (method === 'POST' ? 422 : undefined))
    const ended = await webhooks('sync')
    expect(ended.status).toBe(1)
    expect(jsonOf(ended)).toMatchObject({
      created: [],
      removed: [],
      failed: [{ event: 'changed', code: 'not-wanted' }],
    })
    expect(system.hooks).toHaveLength(1)
  })

  it('a lost answer is settled by the list', async () => {
    system.setFault(({ method }) => (method === 'POST' ? 'drop-after' : undefined))
    const ended = await webhooks('sync')
    expect(ended.status).toBe(0)
    expect(jsonOf(ended)).toMatchObject({ created: [{ event: 'changed' }], failed: [] })
    expect(states(ended)).toContainEqual(['changed', 'right'])
    expect(system.hooks).toHaveLength(1)
  })

  it('says what it needs', async () => {
    const ended = await syncline(['--project', file, 'webhooks', '--json'])
    expect(ended.status).toBe(2)
    expect(jsonOf(ended)).toMatchObject({ subscriptions: [], error: { code: 'no-public-url' } })
    system.setFault(() => 401)
    const refused = await webhooks()
    expect(refused.status).toBe(3)
    expect(jsonOf(refused)).toMatchObject({ error: { code: 'credentials-refused' } })
  })
})
