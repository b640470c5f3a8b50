/**
 * Source records of one run on disk: read once, used by every mapping of the run, in group order, with a memory that
 * does not grow with their number. A spool belongs to one run and is deleted when it is closed; a crash leaves only a
 * temporary file.
 */
export interface Spool {
  /**
   * Starts (or finds) a read: a name such as `connection.entity full`. `sealed`: its records hold personal data and are
   * encrypted on disk, with a key that dies with the process.
   */
  read(name: string, options?: { readonly sealed?: boolean }): SpooledRead
  /** Target keys that records of this run lay claim to: the first one wins. Returns the owner: `sourceKey` itself, or who was first. */
  claim(scope: string, targetKey: string, sourceKey: string): string
  close(): void
}

export interface SpooledRecord {
  readonly key: string
  /** Records with the same group are handed out together; equal to the key when the record has no group. */
  readonly group: string
  readonly record: unknown
  /** Came along only because another record of its group was read. */
  readonly companion: boolean
}

export interface SpooledRead {
  /** Adds or replaces records by key: an id may come twice while data changes. A record that is there as read stays one when it comes again as a companion. */
  put(records: readonly SpooledRecord[]): void
  /** Marks keys that the source listed (whether or not their record could be read). */
  see(keys: readonly string[]): void
  /** Which of these keys were listed or read. */
  seen(keys: readonly string[]): ReadonlySet<string>
  /** Distinct groups that differ from their record's key. */
  groups(): Iterable<string>
  /** Records, companions included; not keys that were only listed. */
  count(): number
  /** Hands out records in group order (groups by their lowest position read, records within a group by position), in pages of about `size`, never cutting a group. Any read may be written meanwhile; of this one, new groups are still handed out, new members of groups that were handed out are not. */
  pages(size: number): Iterable<readonly SpooledRecord[]>
  /** Facts of the read, set by whoever made it (complete, cursor position …). */
  facts(): Readonly<Record<string, unknown>>
  /** Replaces them. */
  setFacts(facts: Readonly<Record<string, unknown>>): void
}
