import type { SettingDeclaration } from '../config/dsl.generated.ts'
import type { Formula, TextFormula } from '../config/expression-compiler.ts'
import type { StaticType } from '../expressions/static-type.ts'
import type { JsonSchema, Reader, Writer } from '../expressions/values/index.ts'
import type { PersonalFields } from '../redaction/personal.ts'
import type { CompiledAuthorise, CompiledConnect } from './compiled-connect.ts'
import type { CompiledRequest, CompiledValues } from './compiled-request.ts'

/** A connector file made ready to be run for one connection. Plain data and formulas; it holds no state. */
export interface CompiledConnector extends CompiledConnect {
  readonly name: string
  readonly title: string
  readonly entities: ReadonlyMap<string, CompiledEntity>
  readonly signIn: ReadonlyMap<string, CompiledSignIn>
  readonly http: {
    readonly base: TextFormula
    readonly headers: CompiledValues
    readonly timeoutMs: number
    readonly requestId: Formula | undefined
    /** Settings that every answer tells. */
    readonly saves: CompiledValues
  }
  /** As the connector file declares them. */
  readonly settings: Readonly<Record<string, SettingDeclaration>>
  readonly limits: readonly CompiledLimit[]
  readonly errors: readonly CompiledErrorRule[]
  readonly check: readonly CompiledCheckStep[]
  readonly events: ReadonlyMap<string, CompiledEvent>
}

/** A kind of message that the system sends. Formulas see body and headers of the message, and $settings. */
export interface CompiledEvent {
  readonly name: string
  readonly title: string | undefined
  readonly entity: CompiledEntity
  readonly verify:
    | { readonly kind: 'basic'; readonly user: Formula; readonly password: Formula }
    | { readonly kind: 'secret'; readonly secret: Formula }
  /** The record itself, or the ids of what is to be read. */
  readonly takes:
    | { readonly kind: 'record'; readonly record: Formula; readonly key: Formula | undefined }
    | { readonly kind: 'ids'; readonly ids: Formula; readonly find: string | undefined }
  readonly refuse: readonly { readonly when: Formula; readonly code: string; readonly say: Formula }[]
  readonly maxBytes: number
  readonly gatherMs: number
  readonly answer: Readonly<Record<'stored' | 'refused' | 'busy', CompiledAnswer>>
  readonly subscribe: CompiledSubscribe | undefined
  /** Names of the credentials that `verify` reads. */
  readonly credentials: ReadonlySet<string>
}

export interface CompiledAnswer {
  readonly status: number
  readonly body: Formula | undefined
}

/** How the system's subscriptions are listed, told apart, made and taken away. */
export interface CompiledSubscribe {
  readonly list: CompiledRequest
  readonly records: Formula
  readonly same: Formula
  readonly ours: Formula
  readonly create: CompiledRequest
  readonly remove: CompiledRequest
}

export interface CompiledSignIn {
  readonly name: string
  readonly title: string | undefined
  /** When it is the right one. */
  readonly when: string | undefined
  readonly oauth2: CompiledOAuth2 | undefined
  readonly headers: CompiledValues
  /** Names of the credentials that this way needs. */
  readonly credentials: ReadonlySet<string>
  /** Names of all credentials that it reads, among them those that may be left out. */
  readonly reads: ReadonlySet<string>
}

export interface CompiledOAuth2 {
  readonly grant: 'client_credentials' | 'authorization_code' | 'refresh_token'
  readonly token: TextFormula
  readonly clientId: Formula
  readonly clientSecret: Formula | undefined
  readonly clientIn: 'body' | 'basic'
  readonly scope: Formula | undefined
  readonly form: CompiledValues
  readonly refreshToken: Formula | undefined
  readonly rotates: boolean
  readonly authorise: CompiledAuthorise | undefined
  /** Settings that the token's answer tells. */
  readonly saves: CompiledValues
  /** Domains that an address among them must lie in. */
  readonly hosts: readonly string[] | undefined
  readonly limit: { readonly requests: number; readonly perMs: number; readonly burst: number } | undefined
}

export interface CompiledLimit {
  readonly scope: Formula
  readonly requests: Formula | undefined
  readonly per: Formula | undefined
  readonly remaining: Formula | undefined
  readonly resets: Formula | undefined
  readonly retryAfter: Formula | undefined
  /** Milliseconds in one unit of `resets`. */
  readonly unitMs: number
  readonly concurrent: Formula | undefined
}

export type Meaning =
  | 'ok'
  | 'empty'
  | 'throttled'
  | 'unauthorized'
  | 'split'
  | 'shrink'
  | 'conflict'
  | 'retry'
  | 'failed'

export interface CompiledErrorRule {
  readonly when: Formula
  readonly is: Meaning
  readonly code: Formula | undefined
  readonly say: Formula | undefined
}

