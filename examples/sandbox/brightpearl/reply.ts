import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { SandboxContext } from '../common/server.ts'

/**
 * A JSON answer of the API with the headers that the gate has prepared. `escapeEquals`: `=` as `\u003d`, as texts that
 * echo a token were recorded [rec].
 */
export function reply(
  c: SandboxContext,
  status: number,
  body: unknown,
  { escapeEquals = false }: { readonly escapeEquals?: boolean } = {},
): Response {
  c.header('Content-Type', 'application/json;charset=UTF-8')
  const text = JSON.stringify(body)
  return c.body(escapeEquals ? text.replaceAll('=', '\\u003d') : text, status as ContentfulStatusCode)
}
