import { parseExactJson } from '../http/exact-json.ts'

/** A message as expressions see it. */
export interface Message {
  readonly body: unknown
  /** Lower-case names; without what proves who sent it. */
  readonly headers: Readonly<Record<string, string>>
}

/** Why a message cannot be read: the status that HTTP has for it, and the words for the sender. */
export interface Illegible {
  readonly status: 400 | 413 | 415
  readonly code: 'message-too-large' | 'message-type' | 'message-not-json' | 'message-broken-off'
  readonly reason: string
}

const secretHeaders: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie'])

/**
 * Reads a JSON message of at most so many bytes; nothing more than that is ever held. JSON is taken under any content type:
 * many clients name none, or text/plain.
 */
export async function readMessage(request: Request, maxBytes: number): Promise<Message | Illegible> {
  const [type = '', ...parameters] = (request.headers.get('content-type') ?? 'application/json')
    .toLowerCase()
    .split(';')
  const encoding = request.headers.get('content-encoding') ?? 'identity'
  const charset = parameters
    .map((parameter) => /^\s*charset\s*=\s*"?([^"\s]*)/.exec(parameter)?.[1])
    .find((name) => name)
  const otherType: Illegible = {
    status: 415,
    code: 'message-type',
    reason: 'The message must be JSON in UTF-8, and not compressed.',
  }
  if (encoding !== 'identity' || !['utf-8', 'utf8', 'us-ascii'].includes(charset ?? 'utf-8')) return otherType
  let bytes: Uint8Array | undefined
  try {
    bytes = await readBytes(request, maxBytes)
  } catch {
    return { status: 400, code: 'message-broken-off', reason: 'The message broke off.' }
  }
  if (bytes === undefined) {
    return { status: 413, code: 'message-too-large', reason: `The message is larger than ${maxBytes} bytes.` }
  }
  try {
    const body = parseExactJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    const headers = Object.fromEntries([...request.headers].filter(([name]) => !secretHeaders.has(name)))
    return { body, headers }
  } catch {
    if (!/^\s*(application|text)\/([a-z0-9.-]+\+)?json\s*$/.test(type)) return otherType
    return { status: 400, code: 'message-not-json', reason: 'The message is no JSON.' }
  }
}

/** Undefined when there are more. */
async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return undefined
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.length
    if (size > maxBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
