import { readFileSync } from 'node:fs'

/** What a file holds, or why it cannot be read, as the end of a sentence. */
export type FileValue = { readonly text: string } | { readonly not: string }

/**
 * The content of a file as a value, such as a secret that a container platform mounts. One line break at its end is not
 * part of it: tools and editors add one.
 */
export function readFileValue(path: string): FileValue {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return { not: 'does not exist' }
    if (code === 'EISDIR') return { not: 'is a folder' }
    return { not: `cannot be read${code === undefined ? '' : ` (${code})`}` }
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r?\n$/, '') }
  } catch {
    return { not: 'is not UTF-8' }
  }
}
