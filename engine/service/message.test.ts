import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readMessage } from './message.ts'

const request = (
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = { 'content-type': 'application/json' },
) => new Request('http://localhost/', { method: 'POST', body, headers })

describe('a message', () => {
  it('is JSON with its headers, without what proves the sender', async () => {
    const headers = {
      'content-type': 'application/json; charset=UTF-8',
      authorization: 'Basic x',
      cookie: 'a=b',
      'X-Event': 'e',
    }
    expect(await readMessage(request('{"id":9007199254740993}', headers), 100)).toEqual({
      // No digit is lost.
      body: { id: '9007199254740993' },
      headers: { 'content-type': 'application/json; charset=UTF-8', 'x-event': 'e' },
    })
    expect(await readMessage(request('[]', { 'content-type': 'application/vnd.shop+json' }), 100)).toMatchObject({
      body: [],
    })
  })

  it.each([undefined, 'text/plain;charset=UTF-8', 'application/x-www-form-urlencoded', 'application/octet-stream'])(
    'is JSON also where its content type is %s',
    async (type) => {
      const headers = type === undefined ? {} : { 'content-type': type }
      const sent = request(new TextEncoder().encode('{"id":"1"}'), headers as Record<string, string>)
      expect(await readMessage(sent, 100)).toMatchObject({ body: { id: '1' } })
    },
  )

  it('that breaks off is the fault of its sender', async () => {
    const body = new ReadableStream({
      pull: () => Promise.reject(new Error('aborted')),
    })
    const sent = new Request('http://localhost/', { method: 'POST', body, duplex: 'half' } as RequestInit)
    expect(await readMessage(sent, 100)).toMatchObject({ status: 400, code: 'message-broken-off' })
  })

  it.each([
    ['too large', request('"12345678"'), 413],
    ['no JSON', request('{'), 400],
    ['no UTF-8', request(new Uint8Array([0x22, 0xff, 0x22])), 400],
    ['empty', request(''), 400],
    ['a form', request('a=b', { 'content-type': 'application/x-www-form-urlencoded' }), 415],
    ['JSON in Latin-1', request('1', { 'content-type': 'application/json; charset=iso-8859-1' }), 415],
    ['compressed', request('1', { 'content-type': 'application/json', 'content-encoding': 'gzip' }), 415],
  ])('is refused when it is %s', async (_, sent, status) => {
    expect(await readMessage(sent, 9)).toMatchObject({ status })
  })

  it('is taken up to the limit and not beyond, however it comes in pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        fc.integer({ min: 2, max: 200 }),
        async (sizes, limit) => {
          const total = sizes.reduce((sum, size) => sum + size, 0)
          const text = `"${'x'.repeat(Math.max(0, total - 2))}"`.slice(0, Math.max(2, total))
          let sent = 0
          const pieces = [...sizes]
          const body = new ReadableStream({
            pull(controller) {
              const size = pieces.shift()
              if (size === undefined) return controller.close()
              controller.enqueue(new TextEncoder().encode(text.slice(sent, sent + size)))
              sent += size
            },
          })
          const message = await readMessage(
            new Request('http://localhost/', { method: 'POST', body, duplex: 'half' } as RequestInit),
            limit,
          )
          const fits = total <= limit
          if ('status' in message) expect(message.status).toBe(fits ? 400 : 413)
          else expect(fits).toBe(true)
        },
      ),
    )
  })
})
