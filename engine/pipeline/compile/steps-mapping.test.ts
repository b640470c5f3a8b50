import { describe, expect, it } from 'vitest'
import { goodProject, loadChanged } from '../../config/testing/project-files.ts'
import { assemble } from '../assemble.ts'

/** Every finding of a mapping with steps, at its place. */
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
  buyer:
    schema: ../schemas/buyer.schema.json
    key: id
    get: { request: "GET /buyers/{$ids}", records: body }
    find: { email: { request: GET /buyers, query: { email: $input }, records: body } }
    write:
      create: { request: POST /buyers, id: body.id, repeat: { by: email } }
      change: { request: "PUT /buyers/{$record.id}", repeat: safe }
  note:
    schema: ../schemas/note.schema.json
    key: id
    write:
      add: { request: POST /notes, id: body.id, repeat: never }
      set: { request: POST /notes, repeat: safe }
`
const schema = (properties: object, required: string[]): string =>
  JSON.stringify({ type: 'object', additionalProperties: false, required, properties })
const mapping = `mapping: items
from: shop.item
join:
  other: { entity: shop.item, by: id }
steps:
  - step: buyer
    to: shop.buyer
    find: [ { by: email, value: "$default(sku, 'none')", many: first, order: id } ]
    write: create
    update: change
    fields: { email: "$default(sku, 'none')" }
  - step: notes
    each: words
    key: $item
    to: shop.note
    write: add
    fields: { text: "$item & $steps.buyer.email", buyer: $steps.buyer.id }
`
const files = {
  ...goodProject,
  'syncline.yaml': goodProject['syncline.yaml']?.replace('options:\n  culture: sv-SE\n', '') ?? '',
  'connectors/shop.yaml': connector,
  'schemas/item.schema.json': schema(
    { id: { type: 'integer' }, sku: { type: 'string' }, words: { type: 'array', items: { type: 'string' } } },
    ['id'],
  ),
  'schemas/buyer.schema.json': schema(
    { id: { type: 'integer', readOnly: true }, email: { type: 'string' }, name: { type: 'string' } },
    ['id', 'email'],
  ),
  'schemas/note.schema.json': schema(
    { id: { type: 'integer' }, text: { type: 'string' }, buyer: { type: 'integer' } },
    ['text'],
  ),
  'mappings/items.yaml': mapping,
}

async function findings(changes: Readonly<Record<string, string>>): Promise<string[]> {
  const { project, findings: own } = await loadChanged({ ...files, ...changes }, { mode: 'validate' })
  if (!project) throw new Error('No project.')
  return [...own, ...assemble(project).findings]
    .filter(({ severity }) => severity === 'error')
    .map(({ file, line, column, code, message, advice }) => `${file}:${line}:${column} ${code} ${message} ${advice}`)
}

function edited(...edits: readonly (readonly [string, string])[]): Record<string, string> {
  let text = mapping
  for (const [from, to] of edits) {
    if (!text.includes(from)) throw new Error(`The mapping has no ${from}`)
    text = text.replace(from, () => to)
  }
  return { 'mappings/items.yaml': text }
}

function withExample(given: string, expected: string, link = ''): Record<string, string> {
  const example = `tests:
  - name: one
    given: { record: { id: 1 }, ${given} }
    expect: { steps: { ${expected} }, skipped: other }
    links: { items: [ ${link} ] }
