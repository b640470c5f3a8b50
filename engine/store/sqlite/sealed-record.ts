import type { SecretBox } from '../secrets/secret-box.ts'
import { StoreError } from '../store-error.ts'
import { fromJson, toJson } from './json.ts'

/** Tells what is sealed from JSON, which begins otherwise. */
export const sealedMark = 'sealed '

/** A record that may hold personal data: sealed in the file, for its own place only. */
export function sealRecord(box: SecretBox, place: readonly string[], record: unknown): string | null {
  return sealJson(box, place, toJson(record))
}

export function sealJson(box: SecretBox, place: readonly string[], json: string | null): string | null {
  return json === null ? null : `${sealedMark}${box.seal(json, JSON.stringify(place))}`
}

/** The record; undefined when there is none, or when the key that opens it is lost. */
export function openRecord(box: SecretBox, place: readonly string[], stored: string | null): unknown {
  if (!stored?.startsWith(sealedMark)) return fromJson(stored)
  try {
    return fromJson(box.open(stored.slice(sealedMark.length), JSON.stringify(place)))
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    return undefined
  }
}
