import type { KeyRotation } from './secrets/key-source.ts'

/**
 * What the engine remembers between runs. One interface, several implementations: each passes the conformance suite
 * in `conformance.ts`. All times are ISO 8601 in UTC; all keys are text (`keyText` makes one from key fields).
 *
 * Contract for every method that writes: when it returns, the change is durable against the death of the process.
 * `transaction` makes several changes one: all or none.
 */
export interface StateStore {
  readonly cursors: CursorStore
  readonly links: LinkStore
  readonly known: KnownStore
  readonly marks: MarkStore
  readonly parked: ParkedStore
  readonly deadLetters: DeadLetterStore
  readonly journal: JournalStore
  readonly runs: RunStore
  readonly secrets: SecretStore
  readonly identities: IdentityStore
  readonly references: ReferenceStore
  readonly reconciliations: ReconciliationStore
  readonly locks: LockStore
  readonly inbox: InboxStore
  readonly schedules: ScheduleStore
  /**
   * Runs `work` in one transaction. Nested calls join the outer one; a nested call that throws undoes its own changes
   * even when the caller goes on. `work` is synchronous: a promise is refused with a TypeError and undone.
   */
  transaction<T>(work: () => T): T
  close(): void
}

/** Where the next incremental read of one mapping starts. */
export interface Cursor {
  readonly mapping: string
  readonly connection: string
  /** Which read of the connection: the entity's name. */
  readonly read: string
  /** The server's time at the first request of the last complete read. */
  readonly position: string
  /** Hash of mapping, options, tables and functions as they were then: another hash makes the next run a full one. */
  readonly configuration: string
}

export interface CursorStore {
  get(mapping: string, connection: string, read: string): Cursor | undefined
  set(cursor: Cursor): void
  all(): readonly Cursor[]
}

/** A source record and one target record that it became. One source record may have many. */
export interface Link {
  readonly mapping: string
  readonly step: string
  readonly sourceKey: string
  readonly targetKey: string
  /** The target record's key fields (and what else addresses it), to write it again when its source is gone. */
  readonly target: Readonly<Record<string, unknown>>
  /**
   * Of a step, whose `targetKey` is its natural key: text of the target record's own key, by which `byMade` finds it.
   */
  readonly made?: string
  /** Hash of the owned fields as last confirmed. */
  readonly fingerprint: string
  /** `gone`: the target was told that the source yields it no more; kept so that it is not told twice. */
  readonly state: 'live' | 'gone'
}

export interface LinkStore {
  /** At most one link per mapping, step and target key: the target key belongs to whom had it first. */
  byTarget(mapping: string, step: string, targetKey: string): Link | undefined
  bySource(mapping: string, step: string, sourceKey: string): readonly Link[]
  /** Links of many source records in one query, grouped by source key. */
  bySources(mapping: string, step: string, sourceKeys: readonly string[]): ReadonlyMap<string, readonly Link[]>
  /**
   * Adds or replaces by mapping, step and target key; all or none. Fails with `store-key-taken` when the key belongs to
   * a live link of another source record; a gone one gives its key up.
   */
  put(links: readonly Link[]): void
  remove(mapping: string, step: string, targetKeys: readonly string[]): void
  /** Distinct source records with at least one live link. */
  countLiveSources(mapping: string, step: string): number
  /**
   * Walks all live links in source-key order (order of code points) without holding them in memory. Writing while
   * walking is allowed: what this store has ended meanwhile is not given, what it has added may or may not be.
   */
  live(mapping: string, step: string): Iterable<Link>
  /** Live links of a step to one target record: several source records may have found the same one. */
  byMade(mapping: string, step: string, made: string): readonly Link[]
  /** True when the source record has a live link in any step of `mapping`. */
  isLinked(mapping: string, sourceKey: string): boolean
}

