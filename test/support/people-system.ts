import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bodyOf, startServer } from '../../engine/http/testing/test-server.ts'

/** Values that must never be read where they do not belong. None of them is a part of another word. */
export const people = [
  {
    id: 1,
    mail: 'anna.quist@mail.example',
    name: 'Anna Qvist-Berglöf',
    phone: '+46 70 111 22 33',
    street: 'Tistelvägen 17 B',
    note: 'Leave it with Zebulon',
  },
  // The target refuses it, and says with whom.
  {
    id: 2,
    mail: 'refused.person@mail.example',
    name: 'Bartholomew Refusedsson',
    phone: '+46 70 444 55 66',
    street: 'Vägranstigen 4',
    note: 'Ring twice, Wilhelmina',
  },
  // Its note is no number, which the mapping asks for.
  {
    id: 3,
    mail: 'odd.number@mail.example',
    name: 'Cornelia Talfelsdotter',
    phone: '0701234599',
    street: 'Felvägen 99 C',
    note: 'not-a-number Xerxes',
  },
  // A value of the wrong type.
  {
    id: 4,
    mail: 'wrong.type@mail.example',
    name: { first: 'Dagobert', last: 'Typfelsson' },
    phone: '0709876511',
    street: 'Typgränd 8',
    note: '4',
  },
  // Nothing of the account is found.
  {
    id: 5,
    mail: 'ensure.fails@mail.example',
    name: 'Eufemia Kravsdotter',
    phone: '0701112299',
    street: 'Kravgatan 5',
    note: '5',
  },
] as const

export const secrets = {
  clientSecret: 'c1ient+secret/for=people',
  appKey: 'static-app-key-77f3',
  token: 'access-token-9a8b7c6d5e',
  refresh: 'refresh-token-1f2e3d4c5b',
  cookie: 'session-cookie-abcdef0123',
} as const

/** Everything that may nowhere be shown or stored in clear. */
export const forbidden: readonly string[] = [
  ...Object.values(secrets),
  ...people.flatMap(({ mail, name, phone, street, note }) => [
    mail,
    ...(typeof name === 'string' ? [name] : [name.first, name.last]),
    phone,
    street,
    ...(note.length > 1 ? [note] : []),
  ]),
]

interface Letter {
  readonly receiver: string
  readonly text: string
}

export type Mood = 'well' | 'unauthorized' | 'broken' | 'page'

/** A made-up system of people that signs in with a token and a key, and whose answers repeat what they were sent. */
export async function startPeopleSystem() {
  let mood: Mood = 'well'
  const contacts = new Map<string, unknown>()
  const letters = new Map<number, Letter>()
  let onPut: () => Promise<void> = async () => {}
  const server = await startServer(async (request, response) => {
    const text = await bodyOf(request)
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
    const say = (status: number, body: unknown): void => {
      response.writeHead(status, {
        'content-type': 'application/json',
        'set-cookie': `session=${secrets.cookie}; HttpOnly`,
        'x-request-id': `request-${pathname.length}`,
      })
      response.end(JSON.stringify(body))
    }
    const echo = `authorization: ${request.headers.authorization}, key ${request.headers['x-app-key']}, sent ${text}`
    if (pathname === '/token') {
      if (!text.includes(new URLSearchParams({ client_secret: secrets.clientSecret }).toString()))
        return say(400, { error: 'invalid_client', error_description: `no client with ${text}` })
      return say(200, {
        access_token: secrets.token,
        refresh_token: secrets.refresh,
        token_type: 'Bearer',
        expires_in: 3600,
      })
    }
    if (mood === 'unauthorized') return say(401, { problem: `Invalid token: ${echo}` })
    if (mood === 'broken') return say(400, { problem: `This cannot be read: ${echo}; first is ${people[0].mail}` })
    if (mood === 'page') {
      response.writeHead(200, { 'content-type': 'text/html' })
      response.end(`<html>Signed in as ${people[0].mail} ${echo}</html>`)
      return
    }
    if (pathname === '/people') return say(200, { people })
    if (pathname.startsWith('/people/')) {
      const wanted = decodeURIComponent(pathname.slice('/people/'.length))
      return say(200, { people: people.filter(({ id, mail }) => String(id) === wanted || mail === wanted) })
    }
    if (pathname.startsWith('/accounts/')) {
      const mail = decodeURIComponent(pathname.slice('/accounts/'.length))
      return mail.startsWith('ensure')
        ? say(404, {})
        : say(200, { accounts: [{ id: 1, mail, holder: `Holder of ${mail}` }] })
    }
    if (request.method === 'PUT') {
      await onPut()
      const contact = JSON.parse(text) as {
        number: string
        fullName: string
        email: string
        phone: string
        street: string
      }
      if (contact.number === 'P-2')
        return say(422, {
          problem: `${contact.fullName} (${contact.email}, ${contact.phone}) at ${contact.street} is refused; ${echo}`,
        })
      contacts.set(contact.number, contact)
      return say(200, {})
    }
    if (pathname === '/letters' && request.method === 'POST') {
      const letter = JSON.parse(text) as Letter
      if (letter.receiver === people[1].mail)
        return say(422, { problem: `A letter to ${letter.receiver}: "${letter.text}" is refused; ${echo}` })
      const id = letters.size + 1
      if (letter.receiver === people[2].mail) {
        // Done, and nobody hears of it.
        response.destroy()
        return
      }
      letters.set(id, letter)
      return say(200, { id })
    }
    if (pathname === '/letters') {
      const receiver = searchParams.get('receiver')
      if (receiver === people[2].mail && letters.size > 0) return say(500, { problem: echo })
      const found = [...letters].filter(([, letter]) => letter.receiver === receiver)
      return say(200, { letters: found.map(([id, letter]) => ({ id, ...letter })) })
    }
    say(404, { problem: echo })
  })
  const { url } = server
  return {
    url,
    contacts,
    letters,
    setMood(next: Mood) {
      mood = next
    },
    /** Called before a write is answered. */
    setOnPut(next: typeof onPut) {
      onPut = next
    },
    stop: () => server.close(),
  }
}

