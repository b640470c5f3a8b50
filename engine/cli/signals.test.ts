import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Stopping, stopOnSignals } from './signals.ts'

let said: string[]
let stopping: Stopping

beforeEach(() => {
  vi.useFakeTimers()
  said = []
  stopping = stopOnSignals((message) => said.push(message))
})

afterEach(() => {
  stopping.dispose()
  vi.useRealTimers()
})

function send(signal: NodeJS.Signals): void {
  process.emit(signal, signal)
}

test('the first signal stops in good order, the second at once', () => {
  send('SIGINT')
  expect(stopping.stop.aborted).toBe(true)
  expect(stopping.abort.aborted).toBe(false)
  vi.advanceTimersByTime(1_000)
  send('SIGINT')
  expect(stopping.abort.aborted).toBe(true)
  expect(said).toHaveLength(2)
})

test('one Ctrl-C that arrives twice, from the terminal and from the launcher, is one signal', () => {
  send('SIGINT')
  vi.advanceTimersByTime(20)
  send('SIGINT')
  expect(stopping.stop.aborted).toBe(true)
  expect(stopping.abort.aborted).toBe(false)
  expect(said).toHaveLength(1)
})

test('what does not end within the grace period is stopped', () => {
  send('SIGTERM')
  vi.advanceTimersByTime(29_000)
  expect(stopping.abort.aborted).toBe(false)
  vi.advanceTimersByTime(2_000)
  expect(stopping.abort.aborted).toBe(true)
})

test('afterwards signals are not listened to', () => {
  const before = process.listenerCount('SIGTERM')
  stopping.dispose()
  expect(process.listenerCount('SIGTERM')).toBe(before - 1)
  expect(process.listenerCount('SIGHUP')).toBe(0)
})