/** Target records that are known to exist, by whoever made them or found them: `entity` is `connection.entity`. */
export interface KnownStore {
  /** Which of the keys are known. */
  which(entity: string, keys: readonly string[]): ReadonlySet<string>
  add(entity: string, keys: readonly string[]): void
  remove(entity: string, keys: readonly string[]): void
}

/** A small fact with its time, such as when a key was first listed. `value` is text, and never personal. */
export interface Mark {
  readonly scope: string
  readonly key: string
  readonly value: string
  readonly at: string
}

export interface MarkStore {
  /** The marks of these keys, by key. */
  which(scope: string, keys: readonly string[]): ReadonlyMap<string, Mark>
  /** Replaces by scope and key. */
  put(mark: Mark): void
  remove(scope: string, keys: readonly string[]): void
  /** Keys of the marks of a scope that are not younger, oldest first. */
  upTo(scope: string, at: string): readonly string[]
  /** Removes the marks of a scope that are older. */
  forget(scope: string, before: string): void
}

/** A record that waits for something another mapping can make. */
export interface Parked {
  readonly mapping: string
  readonly sourceKey: string
  /** `connection.entity` and key of what is waited for; no entity, and the reason, for a condition of the mapping. */
  readonly entity: string
  readonly key: string
  readonly since: string
  readonly deadline: string
  /** The source record, where it cannot be read again. Given by `recordOf` only. */
  readonly record?: unknown
}

export interface ParkedStore {
  /** Replaces by mapping and source key, but keeps the earliest `since` and `deadline`: waiting does not start anew. */
  put(parked: Parked): void
  remove(mapping: string, sourceKeys: readonly string[]): void
  /** Longest waiting first. */
  of(mapping: string): readonly Parked[]
  recordOf(mapping: string, sourceKey: string): unknown
  counts(): ReadonlyMap<string, number>
}

/** A source record that could not be processed. Keeps the source record, so that a retry uses the mapping as it is then. */
export interface DeadLetter {
  readonly mapping: string
  readonly sourceKey: string
  /** The key that a person knows (a SKU), when the record has one. */
  readonly label: string | undefined
  readonly code: string
  readonly message: string
  /** Kept sealed: it may hold personal data. Absent also when the key that opens it is lost. */
  readonly record: unknown
  readonly run: string
  readonly at: string
  /** The step that failed, of a mapping with steps. */
  readonly step?: string
  /** By which the system's own log names the call that failed. */
  readonly requestId?: string
  /** Hash of the mapping's configuration as it was then. */
  readonly configuration?: string
}

/** A dead letter with what its store adds: how often the record failed since it last succeeded, and when first. */
export interface KeptLetter extends DeadLetter {
  readonly attempts: number
  readonly firstAt: string
}

/** Dead letters that say the same: one problem, however many records it has. */
export interface LetterGroup {
  readonly mapping: string
  readonly code: string
  readonly step?: string
  /** What they all say; an ellipsis stands where they differ. */
  readonly message: string
  readonly count: number
  readonly firstAt: string
  readonly lastAt: string
}

export interface LetterChoice {
  readonly mapping?: string | undefined
  readonly code?: string | undefined
  readonly limit: number
}

export interface DeadLetterStore {
  /** One letter per mapping and source key: a newer failure replaces the older. */
  put(letter: DeadLetter): void
  remove(mapping: string, sourceKeys: readonly string[]): void
  get(mapping: string, sourceKey: string): KeptLetter | undefined
  keysOf(mapping: string): readonly string[]
  /** Newest first. */
  list(choice: LetterChoice): readonly KeptLetter[]
  /** One for each thing that is wrong (see `letterGroups`), the most first. */
  groups(choice: LetterChoice): readonly LetterGroup[]
  counts(): ReadonlyMap<string, number>
}

