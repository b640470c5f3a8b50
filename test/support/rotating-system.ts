import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { bodyOf, startServer } from '../../engine/http/testing/test-server.ts'

export interface TokenAnswer {
  readonly status: number
  readonly body: object
}

export interface RotatingOptions {
  /** Used refresh tokens stay valid until the newer one, or its access token, is used for the first time. Default: they end at once. */
  readonly grace?: boolean
  /** Names of the lists that can be read, each by its own mapping. */
  readonly lists?: readonly string[]
}

/**
 * A system whose refresh tokens rotate, as strict as the standard allows: each refresh ends all access tokens before it,
 * and a refresh token that is used a second time ends the whole grant (RFC 9700 §4.14.2).
 */
export async function startRotatingSystem({ grace = false, lists = ['a', 'b', 'c'] }: RotatingOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'syncline-rotating-'))
  const refreshTokens: string[] = [`refresh-${secret()}`]
  const accessTokens: string[] = []
  /** Refresh tokens as they were asked with, in order. */
  const asked: string[] = []
  /** Which lists the newest access token has read. */
  let readBy = new Set<string>()
  let clientSecret = `client-${secret()}`
  let revoked = false
  let reused = false
  /** Set: what the token endpoint does instead of answering at once. */
  let hold: ((answer: () => void) => void) | undefined
  /** Set: what happens before a page is given. */
  let beforePage: (list: string) => void | Promise<void> = () => undefined
  /** How often the newest access token is still to be ended once every list was read with it. */
  let endings = 0

  const refusal = (error: string): TokenAnswer => ({ status: 400, body: { error } })
  const newest = <T>(list: readonly T[]): T | undefined => list.at(-1)

  async function token(request: IncomingMessage): Promise<TokenAnswer> {
    const form = new URLSearchParams(await bodyOf(request))
    const given = form.get('refresh_token') ?? ''
    asked.push(given)
    if (form.get('client_secret') !== clientSecret) return refusal('invalid_client')
    const inGrace = grace && given === refreshTokens.at(-2)
    if (given !== newest(refreshTokens) && !inGrace) {
      reused = true
      revoked = true
    }
    if (revoked) return refusal('invalid_grant')
    if (inGrace) refreshTokens.pop()
    refreshTokens.push(`refresh-${secret()}`)
    accessTokens.push(`access-${secret()}`)
    readBy = new Set()
    return {
      status: 200,
      body: {
        access_token: newest(accessTokens),
        refresh_token: newest(refreshTokens),
        token_type: 'Bearer',
        expires_in: 3600,
      },
    }
  }

  async function page(list: string, next: number, bearer: string): Promise<TokenAnswer> {
    if (revoked || bearer === '' || bearer !== newest(accessTokens)) return { status: 401, body: {} }
    await beforePage(list)
    // Used for the first time: from now on there is no way back to the one before.
    if (grace) refreshTokens.splice(0, refreshTokens.length - 1)
    readBy.add(list)
    if (endings > 0 && readBy.size === lists.length) {
      endings--
      accessTokens.push('ended')
    }
    const more = endings > 0 || newest(accessTokens) === 'ended'
    return { status: 200, body: { records: [{ id: next }], ...(more && { next: next + 1 }) } }
  }

  const server = await startServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    const send = ({ status, body }: TokenAnswer): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    if (url.pathname === '/token') {
      const answer = await token(request)
      if (hold) hold(() => send(answer))
      else send(answer)
      return
    }
    const bearer = request.headers.authorization?.replace('Bearer ', '') ?? ''
    send(await page(url.pathname.slice(1), Number(url.searchParams.get('from') ?? 1), bearer))
  })

  await writeProject(folder, server.url, lists)
  const firstRefreshToken = newest(refreshTokens) ?? ''

  return {
    folder,
    project: join(folder, 'syncline.yaml'),
    state: join(folder, '.syncline', 'state.db'),
    keyFile: join(folder, '.syncline', 'state.db.key'),
    /** As `syncline run` needs it: the client, and the first refresh token. */
    environment: (): Record<string, string> => ({ CLIENT_SECRET: clientSecret, REFRESH_TOKEN: firstRefreshToken }),
    asked,
    reused: () => reused,
    /** Everything secret that was ever given out. */
    secrets: () =>
      [...new Set([...asked, ...refreshTokens, ...accessTokens, clientSecret, firstRefreshToken])].filter(
        (text) => text !== 'ended',
      ),
    endAccessToken: () => void accessTokens.push('ended'),
    /** Lists have no end until the access token was ended so often, each time after all lists were read with it. */
    endAccessTokens: (times: number) => {
      endings = times
    },
    revoke: () => {
      revoked = true
    },
    changeClientSecret: () => {
      clientSecret = `client-${secret()}`
    },
    holdToken: (what: typeof hold) => {
      hold = what
    },
    beforePage: (what: typeof beforePage) => {
      beforePage = what
    },
    async stop() {
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const secret = (): string => randomBytes(18).toString('base64url')

async function writeProject(folder: string, url: string, lists: readonly string[]): Promise<void> {
  const put = async (name: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  await put(
    'rotating.yaml',
    `connector: rotating
title: A system whose refresh tokens rotate
credentials: { clientSecret: The client's secret, refreshToken: The first refresh token }
signIn:
  app:
    oauth2:
      grant: refresh_token
      token: ${url}/token
      clientId: "'app'"
      clientSecret: $credentials.clientSecret
      refreshToken: $credentials.refreshToken
      rotates: true
    headers: { Authorization: "'Bearer ' & $token.access_token" }
http: { base: "${url}" }
check:
  - { name: Credentials are there, do: credentials, fix: Set the credentials. }
  - { name: A token is given, do: signIn, fix: Look at the message. }
entities:
${lists
  .map(
    (list) => `  ${list}:
    schema: record.json
    key: id
    list: { request: GET /${list}, query: { from: "$next" }, records: body.records, next: body.next }
    write: { put: { request: "PUT /${list}/{$record.id}", repeat: safe } }`,
  )
  .join('\n')}
`,
  )
  await put(
    'record.json',
    JSON.stringify({
      type: 'object',
      additionalProperties: false,
      required: ['id'],
      properties: { id: { type: 'integer' } },
    }),
  )
  for (const list of lists) {
    await put(
      `mappings/${list}.yaml`,
      `mapping: ${list}
title: Reads ${list} and writes nothing
from: shop.${list}
keep: { never: id < 0 }
to: shop.${list}
write: put
fields: { id: id }
`,
    )
  }
  await put(
    'syncline.yaml',
    `project: rotating
connections:
  shop:
    connector: rotating.yaml
    credentials: { clientSecret: "\${CLIENT_SECRET}", refreshToken: "\${REFRESH_TOKEN:-}" }
mappings: [ mappings/*.yaml ]
`,
  )
}

export type RotatingSystem = Awaited<ReturnType<typeof startRotatingSystem>>
