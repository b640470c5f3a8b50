/** A secret as it is stored. */
export interface SealedRow {
  readonly connection: string
  readonly name: string
  /** Id of the key that opens it; undefined: it was stored before secrets were sealed, and is plain UTF-8. */
  readonly keyId: string | undefined
  readonly value: Uint8Array
}

/** Where sealed secrets are. Each store implements it; `sealedSecrets` makes a SecretStore of it. */
export interface SealedTable {
  get(connection: string, name: string): SealedRow | undefined
  all(): readonly SealedRow[]
  names(connection: string): readonly string[]
  /** Which keys what is stored was sealed with, by connection. */
  keys(): readonly Pick<SealedRow, 'connection' | 'keyId'>[]
  /** Adds or replaces by connection and name. */
  set(row: SealedRow): void
  /** Without a name: all of the connection. */
  remove(connection: string, name?: string): void
  /** One transaction that also survives a power failure, outside of another one. */
  durably<T>(work: () => T): T
}