export interface CompiledCheckStep {
  readonly name: string
  readonly do: 'credentials' | 'signIn' | 'tables' | undefined
  readonly request: CompiledRequest | undefined
  readonly expect: Formula | undefined
  readonly found: Formula | undefined
  readonly fix: string
  readonly severity: 'error' | 'warning'
  readonly if: Formula | undefined
  /** Entities for which it is needed; empty: always. */
  readonly for: readonly string[]
  readonly causes: readonly CompiledCause[]
}

/** Why a step probably failed, by the answer of its last call. */
export interface CompiledCause {
  readonly cause: string
  readonly when: Formula
  readonly say: TextFormula
  readonly fix: string
}

export interface CompiledEntity {
  readonly name: string
  readonly schema: JsonSchema
  /** A record as expressions see it. */
  readonly type: StaticType
  readonly keyFields: readonly string[]
  readonly reader: Reader
  readonly writer: Writer
  /** Fields that are emptied in the target when a mapping that owns them gives nothing (`x-absent: clears`). */
  readonly clears: ReadonlySet<string>
  /** Fields whose values must exist in reference data of the same connection: JSON path of the field, entity and field. */
  readonly refers: readonly Reference[]
  /** Fields that are personal data (`x-personal: true`). */
  readonly personal: PersonalFields
  readonly label: Formula | undefined
  readonly only: string | undefined
  readonly cacheMs: number | undefined
  readonly list: CompiledList | undefined
  readonly get: CompiledRead | undefined
  readonly finds: ReadonlyMap<string, CompiledRead>
  readonly writes: ReadonlyMap<string, CompiledWrite>
}

export interface Reference {
  readonly path: readonly string[]
  readonly entity: string
  readonly field: string
}

export type CompiledRecords =
  | { readonly kind: 'list'; readonly list: Formula }
  | { readonly kind: 'columnar'; readonly columns: Formula; readonly rows: Formula }

export interface CompiledPaging {
  readonly next: Formula | undefined
  readonly follow: Formula | undefined
}

/** Where records are not read by a request of their own, but through another entity whose records hold the ids. */
export interface CompiledOver {
  readonly entity: string
  readonly find: string | undefined
  readonly ids: Formula
}

export interface CompiledList extends CompiledPaging {
  readonly over: CompiledOver | undefined
  readonly request: CompiledRequest | undefined
  readonly size: number | undefined
  readonly records: CompiledRecords | undefined
  readonly as: Formula | undefined
  readonly since: readonly CompiledValues[]
  readonly overlapMs: number
  /** How often everything may be read, at the most. */
  readonly floorMs: number
}

export interface CompiledRead extends CompiledPaging {
  readonly name: string
  readonly over: CompiledOver | undefined
  readonly request: CompiledRequest | undefined
  readonly batch: number
  readonly records: CompiledRecords | undefined
  readonly as: Formula | undefined
  readonly where: Formula | undefined
  readonly by: Formula | undefined
  readonly settlesMs: number
  /** Not every installation has it: a refusal before a record is made is no reason not to make it. */
  readonly optional: boolean
}

export interface CompiledWrite {
  readonly name: string
  readonly request: CompiledRequest
  /** Whether a request holds a list of items, however many. */
  readonly batched: boolean
  readonly batch: Formula
  readonly concurrent: Formula
  readonly together: string | undefined
  readonly item: Formula | undefined
  /** List of names, field path, and the name to put into the list. */
  readonly owned: readonly OwnedField[]
  readonly id: Formula | undefined
  readonly created: Formula | undefined
  /** It makes records and changes none: one that the target has is taken as it is. */
  readonly makesOnly: boolean
  readonly fullFile: boolean
  readonly repeat: 'safe' | 'harmless' | 'never' | RepeatBy
  readonly refused: Formula | undefined
  readonly job: CompiledJob | undefined
  readonly readBack:
    | { readonly entity: string; readonly find: string; readonly by: string; readonly applied: Formula }
    | undefined
}

/** The natural key of a write: the find that tells whether it was done, and what it looks for. */
export interface RepeatBy {
  readonly by: string
  /** Over the record that is sent; undefined: its field of the find's name. */
  readonly value: Formula | undefined
}

export interface OwnedField {
  readonly list: string
  readonly path: readonly string[]
  readonly update: string | undefined
  readonly createOnly: string | undefined
}

export interface CompiledJob {
  readonly id: Formula
  readonly poll: CompiledRequest
  readonly everyMs: number
  readonly forMs: number
  readonly done: Formula
  readonly ok: Formula
  readonly failures: Formula | undefined
  readonly applied: Formula | undefined
  readonly log: { readonly request: CompiledRequest; readonly rows: Formula } | undefined
  readonly row:
    | {
        readonly record: Formula | undefined
        readonly text: Formula | undefined
        readonly say: Formula | undefined
        readonly is: Formula
        readonly code: Formula | undefined
      }
    | undefined
}
