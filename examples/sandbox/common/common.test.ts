import { afterEach, describe, expect, test, vi } from 'vitest'
import { createClock, createManualClock } from './clock.ts'
import { createFaults, type FaultSettings } from './faults.ts'
import { jsonReply } from './json.ts'
import { createRequestLog } from './request-log.ts'
import { createSandboxApp, type RunningServer, startServer } from './server.ts'

describe('the clock', () => {
  test('runs faster than real time and converts durations', async () => {
    const clock = createClock({ speed: 1000, startAt: 5000 })
    const begin = performance.now()
    await clock.sleep(20_000)
    expect(performance.now() - begin).toBeLessThan(1000)
    expect(clock.now()).toBeGreaterThanOrEqual(5000 + 19_000)
    expect(clock.toReal(60_000)).toBe(60)
    expect(clock.toReal(1)).toBe(1)
    expect(() => createClock({ speed: 0 })).toThrow(RangeError)
  })

  test('wakes sleepers when it is moved by hand', async () => {
    const clock = createManualClock(0)
    const woken: string[] = []
    const early = clock.sleep(10).then(() => woken.push('early'))
    const late = clock.sleep(20).then(() => woken.push('late'))
    clock.advance(10)
    await early
    expect(woken).toEqual(['early'])
    clock.advance(10)
    await late
    expect(clock.now()).toBe(20)
  })
})

describe('faults', () => {
  const call = { method: 'GET', path: '/public-api/acme/product-service/product-price/1-5' }

  test('hit as many calls as told, after as many as told, on the paths told', () => {
    const faults = createFaults({ dropBefore: { after: 1, count: 1, path: '/product-price/*' } })
    const hit = (other = {}) => faults.take('dropBefore', { ...call, ...other }) !== undefined
    expect([hit({ path: '/product/1' }), hit(), hit(), hit()]).toEqual([false, false, true, false])
    expect(faults.hits().dropBefore).toBe(1)
    expect(faults.current()).toEqual({})
    faults.set({ dropBefore: { method: 'post' } })
    expect([hit(), hit({ method: 'POST' })]).toEqual([false, true])
    faults.set({ dropBefore: null, slow: { ms: 5 } })
    expect(faults.current()).toEqual({ slow: { ms: 5 } })
    faults.clear()
    expect(faults.current()).toEqual({})
  })

  test.each([
    [{ dorp: {} }, 'no fault "dorp"'],
    [{ slow: {} }, 'needs the field "ms"'],
    [{ slow: { ms: '5' } }, 'must be a number'],
    [{ throttle: { count: -1 } }, 'must be a whole number'],
    [{ throttle: { times: 1 } }, 'no field "times"'],
    [{ throttle: true }, 'takes an object'],
  ])('are checked: %j', (settings, message) => {
    const faults = createFaults()
    expect(() => faults.set({ outage: {}, ...settings } as FaultSettings)).toThrow(message)
    expect(faults.current()).toEqual({})
  })
})

describe('the server', () => {
  let server: RunningServer | undefined
  afterEach(async () => {
    await server?.stop()
  })

  const start = async (options: { readonly faults?: FaultSettings } = {}) => {
    const faults = createFaults(options.faults)
    const log = createRequestLog()
    const app = createSandboxApp({ clock: createManualClock(0), faults, log, change: (body) => ({ got: body }) })
    let handled = 0
    app.get('/thing', (c) => {
      c.set('operation', 'get-thing')
      handled += 1
      return jsonReply({ thing: [1, 2, 3] })
    })
    server = await startServer(app)
    return { url: server.url, faults, log, handled: () => handled }
  }

  test('logs path, query, status and operation, and no more than that', async () => {
    const { url, log } = await start()
    await fetch(`${url}/thing?a=1`, { headers: { authorization: 'secret' } })
    await fetch(`${url}/nothing`)
    expect(log.entries()).toEqual([
      { at: 0, method: 'GET', path: '/thing', query: 'a=1', status: 200, operation: 'get-thing', throttled: false },
      { at: 0, method: 'GET', path: '/nothing', query: '', status: 404, operation: 'unknown', throttled: false },
    ])
    expect(log.counters()).toMatchObject({ calls: 2, throttled: 0 })
  })

  test('drops a connection before or after the call was carried out', async () => {
    const { url, faults, handled, log } = await start()
    faults.set({ dropBefore: { count: 1 } })
    await expect(fetch(`${url}/thing`)).rejects.toThrow()
    expect(handled()).toBe(0)
    faults.set({ dropAfter: { count: 1 } })
    await expect(fetch(`${url}/thing`)).rejects.toThrow()
    expect(handled()).toBe(1)
    expect((await fetch(`${url}/thing`)).status).toBe(200)
    expect(log.entries().map(({ status }) => status)).toEqual([0, 0, 200])
  })

  test('is slow, or cuts its JSON off', async () => {
    const { url, faults } = await start()
    faults.set({ slow: { ms: 60, count: 1 }, unreadableJson: { count: 1 } })
    const begin = performance.now()
    const response = await fetch(`${url}/thing`)
    expect(performance.now() - begin).toBeGreaterThan(50)
    expect(response.status).toBe(200)
    await expect(response.json()).rejects.toThrow(SyntaxError)
  })

  test('carries a slow call out when it arrives, also if nobody waits for the answer', async () => {
    const { url, faults, handled } = await start()
    faults.set({ slow: { ms: 60_000, count: 1 } })
    const giveUp = new AbortController()
    const call = expect(fetch(`${url}/thing`, { signal: giveUp.signal })).rejects.toThrow()
    await vi.waitFor(() => expect(handled()).toBe(1))
    giveUp.abort()
    await call
  })

  test('is controlled over HTTP', async () => {
    const { url, log } = await start()
    const post = (path: string, body: unknown) =>
      fetch(`${url}/__sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) })
    expect(await (await post('faults', { slow: { ms: 1 } })).json()).toMatchObject({ current: { slow: { ms: 1 } } })
    const wrong = await post('faults', { slwo: {} })
    expect([wrong.status, await wrong.json()]).toEqual([
      400,
      { error: expect.stringContaining('There is no fault "slwo"') },
    ])
    await fetch(`${url}/thing`)
    const report = await (await fetch(`${url}/__sandbox/log`)).json()
    expect(report).toMatchObject({ counters: { calls: 1, byMinute: { '1970-01-01T00:00:00.000Z': { calls: 1 } } } })
    await post('reset-counters', {})
    expect(log.counters().calls).toBe(0)
    expect(await (await post('change', { a: 1 })).json()).toEqual({ got: { a: 1 } })
    await fetch(`${url}/__sandbox/faults`, { method: 'DELETE' })
    expect(await (await fetch(`${url}/__sandbox/faults`)).json()).toMatchObject({ current: {} })
  })

  test('stops at once although a client keeps its connection, and frees the port', async () => {
    const { url } = await start()
    await (await fetch(`${url}/thing`)).text()
    const port = server?.port ?? 0
    await server?.stop()
    await expect(fetch(`${url}/thing`)).rejects.toThrow()
    server = await startServer(
      createSandboxApp({ clock: createManualClock(0), faults: createFaults(), log: createRequestLog() }),
      { port },
    )
    expect(server.port).toBe(port)
    await expect(
      startServer(createSandboxApp({ clock: createManualClock(0), faults: createFaults(), log: createRequestLog() }), {
        port,
      }),
    ).rejects.toThrow('EADDRINUSE')
  })
})
