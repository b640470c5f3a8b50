import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SharedSignIn } from '../http/shared-sign-in.ts'
import { createSimulatedTime, type SimulatedTime } from '../http/testing/simulated-time.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import type { StateStore } from '../store/state-store.ts'
import { sharedSignIn } from './shared-sign-in.ts'

let folder: string
let stores: StateStore[]
let time: SimulatedTime
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'syncline-shared-'))
  stores = []
  time = createSimulatedTime(Date.parse('2026-03-01T12:00:00Z'))
})
afterEach(() => {
  for (const store of stores) store.close()
  rmSync(folder, { recursive: true })
})

/** What another opening of the same state, as of another process, sees. */
function opened(name = 'shop'): { readonly store: StateStore; readonly shared: SharedSignIn } {
  const store = openSqliteStore({ path: join(folder, 'state.db') })
  stores.push(store)
  return { store, shared: sharedSignIn({ name, store, clock: time, timers: time }) }
}

test('saved tokens are those of the connection, in every process', () => {
  const one = opened()
  one.shared.refreshToken.set('R')
  one.shared.accessToken.set('A')
  const other = opened()
  expect([other.shared.refreshToken.get(), other.shared.accessToken.get()]).toEqual(['R', 'A'])
  expect(other.store.secrets.names('shop')).toEqual(['accessToken', 'refreshToken'])
  expect(opened('back').shared.accessToken.get()).toBeUndefined()
})

test('one has the turn at a time, per connection', () => {
  const [one, other] = [opened().shared, opened().shared]
  const end = one.takeTurn()
  expect(end).toBeDefined()
  expect(other.takeTurn()).toBeUndefined()
  expect(opened('back').shared.takeTurn()).toBeDefined()
  end?.()
  expect(other.takeTurn()).toBeDefined()
})

test('a turn lasts as long as its holder is heard of, and half a minute longer', async () => {
  const holder = opened()
  const other = opened().shared
  holder.shared.takeTurn()
  await time.run(time.now() + 600_000)
  expect(other.takeTurn()).toBeUndefined()
  // No beat comes any more.
  holder.store.close()
  await time.run(time.now() + 25_000)
  expect(other.takeTurn()).toBeUndefined()
  await time.run(time.now() + 13_000)
  expect(other.takeTurn()).toBeDefined()
})

test('a turn that was taken over is not ended by the one who had it', () => {
  const { store, shared } = opened()
  const end = shared.takeTurn()
  store.locks.take('token shop', 'elsewhere 1 1 x', time.now() + 60_000, 60_000)
  end?.()
  expect(opened().shared.takeTurn()).toBeUndefined()
})

test('the turn of a process of this machine that died is taken over at once; that of another machine is not', () => {
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  const { store, shared } = opened()
  store.locks.take('token shop', `elsewhere ${pid} 1 x`, time.now(), 30_000)
  expect(shared.takeTurn()).toBeUndefined()
  store.locks.release('token shop', `elsewhere ${pid} 1 x`)
  store.locks.take('token shop', `${hostname()} ${pid} 1 x`, time.now(), 30_000)
  expect(shared.takeTurn()).toBeDefined()
})
