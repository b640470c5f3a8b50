/** Every code that a state store or a spool can fail with, and what it means. */
export const storeErrorCodes = {
  'store-url': 'The text that names the store is not one that Syncline understands',
  'store-unreachable': 'The place of the store cannot be opened: a folder where a file is needed, or the reverse',
  'store-read-only': 'The state file or its folder cannot be written, or the store was opened for reading only',
  'store-corrupt': 'The file is damaged or is no SQLite database',
  'store-foreign': 'The file is a database of another program',
  'store-newer': 'The file was written by a newer Syncline than this one',
  'store-older':
    'The file was written by an older Syncline and is opened for reading only, so it cannot be brought up to date',
  'store-busy': 'Another process kept the store locked for longer than the busy time-out',
  'store-full': 'The disk is full',
  'store-key-taken': 'A target key already belongs to a live link of another source record',
  'store-conflict': 'An entry with this id exists already',
  'store-missing': 'The entry that should be changed does not exist',
  'store-key': 'The values do not make a key',
  'store-closed': 'The store was used after it was closed',
  'secret-key-format': 'The key that seals secrets is not 32 bytes in Base64',
  'secret-key-exposed': 'The key file can be read or written by others than its owner',
  'secret-key-unreadable': 'The key file exists and cannot be read, or it cannot be made',
  'secret-key-lost': 'The state holds secrets, and there is no key to open them. Nothing is deleted',
  'secret-key-other': 'The state holds secrets that were sealed with another key. Nothing is deleted',
  'secret-damaged': 'A secret in the state was changed: its key does not open it',
  'secret-new-key-missing': 'The key comes from the environment, and the one to change to is not given',
  'store-failed': 'The store failed for another reason, which the message names',
} as const

export type StoreErrorCode = keyof typeof storeErrorCodes

/**
 * A failure of the store. `message` says what is wrong and where, `advice` what to do. Neither ever holds a stored
 * value: keys and records may be personal data, tokens are secrets.
 */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: StoreErrorCode
  readonly advice: string

  constructor(code: StoreErrorCode, message: string, advice: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.code = code
    this.advice = advice
  }
}