/** An intent: a write that was about to be sent. One that is still open when a run starts has an unknown outcome. */
export interface Intent {
  readonly id: string
  readonly mapping: string
  readonly step: string
  readonly operation: string
  readonly targetKeys: readonly string[]
  /** Fingerprints of the records as they were about to be sent, by target key. */
  readonly fingerprints?: Readonly<Record<string, string>>
  /** `gone`: the write tells the target that the records are gone; `update`: it changes one that a step made or found. */
  readonly purpose?: 'gone' | 'update'
  /** Of a step's write: by which find, and with what value, it is settled. A personal value is there as its hash. */
  readonly natural?: { readonly find: string; readonly value?: string | number | boolean; readonly hash?: string }
  /** Number of the asynchronous job that the target named, once it is known. */
  readonly job?: string
  readonly at: string
}

export interface JournalStore {
  /**
   * Outside a transaction it is durable against a power failure too. Fails with `store-conflict` when the id is in use.
   */
  open(intent: Intent): void
  /** Fails with `store-missing` when the intent is not open. */
  setJob(id: string, job: string): void
  /** Closing what is not open is no failure. */
  close(id: string): void
  /** In the order of opening. */
  pending(mapping: string): readonly Intent[]
}

/** One execution of one or more pipelines. `report` is the JSON that `run --json` prints. */
export interface RunRecord {
  readonly id: string
  readonly startedAt: string
  readonly endedAt?: string
  readonly status: 'running' | 'ok' | 'partial' | 'failed' | 'stopped'
  readonly mappings: readonly string[]
  readonly report?: unknown
}

export interface RunStore {
  start(run: RunRecord): void
  /** Fails with `store-missing` when the run was never started. */
  finish(id: string, endedAt: string, status: RunRecord['status'], report: unknown): void
  /** Newest first, by the order of starting. A store may forget old runs: the SQLite one keeps 10,000. */
  last(limit: number): readonly RunRecord[]
}

/**
 * Secrets of connections, by name: `refreshToken` (the newest of a rotating grant), `accessToken`, and
 * `credential.<name>`. What is stored is sealed with a key that is not in the store.
 */
export interface SecretStore {
  /**
   * Fails when it cannot be opened: `secret-key-lost`, `secret-key-other`, `secret-damaged`, or a code of the key
   * itself (`secret-key-format`, `secret-key-exposed`, `secret-key-unreadable`).
   */
  get(connection: string, name: string): string | undefined
  /**
   * Outside a transaction it is durable against a power failure too: a rotated refresh token cannot be had again. Fails
   * as `get` does while anything is stored that the key of now does not open.
   */
  set(connection: string, name: string, value: string): void
  /** Without a name: all of the connection. Needs no key. */
  remove(connection: string, name?: string): void
  /** Needs no key. In the order of their code points. */
  names(connection: string): readonly string[]
  /** Seals everything with a new key; fails as `get` does, or with `secret-new-key-missing`, and changes nothing then. */
  rotateKey(): KeyRotation
}

/**
 * What identifies a customer's account in a system, by connection: settings that a person answered or a system told,
 * which stand in for those that the project file leaves out. Plain text: nothing secret belongs here.
 */
export interface IdentityStore {
  /** By name; empty when there is none. */
  get(connection: string): Readonly<Record<string, string>>
  /** Adds or replaces by name; the others stay. */
  set(connection: string, values: Readonly<Record<string, string>>): void
  /** Without a name: all of the connection. */
  remove(connection: string, name?: string): void
}

/** Reference data read whole and kept for a while. */
export interface ReferenceStore {
  get(name: string): { readonly at: string; readonly rows: readonly unknown[] } | undefined
  set(name: string, at: string, rows: readonly unknown[]): void
}

/** What the last comparison of both sides of a mapping came to. Holds no personal data. */
export interface Reconciliation {
  readonly mapping: string
  readonly at: string
  /** Only what changed since then was compared. */
  readonly since?: string
  /** Records that were compared. */
  readonly compared: number
  /** Differences by reason. */
  readonly found: Readonly<Record<string, number>>
  readonly repaired: number
  /** Differences that are still there. */
  readonly remaining: number
  /** The first of those that are still there. */
  readonly differences: readonly unknown[]
}

