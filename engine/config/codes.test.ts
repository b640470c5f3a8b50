import { describe, expect, test } from 'vitest'
import { configCodes } from '../diagnostics/codes.ts'
import { findProject } from './find-project.ts'
import type { LoadProjectInput } from './load-project.ts'
import { edited, goodProject, loadChanged, writeProject } from './testing/project-files.ts'

interface Case {
  /** What makes this case another than its neighbours. */
  readonly what: string
  readonly files?: Readonly<Record<string, string | Uint8Array | undefined>>
  readonly given?: Partial<Pick<LoadProjectInput, 'mode' | 'environment'>>
  /** `file:line:column` of every finding of the code. */
  readonly at: string | readonly string[]
  /** Parts of message and advice. */
  readonly says: readonly string[]
  /** Codes of other findings that come with it. */
  readonly also?: readonly string[]
}

const project = 'syncline.yaml'
const connector = 'connectors/shop.yaml'
const schema = 'schemas/item.schema.json'
const table = 'tables/places.yaml'
const mapping = 'mappings/items.yaml'
const url = { SHOP_URL: 'https://shop.example' }

const cases: Readonly<Record<string, readonly Case[]>> = {
  'file-not-readable': [
    {
      what: 'a connector that does not exist',
      files: { [connector]: undefined },
      at: `${project}:4:16`,
      says: ['connectors/shop.yaml does not exist', 'Correct the path'],
    },
    {
      what: 'a schema that is a folder',
      files: edited(connector, ['../schemas/item.schema.json', '../schemas']),
      at: `${connector}:19:13`,
      says: ['schemas is a folder'],
    },
    {
      what: 'a table that is named without a pattern',
      files: edited(project, ['tables/*.yaml', 'tables/none.yaml']),
      at: `${project}:11:11`,
      says: ['tables/none.yaml does not exist'],
    },
  ],
  'nothing-matches': [
    {
      what: 'a pattern',
      files: edited(project, ['tables/*.yaml', 'table/*.yaml']),
      at: `${project}:11:11`,
      says: ['No file fits table/*.yaml', 'relative to'],
    },
  ],
  'not-utf8': [
    {
      what: 'a Latin-1 letter',
      files: { [table]: Buffer.from('table: places\nkey: code\nrows: [ { code: Fj\xe4ll } ]\n', 'latin1') },
      at: `${table}:3:19`,
      says: ['not UTF-8', 'Save the file as UTF-8'],
    },
    {
      what: 'UTF-16',
      files: { [table]: Buffer.from('\ufefftable: places\n', 'utf16le') },
      at: `${table}:1:1`,
      says: ['UTF-16'],
    },
  ],
  'yaml-syntax': [
    {
      what: 'a tab, and a text without its closing quote: both at once',
      files: edited(mapping, ['  sku: $sku', '\tsku: "$sku']),
      at: [`${mapping}:9:1`, `${mapping}:10:1`],
      says: ['indented with a tab', 'no closing "'],
    },
    {
      what: 'an alias of nothing, which is often a pattern without quotes',
      files: edited(project, ['mappings/*.yaml', '*.yaml']),
      at: `${project}:10:13`,
      says: ['*.yaml names nothing', 'stands in quotes'],
    },
    {
      what: 'a colon within a text',
      files: edited(connector, ['title: Shop', 'title: Shop: a test']),
      at: `${connector}:2:8`,
      says: ['A second "key:"', 'quotes'],
    },
  ],
  'duplicate-key': [
    {
      what: 'in a mapping',
      files: edited(mapping, ['write: put', 'write: put\nfrom: shop.other']),
      at: `${mapping}:8:1`,
      says: ['stands twice'],
    },
    {
      what: 'in a JSON Schema',
      files: edited(schema, ['"sku": {', '"id": { "type": "string" },\n    "sku": {']),
      at: `${schema}:7:5`,
      says: ['stands twice'],
    },
  ],
  'too-many-aliases': [
    {
      what: 'a billion laughs',
      files: {
        [table]: `a: &a [x, x, x, x, x, x, x, x, x]\n${[...'bcdefghi'].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(', ')}]`).join('\n')}\n`,
      },
      at: `${table}:9:40`,
      says: ['aliases'],
    },
  ],
  'unused-yaml-feature': [
    {
      what: 'a merge key',
      files: edited(connector, ['key:\n    headers', 'key:\n    <<: { title: x }\n    headers']),
      at: `${connector}:14:5`,
      says: ['Merge keys'],
      also: ['unknown-key'],
    },
    { what: 'a tag', files: edited(mapping, ['put', '!!str put']), at: `${mapping}:7:14`, says: ['Tags'] },
  ],
  'several-documents': [
    {
      what: 'two mappings in one file',
      files: { [mapping]: `${goodProject[mapping]}---\nmapping: more\n` },
      at: `${mapping}:11:1`,
      says: ['a file of its own'],
    },
  ],
  'empty-file': [
    { what: 'only a comment', files: { [table]: '# later\n' }, at: `${table}:1:1`, says: ['holds nothing'] },
  ],
  'unquoted-expression': [
    {
      what: 'arguments in a flow map',
      files: edited(mapping, ['fields:\n  sku: $sku($record)', 'fields: { sku: $substring(sku, 0, 3) }']),
      at: `${mapping}:8:16`,
      says: ['"$substring(sku"', 'sku: "$substring(sku, 0, 3)"'],
    },
    {
      what: 'beside a misspelt key, which is found too',
      files: edited(mapping, ['write: put', 'write: put\nlet: { a: $substring(sku, 0, 3) }\nensur: { a: b }']),
      at: `${mapping}:8:11`,
      says: ['a: "$substring(sku, 0, 3)"'],
      also: ['unknown-key'],
    },
  ],
  'inexact-number': [
    {
      what: 'an id of 20 digits',
      files: edited(table, ['code: MAIN', 'code: 12345678901234567890']),
      at: `${table}:5:13`,
      says: ['cannot be kept exactly', '"12345678901234567890"'],
    },
    {
      what: 'infinity',
      files: edited(table, ['buffer: 1', 'buffer: .inf']),
      at: `${table}:5:41`,
      says: ['.inf'],
      also: ['wrong-type'],
    },
  ],
  'unknown-key': [
    {
      what: 'letters that changed places',
      files: edited(mapping, ['from:', 'form:']),
      at: `${mapping}:5:1`,
      says: ['The key "form"', 'Write from.', 'mapping, title, extends, options'],
    },
    {
      what: 'deep within, in an anyOf branch',
      files: edited(mapping, ['sku: $sku($record)', 'sku: [ { each: x, fieldss: { a: b } } ]']),
      at: `${mapping}:9:21`,
      says: ['Write fields.', 'Known here: if, each, let, fields'],
    },
    {
      what: 'in the project, as if it were a setting',
      files: edited(project, ['    credentials:', '    signIn: key\n    credentials:']),
      at: `${project}:8:5`,
      says: ['The key "signIn"', 'connector, settings, credentials, share'],
    },
  ],
  'missing-key': [
    {
      what: 'of the file',
      files: edited(mapping, ['from: shop.item\n', '']),
      at: `${mapping}:1:1`,
      says: ['The file lacks the key "from"', 'Add from: The entity that is read'],
    },
    {
      what: 'of an object in a list',
      files: edited(mapping, ['write: put', 'write: put\ntests:\n  - name: one\n    expect: []']),
      at: `${mapping}:9:5`,
      says: ['Entry 1 of tests lacks the key "given"'],
    },
  ],
  'wrong-type': [
    {
      what: 'a number for a name',
      files: edited(connector, ['title: Shop', 'title: 12']),
      at: `${connector}:2:8`,
      says: ['the number 12, but must be a text', '"12"'],
    },
    {
      what: 'nothing',
      files: edited(mapping, ['from: shop.item', 'from:']),
      at: `${mapping}:5:1`,
      says: ['Nothing stands behind from'],
    },
  ],
  'expression-needed': [
    {
      what: 'a list',
      files: edited(mapping, ['write: put', 'write: put\neach: [a, b]']),
      at: `${mapping}:8:7`,
      says: ['each needs an expression, but a list stands here', 'in quotes'],
    },
    {
      what: 'an object',
      files: edited(mapping, ['write: put', 'write: put\nlet:\n  a: { b: c }']),
      at: `${mapping}:9:6`,
      says: ['a needs an expression, but an object'],
    },
    {
      what: 'nothing',
      files: edited(mapping, ['write: put', 'write: put\nkeep:\n  ok:']),
      at: `${mapping}:9:3`,
      says: ['Nothing stands behind ok'],
    },
  ],
  'unknown-value': [
    {
      what: 'with a near one',
      files: edited(mapping, ['write: put', 'write: put\nread: change']),
      at: `${mapping}:8:7`,
      says: ['cannot be "change"', 'Write changes. Allowed: changes, all'],
    },
  ],
  'wrong-format': [
    {
      what: 'a name',
      files: edited(mapping, ['mapping: items', 'mapping: The-Items']),
      at: `${mapping}:1:10`,
      says: ['begin with a small letter', 'theItems'],
    },
    {
      what: 'the name of a key',
      files: edited(mapping, ['write: put', 'write: put\nkeep: { NoSku: sku }']),
      at: `${mapping}:8:9`,
      says: ['The name "NoSku" must be in lower case', 'no-sku'],
    },
    {
      what: 'a duration',
      files: edited(project, ['functions:', 'parkedFor: 7 days\nfunctions:']),
      at: `${project}:14:12`,
      says: ['no duration: "7 days"', '500ms, 60s, 15m, 24h or 7d'],
    },
    {
      what: 'a share',
      files: edited(project, ['    settings:', '    share: 80\n    settings:']),
      at: `${project}:5:12`,
      says: ['no share between 0% and 100%: 80', 'such as 5%'],
    },
    {
      what: 'a request',
      files: edited(connector, ['GET /items', 'get /items']),
      at: `${connector}:21:22`,
      says: ['no request: "get /items"', 'GET /items'],
    },
  ],
  'out-of-range': [
    {
      what: 'a number',
      files: edited(mapping, ['write: put', 'write: put\npriority: 12']),
      at: `${mapping}:8:11`,
      says: ['at most 9'],
    },
    {
      what: 'an empty list',
      files: edited(mapping, ['write: put', 'write: put\nreconcile: []']),
      at: `${mapping}:8:12`,
      says: ['fewer than 1 entry'],
    },
    {
      what: 'a share of nothing',
      files: edited(project, ['    settings:', '    share: 0%\n    settings:']),
      at: `${project}:5:12`,
      says: ['0%'],
    },
  ],
  'duplicate-name': [
    {
      what: 'two tables in one file, with both places',
      files: { [table]: `${goodProject[table]}---\ntable: places\nkey: a\nrows: []\n` },
      at: `${table}:8:8`,
      says: ['named places', 'tables/places.yaml:1:8'],
    },
    {
      what: 'two mappings',
      files: { 'mappings/more.yaml': goodProject[mapping] },
      at: 'mappings/more.yaml:1:10',
      says: ['named items', 'mappings/items.yaml:1:10'],
    },
  ],
  'environment-outside-project': [
    {
      what: 'in a mapping, inside of a text',
      files: edited(mapping, ['sku: $sku($record)', 'sku: "\'${SHOP} \' & sku"']),
      at: `${mapping}:9:10`,
      says: ['SHOP', 'option of the mapping'],
    },
    {
      what: 'in a connector',
      files: edited(connector, ['base: "{$settings.url}"', 'base: ${SHOP_URL}']),
      at: `${connector}:16:9`,
      says: ['SHOP_URL'],
    },
    { what: 'in a table', files: edited(table, ['code: MAIN', 'code: "${A}"']), at: `${table}:5:14`, says: ['A'] },
    {
      what: 'in a function',
      files: edited(project, ['$trim($p.sku)', '"${SUFFIX:-x}"']),
      at: `${project}:15:24`,
      says: ['SUFFIX'],
    },
  ],
  'wrong-variable': [
    {
      what: 'a hyphen in the name',
      files: edited(project, ['${SHOP_URL}', '${SHOP-URL}']),
      at: `${project}:6:12`,
      says: ['no name and "}" follow', '$${'],
    },
  ],
  'missing-file': [
    {
      what: 'one that is not there, with its use',
      files: edited('syncline.yaml', ['${SHOP_KEY}', '${file:secrets/key}']),
      at: [`${project}:9:12`],
      says: [
        'The file secrets/key does not exist; connections.shop.credentials.key is read from it',
        'relative to the project file',
      ],
    },
  ],
  'missing-variable': [
    {
      what: 'each one, with its use',
      given: { environment: {} },
      at: [`${project}:6:12`, `${project}:9:12`],
      says: [
        'SHOP_URL is not set; connections.shop.settings.url needs it',
        'SHOP_KEY is not set; connections.shop.credentials.key needs it',
        '.env beside the project file',
      ],
    },
  ],
  'wrong-store': [
    {
      what: 'another database',
      files: edited(project, ['functions:', 'store: postgres://user:pass@host/db\nfunctions:']),
      at: `${project}:14:8`,
      says: ['postgres', 'sqlite:'],
    },
  ],
  'schema-invalid': [
    {
      what: 'a type that does not exist',
      files: edited(schema, ['"integer"', '"int"']),
      at: `${schema}:6:21`,
      says: ['not valid in a JSON Schema'],
    },
    {
      what: 'a reference to nothing',
      files: edited(schema, ['{ "type": "integer" }', '{ "$ref": "#/$defs/id" }']),
      at: `${schema}:6:21`,
      says: ['no #/$defs/id'],
    },
    {
      what: 'no object',
      files: { [schema]: '{ "type": "string" }' },
      at: `${schema}:1:1`,
      says: ['must describe an object'],
    },
  ],
  'open-schema': [
    {
      what: 'the record',
      files: edited(schema, ['  "additionalProperties": false,\n', '']),
      at: `${schema}:1:1`,
      says: ['the record allows any further field', '"additionalProperties": false'],
    },
    {
      what: 'an object in a list',
      files: edited(schema, [
        '{ "type": "string" }',
        '{ "type": "array", "items": { "type": "object", "properties": {} } }',
      ]),
      at: `${schema}:7:31`,
      says: ['items of sku'],
    },
  ],
  'unknown-connection': [
    {
      what: 'in a table',
      files: edited(table, ['shop.item.id', 'shp.item.id']),
      at: `${table}:3:17`,
      says: ['no connection shp', 'Write shop.'],
    },
  ],
  'unknown-reference': [
    {
      what: 'an entity',
      files: edited(table, ['shop.item.id', 'shop.itm.id']),
      at: `${table}:3:22`,
      says: ['no entity itm', 'Write item.'],
    },
    {
      what: 'a field',
      files: edited(table, ['shop.item.id', 'shop.item.sko']),
      at: `${table}:3:27`,
      says: ['shop.item has no field sko', 'Write sku. The fields of item are id, sku'],
    },
  ],
  'unknown-column': [
    {
      what: 'of refers',
      files: edited(table, ['refers: { from:', 'refers: { form:']),
      at: `${table}:3:11`,
      says: ['No row has the column form', 'Write from.'],
    },
    {
      what: 'misspelt in one row',
      files: edited(table, [
        '  - { code: STORE, from: [9], buffer: 0 }',
        '  - { code: STORE, from: [9], bufer: 0 }\n  - { code: X, from: [1], buffer: 2 }',
      ]),
      at: `${table}:6:31`,
      says: ['a column buffer, and this one has bufer', 'Write buffer.'],
    },
    {
      what: 'a key in the default row',
      files: edited(table, ['rows:', 'default: { code: X, buffer: 0 }\nrows:']),
      at: `${table}:4:12`,
      says: ['every key that has no row'],
    },
  ],
  'key-column-missing': [
    {
      what: 'misspelt',
      files: edited(table, ['code: STORE', 'cod: STORE']),
      at: `${table}:6:5`,
      says: ['lacks the key column code', 'instead of cod'],
    },
    {
      what: 'a list',
      files: edited(table, ['code: STORE', 'code: [A, B]']),
      at: `${table}:6:13`,
      says: ['cannot hold a list'],
    },
  ],
  'duplicate-row': [
    {
      what: 'with both lines',
      files: edited(table, ['code: STORE', 'code: MAIN']),
      at: `${table}:6:5`,
      says: ['code MAIN stands on line 5 already'],
    },
  ],
  'unknown-setting': [
    {
      what: 'misspelt',
      files: edited(project, ['page:', 'pge:']),
      at: `${project}:7:7`,
      says: ['no setting pge', 'Write page. The settings are url, page, mode'],
    },
  ],
  'missing-setting': [
    {
      what: 'not there',
      files: edited(project, ['      url: ${SHOP_URL}\n', '']),
      at: `${project}:5:5`,
      says: ['The setting url is missing: Address of the API.'],
    },
    {
      what: 'empty in the environment',
      given: { environment: { SHOP_URL: '', SHOP_KEY: 'k' } },
      at: `${project}:6:12`,
      says: ['The setting url is empty'],
    },
  ],
  'wrong-setting': [
    {
      what: 'no whole number, from the environment, whose value is not shown',
      given: { environment: { ...url, SHOP_KEY: 'k', SHOP_PAGE: '5x5' } },
      at: `${project}:7:13`,
      says: ['The setting page is not a whole number (its value comes from the environment)'],
    },
    {
      what: 'none of the values',
      files: edited(project, ['page: ${SHOP_PAGE:-50}', 'mode: prd']),
      at: `${project}:7:13`,
      says: ['not one of the allowed values: "prd"', 'Write prod. Allowed: stage, prod'],
    },
    {
      what: 'http on another host',
      files: edited(project, ['${SHOP_URL}', 'http://shop.example']),
      at: `${project}:6:12`,
      says: ['loopback host only: "http://shop.example"', 'https://'],
    },
  ],
  'wrong-declaration': [
    {
      what: 'a default outside of the enum',
      files: edited(connector, ['default: stage', 'default: lab']),
      at: `${connector}:8:57`,
      says: ['The default is not one of the allowed values'],
    },
    {
      what: 'a required setting that is not declared',
      files: edited(connector, ['[url]', '[url, key]']),
      at: `${connector}:4:19`,
      says: ['key is required, but not declared'],
    },
    {
      what: 'several ways to sign in and no choice',
      files: edited(connector, ['http:\n', '  none:\n    headers: {}\nhttp:\n']),
      at: `${connector}:12:1`,
      says: ['2 ways to sign in', 'enum: [key, none]'],
      also: ['unknown-sign-in'],
    },
    {
      what: 'an option with a pattern that is none',
      files: edited(mapping, ['minimum: 0,', 'pattern: "(",']),
      at: `${mapping}:4:49`,
      says: ['no regular expression'],
    },
    {
      what: 'a step of connect that asks for what is not declared, and authorises where no way does',
      files: edited(connector, [
        'http:\n',
        'connect: [ { step: a, title: A, settings: [urll], credentials: [kee], do: authorise, paste: { ask: B, gives: { pag: "1" } } } ]\nhttp:\n',
      ]),
      at: [`${connector}:15:44`, `${connector}:15:65`, `${connector}:15:75`, `${connector}:15:112`],
      says: ['Write url.', 'Write key.', 'Write page.', 'No way to sign in has the grant authorization_code'],
    },
    {
      what: 'a way to sign in that a person authorises, without its page, and that saves what is no setting',
      files: edited(connector, [
        'signIn:\n  key:\n',
        'signIn:\n  key:\n    oauth2: { grant: authorization_code, token: "https://shop.example/token", clientId: "1", saves: { urll: host } }\n',
      ]),
      at: [`${connector}:14:22`, `${connector}:14:103`],
      says: ['the page on which a person agrees', 'Write url.'],
    },
    {
      what: 'answers that tell what is no setting, and where calls go',
      files: edited(connector, ['http:\n', 'http:\n  saves: { urll: headers.a, url: headers.b }\n']),
      at: [`${connector}:16:12`, `${connector}:16:29`],
      says: ['Write url.', 'is an address'],
    },
    {
      what: 'parts of a grant that is another',
      files: edited(connector, [
        'signIn:\n  key:\n',
        'signIn:\n  key:\n    oauth2: { grant: refresh_token, token: "https://shop.example/token", clientId: "1", hosts: [shop.example] }\n',
      ]),
      at: `${connector}:14:89`,
      says: ['for the grant authorization_code only'],
    },
  ],
  'unknown-credential': [
    {
      what: 'misspelt',
      files: edited(project, ['      key:', '      othr: ${SHOP_KEY}\n      key:']),
      at: `${project}:9:7`,
      says: ['no credential othr', 'Write other.'],
    },
  ],
  'missing-credential': [
    {
      what: 'empty, with the variable that it reads',
      files: edited(project, ['${SHOP_KEY}', '${SHOP_KEY:-}']),
      given: { environment: url },
      at: `${project}:9:12`,
      says: ['The credential key is empty', 'The API key', 'Set SHOP_KEY'],
    },
    {
      what: 'not there',
      files: edited(project, ['    credentials:\n      key: ${SHOP_KEY}\n', '']),
      at: `${project}:3:3`,
      says: ['The credential key is missing', 'Add key'],
    },
  ],
  'unknown-sign-in': [
    {
      what: 'no choice',
      files: edited(
        connector,
        ['http:\n', '  none:\n    headers: {}\nhttp:\n'],
        ['credentials:', '    signIn: { type: string, description: Way }\ncredentials:'],
      ),
      at: `${project}:5:5`,
      says: ['No way to sign in is chosen', 'key, none'],
    },
    {
      what: 'misspelt',
      files: {
        ...edited(
          connector,
          ['http:\n', '  none:\n    headers: {}\nhttp:\n'],
          ['credentials:', '    signIn: { type: string, description: Way }\ncredentials:'],
        ),
        ...edited(project, ['    settings:', '    settings:\n      signIn: nune']),
      },
      at: `${project}:6:15`,
      says: ['no way to sign in of that name', 'Write none.'],
    },
  ],
  'unknown-option': [
    {
      what: 'misspelt',
      files: edited(project, ['culture:', 'bufer: 2\n  culture:']),
      at: `${project}:13:3`,
      says: ['No mapping', 'Write buffer. The options are culture, buffer'],
    },
  ],
  'missing-option': [
    {
      what: 'without a default',
      files: edited(project, ['options:\n  culture: sv-SE\n', '']),
      at: `${project}:1:1`,
      says: ['items needs the option culture: Language of texts.', 'such as "sv-SE"'],
    },
  ],
  'wrong-option': [
    {
      what: 'a text for a number',
      files: edited(project, ['culture:', 'buffer: "2"\n  culture:']),
      at: `${project}:13:11`,
      says: ['buffer is not a whole number: "2"', 'without quotes'],
    },
    {
      what: 'below the minimum',
      files: edited(project, ['culture:', 'buffer: -1\n  culture:']),
      at: `${project}:13:11`,
      says: ['less than 0'],
    },
  ],
  'extends-too-deep': [
    {
      what: 'a mapping that extends itself',
      files: { 'mappings/more.yaml': 'mapping: more\nextends: more.yaml\n' },
      at: 'mappings/more.yaml:2:10',
      says: ['in a circle', 'directly'],
    },
  ],
  'option-conflict': [
    {
      what: 'with both places',
      files: {
        'mappings/more.yaml': (goodProject[mapping] ?? '')
          .replace('mapping: items', 'mapping: more')
          .replace('default: 0', 'default: 1'),
      },
      at: 'mappings/more.yaml:4:3',
      says: ['buffer is declared differently at mappings/items.yaml:4'],
    },
  ],
}

describe('every code of the configuration', () => {
  test('has a case here', () => {
    const covered = [...Object.keys(cases), 'project-not-found']
    expect(covered.sort()).toEqual(Object.keys(configCodes).sort())
  })

  for (const [code, list] of Object.entries(cases)) {
    test.each(list)(`${code}: $what`, async ({ files, given, at, says, also = [] }) => {
      const { findings } = await loadChanged(files, given)
      const found = findings.filter((finding) => finding.code === code)
      expect(found.map(({ file, line, column }) => `${file}:${line}:${column}`)).toEqual([at].flat())
      const words = found.map(({ message, advice }) => `${message} ${advice}`).join('\n')
      for (const part of says) expect(words).toContain(part)
      const others = findings.filter((finding) => finding.code !== code)
      expect(others.map((finding) => finding.code)).toEqual(also)
      for (const { excerpt, line, code: its } of found) {
        if (its !== 'not-utf8') expect(excerpt?.lines[line - (excerpt.firstLine ?? 0)]).toBeDefined()
      }
    })
  }

  test('project-not-found: no project file in this folder or above', async () => {
    const folder = await writeProject({ 'syncline.yaml': undefined })
    expect(() => findProject({ currentFolder: folder })).toThrow(
      expect.objectContaining({
        code: 'project-not-found',
        exitStatus: 2,
        message: expect.stringContaining(folder),
        advice: expect.stringContaining('--project FILE'),
      }),
    )
  })

  test('the good project has no finding', async () => {
    expect((await loadChanged()).findings).toEqual([])
    expect((await loadChanged({}, { mode: 'validate', environment: {} })).findings).toEqual([])
  })
})
