import { describe, expect, it } from 'vitest'
import { goodProject, loadChanged } from '../../config/testing/project-files.ts'
import { assemble } from '../assemble.ts'

/** Every finding of the mapping and connector compilers, at its place. */
const connector = `connector: shop
title: Shop
settings:
  required: [url]
  properties:
    url: { type: string, format: uri, description: Address of the API, examples: [https://shop.example] }
    page: { type: integer, default: 100, description: Page size, examples: [50] }
credentials:
  key: The API key
signIn:
  key:
    headers: { x-api-key: $credentials.key }
http:
  base: "{$settings.url}"
entities:
  item:
    schema: ../schemas/item.schema.json
    key: id
    list: { request: GET /items, records: body.items }
    get: { request: "GET /items/{$ids}", batch: 10, records: body.items }
    find: { sku: { request: GET /items, query: { sku: $input }, records: body.items } }
    write:
      put: { request: "PUT /items/{$record.id}", repeat: safe }
  stock:
    schema: ../schemas/stock.schema.json
    key: [item, place]
    find: { item: { request: GET /stock, query: { item: $input }, records: body } }
    write:
      put: { request: PUT /stock, repeat: safe }
`
const stock = JSON.stringify({
  type: 'object',
  additionalProperties: false,
  required: ['item', 'place'],
  properties: {
    item: { type: 'integer' },
    place: { type: 'string', enum: ['MAIN', 'STORE'] },
    amount: { type: 'number' },
    notes: {
      type: 'array',
      items: { type: 'object', additionalProperties: false, properties: { text: { type: 'string' } } },
    },
    size: { type: 'object', additionalProperties: false, properties: { x: { type: 'number' } } },
  },
})
const mapping = `mapping: items
options:
  culture: { type: string, description: Language of texts, examples: [sv-SE] }
from: shop.item
join:
  figures: { entity: shop.stock, by: id, find: item, many: true }
keep:
  has-sku: $exists(sku)
each: $rows('places')
to: shop.stock
write: put
fields:
  item: $record.id
  place: "code = 'MAIN' ? 'MAIN' : 'STORE'"
  amount: $total($figures[place = $item.code].amount)
  notes:
    - each: $figures
      fields: { text: "'x'" }
`

const item = JSON.stringify({
  type: 'object',
  additionalProperties: false,
  required: ['id'],
  properties: { id: { type: 'integer' }, sku: { type: 'string' } },
})

const files = {
  ...goodProject,
  'connectors/shop.yaml': connector,
  'schemas/stock.schema.json': stock,
  'schemas/item.schema.json': item,
  'mappings/items.yaml': mapping,
}
const place = { 'mappings/items.yaml': 'mappings/items.yaml', 'connectors/shop.yaml': 'connectors/shop.yaml' } as const

async function findings(changes: Readonly<Record<string, string>>): Promise<string[]> {
  const { project, findings: own } = await loadChanged({ ...files, ...changes }, { mode: 'validate' })
  if (!project) throw new Error('No project.')
  return [...own, ...assemble(project).findings]
    .filter(({ severity }) => severity === 'error')
    .map(({ file, line, column, code, message }) => `${file}:${line}:${column} ${code} ${message}`)
}