export interface ReconciliationStore {
  /** One for each mapping: the newest. */
  put(reconciliation: Reconciliation): void
  /** By mapping, in the order of their names. */
  all(): readonly Reconciliation[]
}

/** Who works on a pipeline now. A lock whose heartbeat is older than its life is free again. */
export interface LockStore {
  /**
   * Takes the lock, or says who has it. `now` in whole milliseconds. `lifeMs`: how long without a heartbeat it is held;
   * the holder's own counts. Its owner may take it again, which is a heartbeat; `since` is when it was first taken.
   */
  take(
    name: string,
    owner: string,
    now: number,
    lifeMs: number,
  ): { readonly taken: true } | { readonly taken: false; readonly owner: string; readonly since: number }
  /** False when the lock was lost meanwhile. */
  beat(name: string, owner: string, now: number): boolean
  release(name: string, owner: string): void
}

/** What a message brought for one mapping, before it is stored. */
export interface Delivery {
  readonly mapping: string
  /** `connection.event`. */
  readonly event: string
  /** What it is about: deliveries of one mapping and key are processed one after the other, in the order of their coming. */
  readonly key: string
  /** The find by which the key is read; absent: the key itself, or a record that came along. */
  readonly find?: string
  /** The record as it came (JSON), and a hash of it. Both absent for an id, whose current state is read. */
  readonly record?: string
  readonly digest?: string
  readonly receivedAt: string
  /** Not to be taken before. */
  readonly dueAt: string
}

/** A delivery that is not done. */
export interface InboxEntry extends Delivery {
  /** Grows in the order of coming. */
  readonly id: number
  /** How often it was tried in vain. */
  readonly attempts: number
}

/** What became of a delivery: stored; one like it waits already; or the same record waits or is being processed already. */
export type Delivered = 'stored' | 'gathered' | 'duplicate'

/**
 * Messages that were received and not processed yet. Records are personal data: what is at rest is sealed with the key
 * of the secrets, and goes when it has been processed.
 */
export interface InboxStore {
  /**
   * Stores the deliveries of one message, all or none; outside a transaction durable against a power failure too. An id
   * for which one waits already is gathered. A record that is the same as the newest one of its key that is not done is
   * a duplicate; another one is a newer version, and takes the place of those of its key that are held. A record also
   * answers the ids of its key that wait: it is what they would have read.
   */
  put(deliveries: readonly Delivery[]): readonly Delivered[]
  /**
   * Takes what is due, oldest first, one for each key: none whose key is being processed, and no record before an
   * earlier one of its key is done, and none of a message that one of the mappings in `after` has in hand, or can take
   * now. What is taken is not given again, until it is put back.
   */
  take(mapping: string, now: string, limit: number, after?: readonly string[]): readonly InboxEntry[]
  /** When the next one can be taken, as it is `now`; undefined when none waits. It may lie in the past. */
  nextDue(mapping: string, now?: string, after?: readonly string[]): string | undefined
  /** Puts entries back that were taken. `attempts` counts one more. */
  putBack(ids: readonly number[], dueAt: string, attempts: 'same' | 'more'): void
  /** Puts entries back that wait for something else than time; `wake` ends the waiting. One that has a newer version is done. */
  hold(ids: readonly number[], dueAt: string, now: string): void
  /** Makes what is held due. */
  wake(mapping: string, now: string): void
  done(ids: readonly number[], at: string): void
  /** Everything that was taken is put back: after the death of the process that took it. */
  recover(): void
  /** Deletes what was done before. Gives how many. */
  forget(doneBefore: string): number
  /** By mapping: how many are not done, and since when the oldest waits. */
  waiting(): ReadonlyMap<string, { readonly count: number; readonly since: string }>
}

/** When the service last started what a mapping's trigger asks for, so that what was missed is made good. */
export interface ScheduleStore {
  /** ISO 8601; undefined for a trigger that is new. */
  last(mapping: string, trigger: string): string | undefined
  set(mapping: string, trigger: string, at: string): void
}
