import type { Hono } from 'hono'
import type { SandboxEnv } from '../common/server.ts'
import { anything, list, object, oneOf, optional, text } from '../common/shape.ts'
import { readBody } from './body.ts'
import { ApiError, errorBody, refused } from './errors.ts'
import { reply } from './reply.ts'

/** [doc]: destructive methods only, without PATCH. */
const multiBody = object({
  processingMode: oneOf(['SEQUENTIAL', 'PARALLEL']),
  onFail: oneOf(['STOP', 'CONTINUE']),
  messages: list(
    object({
      label: text({ least: 1 }),
      uri: text({ least: 1 }),
      httpMethod: oneOf(['POST', 'PUT', 'DELETE']),
      body: optional(anything),
    }),
    { least: 1 },
  ),
})

/**
 * `POST /multi-message`, beside the services [code]: up to ten messages [doc] that count as one call [code]; 200 when
 * each was 200, else 207, with the bodies as texts of JSON [code]. PARALLEL cannot be combined with STOP [code]; here
 * it is carried out one after the other all the same. There is no transaction. Assumed: more than ten, a label twice
 * and an unknown field are 400 for the whole.
 */
export function serveMultiMessage(app: Hono<SandboxEnv>, resources: Hono<SandboxEnv>): void {
  app.post('/public-api/:account/multi-message', async (c) => {
    c.set('operation', 'post-multi-message')
    c.header('Message-Type', 'post-multi-message')
    try {
      const { processingMode, onFail, messages } = readBody(
        { contentType: c.req.header('content-type') ?? '', text: await c.req.text() },
        multiBody,
      )
      if (messages.length > 10) throw refused('At most 10 messages may be sent at once')
      if (processingMode === 'PARALLEL' && onFail === 'STOP') throw refused('PARALLEL cannot be combined with STOP')
      if (new Set(messages.map(({ label }) => label)).size < messages.length) throw refused('A label occurs twice')
      const processed: { label: string; statusCode: number; body: { content: string } }[] = []
      for (const { label, uri, httpMethod, body } of messages) {
        if (!/^\/[a-z]+-service\//.test(uri)) throw refused(`${uri.slice(0, 60)} does not start at a service`)
        const answer = await resources.request(`/public-api/${c.req.param('account')}${uri}`, {
          method: httpMethod,
          headers: { 'content-type': 'application/json' },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        })
        processed.push({ label, statusCode: answer.status, body: { content: await answer.text() } })
        if (answer.status !== 200 && onFail === 'STOP') break
      }
      const done = processed.every(({ statusCode }) => statusCode === 200)
      return reply(c, done ? 200 : 207, {
        response: {
          processedMessages: processed,
          unprocessedMessages: messages.slice(processed.length).map(({ label }) => label),
        },
      })
    } catch (error) {
      if (error instanceof ApiError) return reply(c, error.status, errorBody(error))
      throw error
    }
  })
}
