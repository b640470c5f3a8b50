import { createHash } from 'node:crypto'
import type { SavedSecret } from './shared-sign-in.ts'

/** Refresh tokens in the order in which they should be tried. */
export interface RefreshTokens {
  readonly first: string | undefined
  /** The configured one, when it differs. */
  readonly second: string | undefined
}

/**
 * A saved token is newer than the configured one from which it descends, so it comes first; but when somebody has
 * configured another one since, that one is newer, and the saved one is forgotten.
 */
export function refreshTokens(configured: string | undefined, saved: SavedSecret): RefreshTokens {
  const kept = read(saved.get())
  if (kept === undefined) return { first: configured, second: undefined }
  if (configured === undefined) return { first: kept.refreshToken, second: undefined }
  if (kept.configured !== hash(configured)) return { first: configured, second: undefined }
  return { first: kept.refreshToken, second: configured === kept.refreshToken ? undefined : configured }
}

/** `configured`: the one that the project file gives now, if any; while it stays the same, the saved one is newer. */
export function saveRefreshToken(refreshToken: string, configured: string | undefined, saved: SavedSecret): void {
  saved.set(JSON.stringify({ refreshToken, configured: configured === undefined ? '' : hash(configured) }))
}

interface Kept {
  readonly refreshToken: string
  /** Hash of the token that was configured when it was saved; empty if none was. */
  readonly configured: string
}

function read(text: string | undefined): Kept | undefined {
  if (text === undefined) return undefined
  try {
    const { refreshToken, configured } = JSON.parse(text) as Partial<Kept>
    return typeof refreshToken === 'string' && typeof configured === 'string' ? { refreshToken, configured } : undefined
  } catch {
    return undefined
  }
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