`
  return { 'mappings/items.yaml': `${mapping}${example}` }
}

const at = 'mappings/items.yaml'

it('steps without mistakes have no finding', async () => {
  expect(await findings({})).toEqual([])
})

describe('a mistake in a mapping with steps', () => {
  it.each<[string, Record<string, string>, string]>([
    ['neither one write nor steps', { [at]: 'mapping: items\nfrom: shop.item\n' }, `${at}:1:10 mapping-body`],
    [
      'what belongs to one write',
      edited(['steps:', 'each: words\nsteps:']),
      `${at}:5:7 mapping-body each says nothing`,
    ],
    ['reading everything again and again', edited(['steps:', 'read: all\nsteps:']), `${at}:5:7 mapping-body`],
    ['a step that does not exist', edited(['$steps.buyer.id', '$steps.byer.id']), 'buyer'],
    [
      'a step that comes later',
      edited(['many: first, order: id', 'where: $exists($steps.notes)']),
      `${at}:8:65 step-later`,
    ],
    [
      'a step that reads itself',
      edited(['email: "$default(sku', 'name: $steps.buyer.name, email: "$default(sku']),
      'step-later',
    ],
    [
      'what an example gives for a step that does not exist',
      withExample('steps: { byer: { id: 7 } }', ''),
      `${at}:20:42 unknown-step The mapping items has no step byer. Write buyer.`,
    ],
    [
      'what an example expects of a step that does not exist',
      withExample('', 'noets: skipped'),
      `${at}:21:24 unknown-step The mapping items has no step noets. Write notes.`,
    ],
    [
      'what an example has linked by a step that does not exist',
      withExample('', '', '{ step: nots, source: 1, target: { id: 2 } }'),
      `${at}:22:31 unknown-step The mapping items has no step nots. Write notes.`,
    ],
    ['two steps with one name', edited(['step: notes', 'step: buyer']), `${at}:12:11 step-twice`],
    ['a name with a meaning of its own', edited(['step: notes', 'step: record']), `${at}:12:11 reserved-name`],
    ['items without a key', edited(['    key: $item\n', '']), `${at}:13:11 each-without-key`],
    ['a find that does not exist', edited(['by: email', 'by: mail']), `${at}:8:19 unknown-find`],
    [
      'a look-up by a key that cannot be read',
      edited(['    write: add', '    find: [ { by: key, value: $record.id } ]\n    write: add']),
      'no-get',
    ],
    ['a write that does not exist', edited(['write: create', 'write: make']), `${at}:9:12 unknown-write`],
    ['an update that does not exist', edited(['update: change', 'update: chnage']), `${at}:10:13 unknown-write`],
    [
      'fields that nothing writes',
      edited(['    write: create\n    update: change\n', '']),
      `${at}:9:13 step-without-write`,
    ],
    [
      'a write without fields',
      edited(['    fields: { email: "$default(sku, \'none\')" }\n', '']),
      `${at}:9:12 step-without-fields`,
    ],
    [
      'a step that does nothing',
      edited(['    write: add\n    fields: { text: "$item & $steps.buyer.email", buyer: $steps.buyer.id }\n', '']),
      `${at}:12:5 step-does-nothing`,
    ],
    ['a new record of which nobody knows the key', edited(['write: add', 'write: set']), `${at}:16:12 step-without-id`],
    [
      'a field that the target asks for',
      edited(['text: "$item & $steps.buyer.email", ', '']),
      `${at}:17:13 required-field-missing`,
    ],
    [
      'a field twice',
      edited(['    write: add', '    createOnly: { buyer: 1 }\n    write: add']),
      `${at}:16:26 field-twice`,
    ],
    [
      'what to do when nothing is found, beside a write',
      edited(['write: create', 'write: create\n    absent: fail']),
      `${at}:10:13 step-setting`,
    ],
    [
      'an update of what is found, without one',
      edited(['    update: change', '    found: update']),
      `${at}:10:12 step-setting`,
    ],
    ['an order of what may be only one', edited(['many: first, order', 'order']), `${at}:8:65 step-order`],
    ['a target field that does not exist', edited(['buyer: $steps', 'byer: $steps']), 'unknown-target-field'],
    ['a value of another type', edited(['buyer: $steps.buyer.id', 'buyer: $steps.buyer.email']), 'wrong-target-type'],
    ['a wait for no join', edited(['steps:', 'awaits: { othr: items }\nsteps:']), `${at}:5:17 unknown-join`],
    ['a wait for no mapping', edited(['steps:', 'awaits: { other: itms }\nsteps:']), `${at}:5:18 unknown-mapping`],
    ['a grace for nothing', edited(['steps:', 'grace: 15m\nsteps:']), `${at}:5:8 grace-without-new`],
    ['a condition that gives no truth', edited(['steps:', 'accept: { some: sku }\nsteps:']), at],
  ])('%s', async (_, changes, expected) => {
    expect((await findings(changes)).join('\n')).toContain(expected)
  })
})

describe('two mappings that write one field', () => {
  const second = `mapping: buyers
from: shop.item
to: shop.buyer
write: change
fields: { id: id, email: "$default(sku, 'none')", name: "'x'" }
`
  const both = (owns: string): Record<string, string> => ({
    'mappings/buyers.yaml': second + owns,
  })

  it('are a finding', async () => {
    const found = await findings(both(''))
    expect(found.join('\n')).toContain('two-writers The mapping buyers writes email of shop.buyer too')
  })

  it('are none where one of them says which records are its own, or writes only new ones', async () => {
    expect(await findings(both('owns: id > 5\n'))).toEqual([])
    const onlyNew = edited(['    update: change\n', ''])
    expect(await findings({ ...both(''), ...onlyNew })).toEqual([])
  })
})
