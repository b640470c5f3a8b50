import { createHash, randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bodyOf, startServer } from '../../engine/http/testing/test-server.ts'

/** What the made-up system does next; a test changes it. */
export interface HarbourSwitches {
  consent: 'approve' | 'deny' | 'page'
  /** Told as the host of the API; undefined: its own. */
  apiHost: string | undefined
  secret: string
  refreshToken: boolean
  mayReadBerths: boolean
}

export interface Harbour {
  readonly url: string
  /** Folder of a project with one connection, `quay`, to it. */
  readonly folder: string
  readonly switches: HarbourSwitches
  /** Forms that the token endpoint was sent. */
  readonly forms: URLSearchParams[]
  readonly calls: string[]
  close(): Promise<void>
}

/**
 * A harbour office, which no connector was ever written for: tenants in the path, an authorisation with a proof key and
 * client and secret in a header, an answer that tells the host of the API and the number of the berth book; or a pass.
 */
export async function startHarbour(): Promise<Harbour> {
  const switches: HarbourSwitches = {
    consent: 'approve',
    apiHost: undefined,
    secret: 's3cret+/=of the quay',
    refreshToken: true,
    mayReadBerths: true,
  }
  const codes = new Map<string, { readonly redirect: string; readonly challenge: string }>()
  const tokens = new Set<string>()
  const forms: URLSearchParams[] = []
  const calls: string[] = []

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    calls.push(`${request.method} ${url.pathname}`)
    const json = (status: number, body: unknown): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (url.pathname === '/consent/north') {
      const redirect = url.searchParams.get('redirect_uri') ?? ''
      if (url.searchParams.get('client_id') !== 'pilot') return json(400, { problem: 'unknown client' })
      if (switches.consent === 'page') {
        const again = `${url.pathname}${url.search}`.replaceAll('&', '&amp;')
        response.writeHead(200, { 'content-type': 'text/html' })
        response.end(`<h1>May the pilot come aboard?</h1><a id="yes" href="/yes${again}">Yes</a>`)
        return
      }
      return answer(url, redirect, switches.consent)
    }
    if (url.pathname === '/yes/consent/north') return answer(url, url.searchParams.get('redirect_uri') ?? '', 'approve')
    if (url.pathname === '/token' && request.method === 'POST') return token(request, json)
    const pass = request.headers['x-harbour-pass'] === 'open-sesame'
    const bearer = tokens.has((request.headers.authorization ?? '').replace('Bearer ', ''))
    if (!pass && !bearer) return json(401, { problem: 'no pass' })
    if (url.pathname === '/north/ships') return json(200, { ships: ['Vasa'] })
    if (url.pathname === '/north/berths') return switches.mayReadBerths ? json(200, { berths: 3 }) : json(403, {})
    json(404, {})

    function answer(asked: URL, redirect: string, decision: 'approve' | 'deny'): void {
      const target = new URL(redirect)
      if (decision === 'approve') {
        const code = randomUUID()
        codes.set(code, { redirect, challenge: asked.searchParams.get('code_challenge') ?? '' })
        target.searchParams.set('code', code)
      } else target.searchParams.set('error', 'access_denied')
      target.searchParams.set('state', asked.searchParams.get('state') ?? '')
      response.writeHead(302, { location: target.href }).end()
    }
  }

  const token = async (request: IncomingMessage, json: (status: number, body: unknown) => void): Promise<void> => {
    const form = new URLSearchParams(await bodyOf(request))
    forms.push(form)
    // RFC 6749 §2.3.1: both are form-encoded before they are joined.
    const basic = `Basic ${Buffer.from(`pilot:${new URLSearchParams({ s: switches.secret }).toString().slice(2)}`).toString('base64')}`
    if (request.headers.authorization !== basic) return json(401, { error: 'invalid_client' })
    if (form.get('grant_type') === 'authorization_code') {
      const code = codes.get(form.get('code') ?? '')
      codes.delete(form.get('code') ?? '')
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url')
      if (!code || code.redirect !== form.get('redirect_uri') || code.challenge !== challenge)
        return json(400, { error: 'invalid_grant' })
    }
    const accessToken = `access-${randomUUID()}`
    tokens.add(accessToken)
    json(200, {
      access_token: accessToken,
      ...(switches.refreshToken && { refresh_token: `refresh-${randomUUID()}` }),
      expires_in: 3600,
      api_host: switches.apiHost ?? new URL(url).host,
      berth_book: '42',
    })
  }

  const server = await startServer((request, response) => void handle(request, response))
  const { url } = server
  const folder = await mkdtemp(join(tmpdir(), 'harbour-'))
  await writeFile(join(folder, 'ship.json'), ship)
  await writeFile(join(folder, 'harbour.yaml'), connector)
  await writeFile(join(folder, 'syncline.yaml'), project)
  return {
    url,
    folder,
    switches,
    forms,
    calls,
    async close() {
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const ship = JSON.stringify({ type: 'object', additionalProperties: false, properties: { name: { type: 'string' } } })

const project = `project: quay
connections:
  quay:
    connector: harbour.yaml
    settings:
      office: \${OFFICE}
      tenant: \${TENANT}
      waters: \${WATERS:-}
      signIn: \${SIGN_IN:-}
    credentials:
      secret: \${SECRET:-}
      pass: \${PASS:-}
mappings: []
`

const connector = `connector: harbour
title: A harbour office
settings:
  required: [office, tenant]
  properties:
    office: { type: string, format: uri, description: Address of the office, where: On the sign at the gate, examples: [https://office.harbour.example] }
    api: { type: string, format: uri, description: Host of the API }
    tenant: { type: string, pattern: "^[a-z]+$", description: Name of the quay, examples: [north] }
    waters: { type: string, enum: [sweet, salt], default: salt, suggest: "$settings.tenant = 'lake' ? 'sweet'", description: Kind of water }
    book: { type: integer, description: Number of the berth book }
    back: { type: string, format: uri, default: "http://127.0.0.1/back", description: Redirect address }
    signIn: { type: string, enum: [pilot, pass], default: pilot, description: The way to sign in }
  rules:
    - when: $settings.waters = 'sweet' and $settings.tenant = 'north'
      say: "there is no sweet water at {$settings.tenant}"
      fix: Set waters to salt.
credentials:
  secret: { description: The pilot's secret, where: In the pilot's locker, once: true }
  pass: The day's pass
signIn:
  pilot:
    title: A pilot whom the harbour master lets in
    when: For those who come often.
    oauth2:
      grant: authorization_code
      token: "{$settings.office}/token"
      clientId: "'pilot'"
      clientSecret: $credentials.secret
      clientIn: basic
      rotates: true
      authorise: { address: "{$settings.office}/consent/{$settings.tenant}", redirect: $settings.back, pkce: true }
      saves: { api: api_host, book: berth_book }
      hosts: [harbour.example]
    headers: { Authorization: "'Bearer ' & $token.access_token" }
  pass:
    title: A pass for the day
    when: For a visit.
    headers: { x-harbour-pass: $credentials.pass }
connect:
  - step: quay
    title: The quay
    say: Read the sign at the gate.
    paste: { ask: Address on the sign, gives: { office: "scheme & '://' & host", tenant: "$split(path, '/')[2]" } }
    settings: [office, tenant, waters]
  - { step: way, title: The way in, do: choose }
  - { step: locker, title: The locker, if: "$settings.signIn = 'pilot'", credentials: [secret] }
  - { step: gate, title: The gate, if: "$settings.signIn = 'pass'", credentials: [pass] }
  - { step: harbourMaster, title: The harbour master, if: "$settings.signIn = 'pilot'", settings: [back], do: authorise }
  - { step: look, title: A look around, do: verify }
http: { base: "{$default($settings.api, $settings.office)}/{$settings.tenant}" }
check:
  - { name: Pass or pilot, do: credentials, fix: Get one. }
  - { name: A token, do: signIn, fix: Ask the harbour master. }
  - { name: Ships can be seen, request: GET /ships, expect: status = 200, found: "$string($count(body.ships)) & ' ship'", fix: Look for another window. }
  - { name: Berths can be seen, request: GET /berths, expect: status = 200, fix: The right to read berths is missing. }
entities:
  ship: { schema: ship.json, key: name, list: { request: GET /ships, records: body.ships } }
`