function changed(file: keyof typeof place, ...edits: readonly (readonly [string, string])[]): Record<string, string> {
  let text: string = files[file]
  for (const [from, to] of edits) {
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`)
    text = text.replace(from, () => to)
  }
  return { [file]: text }
}

const inMapping = (...edits: readonly (readonly [string, string])[]): Record<string, string> =>
  changed('mappings/items.yaml', ...edits)
const inConnector = (...edits: readonly (readonly [string, string])[]): Record<string, string> =>
  changed('connectors/shop.yaml', ...edits)

const events = `events:
  itemPushed: { entity: item, verify: { basic: { user: $credentials.key, password: $credentials.key } }, record: body }
  itemChanged: { entity: item, verify: { secret: $credentials.key }, ids: $idSet(body.id), gather: 5s }
  stockPushed: { entity: stock, verify: { secret: $credentials.key }, record: body, key: body.item }
entities:`

function triggered(): [string, Record<string, string>, string][] {
  const cases: [string, string, string, string?][] = [
    ['an event of no connection', '{ event: shpo.itemChanged }', '12:22 unknown-connection'],
    ['an event that does not exist', '{ event: shop.itmChanged }', '12:22 unknown-event'],
    ['an event about something else', '{ event: shop.stockPushed }', '12:22 event-entity'],
    [
      'a wait that nothing asks about again',
      '{ event: shop.itemChanged }',
      '11:7 wait-without-schedule',
      'wait: { priced: id > 0 }\nwrite: put',
    ],
    ['an event that is to look back', '{ event: shop.itemChanged, since: 1d }', '12:47 trigger-kind'],
    ['a time that says twice what it reads', '{ every: 15m, read: changes, since: 1d }', '12:49 trigger-kind'],
    ['a look back that the source cannot give', '{ every: 15m, since: 1d }', '12:34 trigger-kind'],
    ['a trigger of two kinds', "{ every: 15m, at: '0 2 * * *' }", '12:13 trigger-kind'],
    ['a time zone without a time', '{ every: 15m, timeZone: UTC }', '12:37 trigger-kind'],
    ['an event that is to read everything', '{ event: shop.itemChanged, read: all }', '12:46 trigger-kind'],
    [
      'an event of a full file',
      '{ event: shop.itemChanged }',
      '12:22 trigger-kind',
      'write: { operation: put, fullFile: true }',
    ],
    ['an event that is to compare both sides', '{ event: shop.itemChanged, reconcile: repair }', '12:51 trigger-kind'],
    ['a comparison that is to read changes', '{ every: 15m, read: changes, reconcile: repair }', '12:53 trigger-kind'],
    ['a comparison too often', '{ every: 4m, reconcile: compare }', '12:22 polled-too-often'],
    ['a time that is none', "{ at: '0 25 * * *' }", '12:19 wrong-cron'],
    ['a time of six parts', "{ at: '0 0 2 * * *' }", '12:19 wrong-cron'],
    ['a time that never comes', "{ at: '0 0 30 2 *' }", '12:19 wrong-cron'],
    ['a time zone that does not exist', "{ at: '0 2 * * *', timeZone: Europe/Stokholm }", '12:42 unknown-time-zone'],
    ['a source that is read as a whole too often', '{ every: 4m }', '12:22 polled-too-often'],
  ]
  return cases.map(([title, trigger, expected, write = 'write: put']) => [
    title,
    { ...inMapping(['write: put', `${write}\ntriggers: [ ${trigger} ]`]), ...inConnector(['entities:', events]) },
    `mappings/items.yaml:${expected}`,
  ])
}

function declared(): [string, Record<string, string>, string][] {
  const verify = 'verify: { secret: $credentials.key }'
  const cases: [string, string, string][] = [
    ['an event about no entity', `{ entity: itm, ${verify}, record: body }`, '16:21 unknown-entity'],
    ['an event with nothing in it', `{ entity: item, ${verify} }`, '16:11 event-contents'],
    ['an event with a record and ids', `{ entity: item, ${verify}, record: body, ids: body.id }`, 'event-contents'],
    ['a record that is gathered', `{ entity: item, ${verify}, record: body, gather: 5s }`, 'event-contents'],
    ['ids of a find that does not exist', `{ entity: item, ${verify}, ids: body.sku, find: skus }`, 'unknown-find'],
    ['ids that nothing can read', `{ entity: stock, ${verify}, ids: body.id }`, 'no-get'],
    ['a secret in the file', `{ entity: item, verify: { secret: "'s'" }, record: body }`, 'event-secret'],
    [
      'a credential that is not declared',
      '{ entity: item, verify: { secret: $credentials.push }, record: body }',
      'unknown-field',
    ],
    [
      'an answer that reads what there is not',
      `{ entity: item, ${verify}, record: body, answer: { stored: { status: 200, body: "{ 'why': $reason }" } } }`,
      'unknown-variable',
    ],
  ]
  return cases.map(([title, event, expected]) => [
    title,
    inConnector(['entities:', `events:\n  pushed: ${event}\nentities:`]),
    expected,
  ])
}

it('the project without mistakes has no finding', async () => {
  expect(await findings({})).toEqual([])
})

describe('in a mapping', () => {
  it.each<[string, Record<string, string>, string]>([
    [
      'a connection that does not exist',
      inMapping(['from: shop.item', 'from: shpo.item']),
      'mappings/items.yaml:4:7 unknown-connection',
    ],
    [
      'an entity that does not exist',
      inMapping(['to: shop.stock', 'to: shop.stok']),
      'mappings/items.yaml:10:5 unknown-entity',
    ],
    [
      'a write that does not exist',
      inMapping(['write: put', 'write: upsert']),
      'mappings/items.yaml:11:8 unknown-write',
    ],
    [
      'a full file that the write cannot be',
      inMapping(['write: put', 'write: { operation: put, fullFile: true }']),
      'mappings/items.yaml:11:36 no-full-file',
    ],
    [
      'a source without a list',
      inMapping(['from: shop.item', 'from: shop.stock']),
      'mappings/items.yaml:4:7 not-listed',
    ],
    ['a find that does not exist', inMapping(['find: item', 'find: items']), 'mappings/items.yaml:6:48 unknown-find'],
    ['a join by a key of several fields', inMapping([', find: item', '']), 'mappings/items.yaml:6:38 composite-key'],
    ['a name that has a meaning of its own', inMapping(['figures:', 'item:']), 'mappings/items.yaml:6:9 reserved-name'],
    [
      'a let with the name of a function',
      inMapping(['fields:', 'let: { linked: id }\nfields:']),
      'reserved-name $linked is a function',
    ],
    [
      'a let with the name of a function of JSONata',
      inMapping(['fields:', 'let: { count: id }\nfields:']),
      'reserved-name $count is a function',
    ],
    [
      'a let with the name of a function that is forbidden',
      inMapping(['fields:', 'let: { now: id }\nfields:']),
      'reserved-name $now is a function',
    ],
    [
      'a join with the name of a function of JSONata',
      inMapping(['figures:', 'sum:']),
      'reserved-name $sum is a function',
    ],
    ['a join with the name of a function', inMapping(['figures:', 'linked:']), 'reserved-name $linked is a function'],
    [
      'a target field that does not exist',
      inMapping(['  amount:', '  amonut:']),
      'mappings/items.yaml:15:3 unknown-target-field',
    ],
    [
      'a list where the target has none',
      inMapping(['  notes:', '  size:']),
      'mappings/items.yaml:17:5 not-a-list-field',
    ],
    [
      'an object where the target has none',
      inMapping(['  amount: $total($figures[place = $item.code].amount)', '  amount: { x: 1 }']),
      'mappings/items.yaml:15:11 not-an-object-field',
    ],
    [
      'a text where a number belongs',
      inMapping(['$total($figures[place = $item.code].amount)', '$string($record.id)']),
      'mappings/items.yaml:15:11 wrong-target-type',
    ],
    [
      'a value that the target does not know',
      inMapping(["'MAIN' : 'STORE'", "'MAIN' : 'SHOP'"]),
      'mappings/items.yaml:14:10 value-not-allowed',
    ],
    [
      'a key field that is missing',
      inMapping(["  place: \"code = 'MAIN' ? 'MAIN' : 'STORE'\"\n", '']),
      'mappings/items.yaml:13:3 key-field-missing',
    ],
    [
      'a field twice',
      inMapping([
        '  notes:',
        'createOnly: { amount: 1 }\nneeds: {}\nwarn: {}\nensure: {}\ngone:\n  fields:\n    notes:',
      ]),
      'mappings/items.yaml:16:23 field-twice',
    ],
    [
      'a table that does not exist',
      inMapping(["$rows('places')", "$rows('plaecs')"]),
      'mappings/items.yaml:9:13 unknown-table',
    ],
    [
      'a column that does not exist',
      inMapping(["$rows('places')", `"$rows('places', { 'cod': 'x' })"`]),
      'unknown-column',
    ],
    [
      'a mapping that does not exist',
      inMapping(['write: put', 'after: [ itms ]\nwrite: put']),
      'mappings/items.yaml:11:10 unknown-mapping',
    ],
    [
      'a need that does not exist',
      inMapping(['write: put', 'needs: { shop.thing: item }\nwrite: put']),
      'unknown-entity',
    ],
    ...triggered(),
  ])('%s', async (_, changes, expected) => {
    const found = await findings(changes)
    expect(found.join('\n')).toContain(expected)
  })

  it('triggers without mistakes have no finding', async () => {
    const triggers =
      "triggers: [ { event: shop.itemPushed }, { event: shop.itemChanged }, { every: 5m }, { at: '30 2 * * *', timeZone: Europe/Stockholm, read: all } ]"
    expect(
      await findings({
        ...inMapping(['write: put', `write: put\n${triggers}`]),
        ...inConnector(['entities:', events]),
      }),
    ).toEqual([])
  })

  it('a source without a list will do where messages alone feed the mapping', async () => {
    const fed = inMapping(
      ['from: shop.item', 'from: shop.stock\ntriggers: [ { event: shop.stockPushed } ]'],
      ['join:\n  figures: { entity: shop.stock, by: id, find: item, many: true }\n', ''],
    )
    const found = await findings({ ...fed, ...inConnector(['entities:', events]) })
    expect(found.join('\n')).not.toContain('not-listed')
  })

  it('what keep has shown to be there is there for all that comes after', async () => {
    expect(
      await findings(
        inMapping(['amount: $total($figures[place = $item.code].amount)', 'amount: $length($record.sku)']),
      ),
    ).toEqual([])
    expect(
      (
        await findings(
          inMapping(
            ['  has-sku: $exists(sku)', '  has-id: id > 0'],
            ['amount: $total($figures[place = $item.code].amount)', 'amount: $length($record.sku)'],
          ),
        )
      ).join(),
    ).toContain('may-be-absent')
  })
})

describe('in a connector', () => {
  it.each<[string, Record<string, string>, string]>([
    [
      'a key field that the schema does not have',
      inConnector(['key: [item, place]', 'key: [item, plac]']),
      'connectors/shop.yaml:26:10 unknown-field',
    ],
    [
      'a setting that is not declared',
      inConnector(['{$settings.url}', '{$settings.ulr}']),
      'connectors/shop.yaml:14:21 unknown-field',
    ],
    [
      'a variable that is not there at that point',
      inConnector(['GET /items/{$ids}', 'GET /items/{$record.id}']),
      'unknown-variable',
    ],
    [
      'a list over an entity that does not exist',
      inConnector(['list: { request: GET /items, records: body.items }', 'list: { over: row, ids: id }']),
      'unknown-entity',
    ],
    [
      'a list without a request',
      inConnector(['list: { request: GET /items, records: body.items }', 'list: { size: 5 }']),
      'list-without-request',
    ],
    [
      'a repeat by a find that does not exist',
      inConnector(['PUT /stock, repeat: safe', 'PUT /stock, repeat: { by: itm }']),
      'unknown-find',
    ],
    ...declared(),
    [
      'an owned field that the schema does not have',
      inConnector(['PUT /stock, repeat: safe', 'PUT /stock, repeat: safe, owned: { Set: { amont: amount } }']),
      'unknown-field',
    ],
  ])('%s', async (_, changes, expected) => {
    expect((await findings(changes)).join('\n')).toContain(expected)
  })
})

describe('what a condition says', () => {
  const withOwner = {
    'schemas/item.schema.json': JSON.stringify({
      type: 'object',
      additionalProperties: false,
      required: ['id'],
      properties: {
        id: { type: 'integer' },
        sku: { type: 'string' },
        owner: { type: 'string', 'x-personal': true },
        buyer: { type: 'object', additionalProperties: false, properties: { mail: { $ref: '#/$defs/mail' } } },
      },
      $defs: { mail: { type: 'string', 'x-personal': true } },
    }),
  }
  const saying = (say: string, lets = ''): Promise<string[]> =>
    findings({
      ...withOwner,
      ...inMapping(
        ['each: $rows', `let: { who: "$record.buyer.mail", places: "$count($figures)" ${lets}}\neach: $rows`],
        ['fields:', `ensure:\n  enough: { that: "$count($figures) > 0", say: "${say}" }\nfields:`],
      ),
    })

  it.each([
    ["'There are ' & $string($places) & ' places of ' & $string($record.id)"],
    ["$default($record.sku, 'no SKU')"],
  ])('%s is no finding', async (say) => {
    expect(await saying(say)).toEqual([])
  })

  it.each([
    ['a field that is personal', "$default($record.owner, '')", 'say-personal'],
    ['a field behind a reference', "$default($record.buyer.mail, '')", 'say-personal'],
    ['a let that was made of one', "$default($who, '')", 'say-personal'],
    ['a number', '$places', 'say-not-text'],
    ['a name that does not exist', "'x' & $record.skuu", 'unknown-field'],
  ])('%s', async (_, say, code) => {
    const found = await saying(say)
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(code)
  })
})

describe('what is to be reconciled', () => {
  const comparing = (comparison: string): Promise<string[]> =>
    findings(inMapping(['fields:', `reconcile:\n${comparison}\nfields:`]))
  const good = `  - name: figures
    since: 7d
    join: { stocks: { entity: shop.stock, by: id, find: item, many: true } }
    keep: { has-sku: $exists(sku) }
    let: { count: $count($stocks) }
    expect: { none: { that: $count($stocks) > 0, say: "'none of ' & sku" } }
    repair: { mapping: items, key: id }`.replace('let: { count: ', 'let: { places: ')

  it('is no finding when it is right', async () => {
    expect(await comparing(good)).toEqual([])
  })

  it.each([
    ['a join of an entity that does not exist', 'shop.stock', 'shop.stok', '15:31 unknown-entity'],
    ['a find that does not exist', 'find: item', 'find: itm', 'unknown-find'],
    ['a field that does not exist', '$exists(sku)', '$exists(skuu)', '16:30 unknown-field'],
    ['a condition that is none', '{ that: $count($stocks) > 0', '{ that: $count($stocks)', 'not-a-condition'],
    ['a mapping that does not exist', 'mapping: items', 'mapping: itms', '19:24 unknown-mapping'],
    ['a source without a list', 'since: 7d', 'from: shop.stock', 'not-listed'],
    ['a time that is none', 'since: 7d', 'since: a week', 'wrong-format'],
  ])('%s', async (_, from, to, expected) => {
    expect((await comparing(good.replace(from, to))).join('\n')).toContain(expected)
  })

  it('a name twice', async () => {
    expect(await comparing(`${good}\n  - { name: figures, expect: { any: id > 0 } }`)).toEqual([
      expect.stringContaining('comparison-twice'),
    ])
  })
})
