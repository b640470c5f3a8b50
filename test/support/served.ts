import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { openSqliteStore } from '../../engine/store/sqlite-store.ts'
import type { StateStore } from '../../engine/store/state-store.ts'
import { type Running, start } from './command.ts'

export interface Posted {
  readonly status: number
  /** Parsed, or undefined for an answer without one. */
  readonly body: unknown
  readonly headers: Headers
}

/** A running `syncline serve`. */
export interface Served {
  readonly receivers: Readonly<Record<string, string>>
  readonly health: string
  readonly running: Running
  /** Sends a message as the made-up system does: signed in as `shop`, unless headers say otherwise. */
  post(receiver: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Posted>
  /** What it has logged so far. */
  log(): readonly Readonly<Record<string, unknown>>[]
  /** Ends it by a signal; gives its exit status. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>
  /** Looks into the state. */
  state<T>(look: (store: StateStore) => T): T
}

export const basic = (user: string, password: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
})

/** Starts `syncline serve` on a free port, and waits until it listens. */
export async function serve(
  file: string,
  { args = [], env = {} }: { readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Served> {
  const running = start(['--project', file, 'serve', '--port', '0', '--json', ...args], { env })
  let stderr = ''
  running.child.stderr?.on('data', (data) => {
    stderr += String(data)
  })
  const { receivers, health } = JSON.parse(await running.firstLine()) as Pick<Served, 'receivers' | 'health'>
  return {
    receivers,
    health,
    running,
    async post(receiver, body, headers = {}) {
      const url = receivers[receiver] ?? receiver
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...basic('shop', 'sesame'), ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      })
      const text = await response.text()
      return {
        status: response.status,
        body: text === '' ? undefined : JSON.parse(text),
        headers: response.headers,
      }
    },
    log: () =>
      stderr
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    async end(signal) {
      if (running.child.exitCode === null && running.child.signalCode === null) {
        const exit = once(running.child, 'exit')
        running.child.kill(signal)
        await exit
      }
      return running.child.exitCode
    },
    state(look) {
      const store = openSqliteStore({ path: join(dirname(file), '.syncline', 'state.db'), readOnly: true })
      try {
        return look(store)
      } finally {
        store.close()
      }
    },
  }
}
