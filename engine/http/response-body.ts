import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import { parseExactJson } from './exact-json.ts'

/** What we can undo; sent as Accept-Encoding. */
export const acceptEncoding = 'gzip, br'

const decoders = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const

/** Undoes the Content-Encoding of a body. Throws on an unknown encoding, on broken data, and above `maxBytes`. */
export async function decompress(body: Buffer, contentEncoding: string | undefined, maxBytes: number): Promise<Buffer> {
  let decoded = body
  // Listed in the order in which they were applied (RFC 9110 §8.4).
  for (const name of (contentEncoding ?? '').toLowerCase().split(',').reverse()) {
    const coding = name.trim()
    if (coding === '' || coding === 'identity') continue
    const decoder = Object.hasOwn(decoders, coding) ? decoders[coding as keyof typeof decoders] : undefined
    if (!decoder) throw Object.assign(new Error(`unknown content encoding`), { code: 'UNKNOWN_ENCODING' })
    if (decoded.length > 0) decoded = await decoder(decoded, { maxOutputLength: maxBytes })
  }
  return decoded
}

export type ParsedBody = { readonly ok: true; readonly body: unknown } | { readonly ok: false }

/**
 * A body by its content type: JSON parsed, all else as text, nothing as undefined. Some servers send JSON under another
 * type, so what looks like JSON there is tried too. Not `ok`: the type says JSON, and it is not.
 */
export function parseBody(bytes: Buffer, contentType: string | undefined): ParsedBody {
  const text = decodeText(bytes, contentType)
  if (text.trim() === '') return { ok: true, body: undefined }
  const isJson = /^[^;]*[/+]json\s*(;|$)/i.test(contentType ?? '')
  if (!isJson && !/^\s*[[{]/.test(text)) return { ok: true, body: text }
  try {
    return { ok: true, body: parseExactJson(text) }
  } catch {
    return isJson ? { ok: false } : { ok: true, body: text }
  }
}

function decodeText(bytes: Buffer, contentType: string | undefined): string {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    // A name that nobody knows; UTF-8 is right nearly always.
    return new TextDecoder().decode(bytes)
  }
}