/** Writes the project of the system into a folder; its secrets come from the environment. */
export async function writePeopleProject(folder: string, { broken = false } = {}): Promise<string> {
  await mkdir(folder, { recursive: true })
  const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text)
  const personal = { type: 'string', 'x-personal': true }
  const closed = (required: readonly string[], properties: object) =>
    JSON.stringify({ type: 'object', additionalProperties: false, required, properties })
  await write(
    'person.json',
    closed(['id', 'mail'], {
      id: { type: 'integer' },
      mail: personal,
      name: personal,
      phone: personal,
      street: personal,
      note: personal,
    }),
  )
  await write('account.json', closed(['id'], { id: { type: 'integer' }, mail: personal, holder: personal }))
  await write(
    'contact.json',
    closed(['number'], {
      number: { type: 'string' },
      email: personal,
      fullName: personal,
      phone: personal,
      street: personal,
      label: personal,
      ring: { type: 'number' },
    }),
  )
  await write('letter.json', closed(['id'], { id: { type: 'integer' }, receiver: personal, text: personal }))
  await write('people.yaml', connector)
  await write('contacts.yaml', mapping)
  await write('letters.yaml', stepped)
  await write(
    'syncline.yaml',
    `project: people
connections:
  people:
    connector: people.yaml
    settings: { url: "\${PEOPLE_URL}" }
    credentials:
      clientId: integration
      clientSecret: ${broken ? `[ "${secrets.clientSecret}" ]` : '${PEOPLE_SECRET}'}
      appKey: "\${PEOPLE_KEY}"
mappings: [ contacts.yaml, letters.yaml ]
store: \${SYNCLINE_STORE}
`,
  )
  return join(folder, 'syncline.yaml')
}

const connector = `
connector: people
title: A system of people
settings: { required: [url], properties: { url: { type: string, format: uri, description: Address } } }
credentials: { clientId: Id of the client, clientSecret: Its secret, appKey: A static key }
signIn:
  client:
    oauth2:
      grant: client_credentials
      token: "{$settings.url}/token"
      clientId: $credentials.clientId
      clientSecret: $credentials.clientSecret
      clientIn: body
    headers: { Authorization: "'Bearer ' & $token.access_token", x-app-key: $credentials.appKey }
http: { base: "{$settings.url}", timeout: 5s, requestId: headers.'x-request-id' }
errors:
  - { when: status = 401, is: unauthorized }
  - { when: "status = 404 and $operation in ['get', 'find']", is: empty }
  - { when: "status in [400, 422]", is: failed, code: "'refused-here'", say: body.problem }
check:
  - { name: Sign-in, do: signIn, fix: Look at the client. }
  - name: A real read
    request: GET /people
    found: "'first is ' & body.people[0].mail"
    fix: Look at the key.
    causes: [{ cause: odd, when: status = 400, say: "It says {body.problem}", fix: Look at it. }]
entities:
  person:
    schema: person.json
    key: id
    label: mail
    only: mail
    list: { request: GET /people, records: body.people }
    get: { request: "GET /people/{$ids}", records: body.people }
    find: { mail: { request: "GET /people/{$input}", records: body.people } }
  account:
    schema: account.json
    key: id
    find: { mail: { request: "GET /accounts/{$input}", records: body.accounts } }
  contact:
    schema: contact.json
    key: number
    write: { put: { request: "PUT /contacts/{$record.number}", repeat: safe } }
  letter:
    schema: letter.json
    key: id
    get: { request: "GET /letters/{$ids}", records: body.letters }
    find: { receiver: { request: "GET /letters", query: { receiver: $input }, records: body.letters } }
    write: { post: { request: POST /letters, id: body.id, repeat: { by: receiver } } }
`

const mapping = `
mapping: contacts
title: People become contacts
from: people.person
join: { account: { entity: people.account, find: mail, by: mail } }
to: people.contact
write: put
fields:
  number: "'P-' & $string(id)"
  email: mail
  fullName: name
  phone: phone
  street: street
  label: "$default(name, '') & ' <' & mail & '>'"
  ring: "id = 3 ? $number($default(note, '')) : 1"
ensure: { has-account: "$exists($account)" }
`

const stepped = `
mapping: letters
title: Everybody gets a letter
from: people.person
keep: { has-letter: id <= 3 }
steps:
  - step: letter
    each: "[mail]"
    key: $item
    to: people.letter
    find: [{ by: receiver, value: $item }]
    write: post
    fields: { receiver: $item, text: "'Dear ' & $default($record.name, '')" }
`
