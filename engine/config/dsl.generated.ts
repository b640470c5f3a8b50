// Written by generate-types.ts from the JSON Schemas in schemas/. Change those, then run: npm run types

/** An object that the configuration does not describe further. */
export type JsonObject = Readonly<Record<string, unknown>>

/**
 * One customer's project: which systems are connected, which mappings run, and the customer's own tables, options and functions. The only file in which ${VAR} and ${VAR:-default} are read from the environment, and ${file:PATH} from a file.
 */
export interface ProjectFile {
  /**
   * Name of the project, in lower case with hyphens. Reports and the state carry it.
   */
  readonly project: string
  /**
   * A line for people.
   */
  readonly title?: string
  /**
   * The systems by the names that mappings and tables use for them.
   */
  readonly connections: {
    readonly [k: string]: ConnectionEntry
  }
  /**
   * Mapping files, as paths or patterns relative to this file. A project may begin without any: then its connections can be checked.
   */
  readonly mappings: readonly string[]
  /**
   * Table files, as paths or patterns relative to this file.
   */
  readonly tables?: readonly string[]
  /**
   * Values for the options that mappings declare. One name means the same in every mapping that declares it.
   */
  readonly options?: {
    readonly [k: string]: OptionValue
  }
  /**
   * JSONata functions shared by all mappings: $name($x) calls them.
   */
  readonly functions?: {
    readonly [k: string]: string
  }
  /**
   * Where the state is kept: sqlite:PATH, relative to this file.
   */
  readonly store?: string
  readonly service?: ServiceSettings
  /**
   * How long a record may wait for what another mapping makes before it fails.
   */
  readonly parkedFor?: string
  /**
   * How long runs go on asking the target by themselves what became of a write whose answer was lost. After that it is undecided and held until a person retries it.
   */
  readonly undecidedAfter?: string
}

/**
 * What `syncline serve` and `syncline webhooks` need to know of this installation.
 */
export interface ServiceSettings {
  /**
   * Under which address the systems reach the receivers; --public-url replaces it.
   */
  readonly publicUrl?: string
  /**
   * How long a message is kept after it was processed, sealed.
   */
  readonly keepMessages?: string
}

/**
 * A plain value, or a list of them.
 */
export type OptionValue = string | number | boolean | readonly (string | number | boolean)[]

/**
 * A connector with one customer's settings and credentials.
 */
export interface ConnectionEntry {
  /**
   * Path of the connector file, relative to this file.
   */
  readonly connector: string
  /**
   * Values for the settings that the connector declares.
   */
  readonly settings?: {
    readonly [k: string]: string | number | boolean
  }
  /**
   * Secrets, by the names that the connector declares. Take them from the environment or from files, or leave out what syncline connect has saved; they are never written to a log.
   */
  readonly credentials?: {
    readonly [k: string]: string
  }
  /**
   * How much of the account's calls this project may use; the rest is left to others.
   */
  readonly share?: string
}

/**
 * A customer's look-up list. $table(name, key) gives the one row with that key; $rows(name) gives all rows.
 */
export interface TableFile {
  /**
   * Name that expressions use.
   */
  readonly table: string
  /**
   * A line for people.
   */
  readonly title?: string
  /**
   * The column, or columns, that name a row. Two rows with one key are a finding.
   */
  readonly key: string | readonly string[]
  /**
   * What the columns mean. A column that stands here is known to expressions even when no row uses it.
   */
  readonly columns?: {
    readonly [k: string]: string
  }
  /**
   * Columns whose values are ids or codes of a system: `syncline check` proves that each of them exists. A column may hold a list.
   */
  readonly refers?: {
    readonly [k: string]: string
  }
  /**
   * The row for every key that has none. Without it, a key that has no row fails its record.
   */
  readonly default?: Row
  /**
   * The rows. A column that is absent in a row is absent, not null.
   */
  readonly rows: readonly Row[]
}

/**
 * One row: column and cell.
 */
export interface Row {
  readonly [k: string]: Cell
}

/**
 * A text, a number, true or false, or a list of these.
 */
export type Cell = string | number | boolean | readonly (string | number | boolean)[]

/**
 * Which entity becomes which, when, and field by field. A text in an expression position is JSONata; a number, true or false is itself; a text constant is written "'like this'".
 */
export interface MappingFile {
  /**
   * Name of the mapping.
   */
  readonly mapping: string
  /**
   * A line for people.
   */
  readonly title?: string
  /**
   * A mapping file, relative to this one, of which only some parts are said anew here. Entries of options, accept, join, awaits, keep, wait, let, fields, createOnly, needs, ensure, warn and gone replace the base's by name, and null takes one away. A step with the name of one of the base's changes of it what it says anew (its let, fields, createOnly, ensure and warn by name), and others come after the base's. Everything else is taken whole.
   */
  readonly extends?: string
  /**
   * Values that a customer may set in the project file; expressions read them as $options.name.
   */
  readonly options?: {
    readonly [k: string]: OptionDeclaration
  }
  /**
   * The entity that is read.
   */
  readonly from: EntityName
  /**
   * changes: after the first run only what changed since the cursor. all: everything in every run, for entities whose change leaves no mark on the record that is read (stock, prices). new: of what is listed only records of which this mapping has made nothing yet.
   */
  readonly read?: 'changes' | 'all' | 'new'
  /**
   * The option that holds the time at which the mapping's history begins, with its offset: where everything is to be read (a first run, a changed mapping, --full), what changed before is not asked for. Needs a source that can be asked for changes, and no gone. 1970-01-01 is no cut-off.
   */
  readonly cutOff?: string
  /**
   * With read: new. A record is mapped only when a run has listed it so long ago and it still has no link: what comes by message goes first. One that comes by message is mapped at once, and so are all when a person runs the mapping by `syncline run`.
   */
  readonly grace?: string
  /**
   * reason: what must hold for a record to be taken at all, before anything is joined. One for which it does not hold fails with that reason as its code; a message that carries such a record is refused.
   */
  readonly accept?: SaidConditions
  /**
   * Where another mapping writes the same fields of the same target records: the records that are this mapping's. Others are skipped with the reason not-the-owner.
   */
  readonly owns?: string | boolean
  /**
   * join: the mapping that makes what is joined. When the join finds nothing, the record waits for that mapping, up to parkedFor of the project.
   */
  readonly awaits?: {
    readonly [k: string]: string
  }
  /**
   * Instead of to, write and fields: several writes, one after the other, for each source record. What an earlier step made or found is $steps.name in later ones.
   *
   * @minItems 1
   */
  readonly steps?: readonly Step[]
  readonly siblings?: Siblings
  /**
   * Further records, read in batches; expressions read them as $name.
   */
  readonly join?: {
    readonly [k: string]: Join
  }
  /**
   * reason: what must hold. A record for which it does not hold is skipped with that reason.
   */
  readonly keep?: Conditions
  /**
   * reason: what must have come about. A record for which it does not hold yet is parked with that reason, and looked at again by every run; after parkedFor of the project it fails. What it made before stays as it is. Asked after keep.
   */
  readonly wait?: Conditions
  readonly let?: Lets
  /**
   * A list: one target record for each of its items. Below it a bare name reads the item.
   */
  readonly each?: Expression
  /**
   * The entity that is written.
   */
  readonly to?: EntityName
  /**
   * The write of the target entity. With fullFile the whole result of a complete read is one write, and the target takes what is not in it as gone.
   */
  readonly write?: string | WriteOptions
  /**
   * The target's fields that this mapping owns, and where their values come from.
   */
  readonly fields?: Fields
  /**
   * Fields that are written when the target record is made, and never again: the target owns them afterwards.
   */
  readonly createOnly?: Fields
  /**
   * Target records that must exist before this one: entity: the field that holds its key. What is not known is looked up in the target, in batches; what is not there parks the record until another mapping makes it.
   */
  readonly needs?: {
    readonly [k: string]: string
  }
  /**
   * reason: what must hold for a target record. One for which it does not hold fails with that reason as its code. Sees the finished record as $target.
   */
  readonly ensure?: SaidConditions
  /**
   * Like ensure, but only reported.
   */
  readonly warn?: SaidConditions
  readonly gone?: Gone
  /**
   * Mappings that go first in a run, since this one's records need what they make.
   */
  readonly after?: readonly string[]
  /**
   * When the service runs the mapping. `syncline run` runs it at once, whatever stands here.
   */
  readonly triggers?: readonly Trigger[]
  /**
   * What `syncline reconcile` compares between the two sides, beside the records that the mapping writes, which it compares anyway.
   *
   * @minItems 1
   */
  readonly reconcile?: readonly Comparison[]
  /**
   * Whose calls go first when several mappings want the same account's quota: 1 before 9.
   */
  readonly priority?: number
  /**
   * Examples that `syncline test` runs: given a source record, expect target records or an outcome.
   */
  readonly tests?: readonly MappingTest[]
}

/**
 * Records that belong together: when one of them changed, the others are read too and travel with it.
 */
export interface Siblings {
  /**
   * What siblings have in common; absent when a record stands alone.
   */
  readonly by: Expression
  /**
   * The find of the source entity that lists them by that value.
   */
  readonly find: string
}

export interface WriteOptions {
  /**
   * The write of the target entity.
   */
  readonly operation: string
  /**
   * Everything in one write, only after a complete read; what is absent from it the target takes as gone.
   */
  readonly fullFile?: boolean
}

export type EntityName = string

/**
 * JSONata where it is a text; else itself.
 */
export type Expression = string | number | boolean

export interface Conditions {
  readonly [k: string]: string | boolean
}

export interface SaidConditions {
  readonly [k: string]: SaidCondition
}

/**
 * A condition; or one with what is said when it does not hold.
 */
export type SaidCondition = (string | boolean) | ConditionThatSays

export interface ConditionThatSays {
  /**
   * What must hold.
   */
  readonly that: string | boolean
  /**
   * A text for the message when it does not hold: the amounts, the numbers. It may read no field that a schema marks as personal.
   */
  readonly say: string
}

/**
 * Values with a name, in order; expressions below read them as $name.
 */
export interface Lets {
  readonly [k: string]: Expression
}

export interface Fields {
  readonly [k: string]: Field
}

/**
 * An expression, an object of fields, or a list of blocks.
 */
export type Field = Expression | Fields | readonly Block[]

/**
 * One comparison of both sides: records that are read, what is joined to them, and what must hold between the two.
 */
export interface Comparison {
  /**
   * Its name, which differences stand under.
   */
  readonly name: string
  /**
   * The entity that is read; default: the mapping's.
   */
  readonly from?: EntityName
  /**
   * Only what changed in the time before; default: everything. --since of the command line goes before it.
   */
  readonly since?: string
  /**
   * The other side, read in batches; expressions read it as $name.
   */
  readonly join?: {
    readonly [k: string]: Join
  }
  /**
   * reason: which records are compared. Others are left out.
   */
  readonly keep?: Conditions
  readonly let?: Lets
  /**
   * reason: what must hold. One for which it does not hold is a difference with that reason, and with what say gives.
   */
  readonly expect: SaidConditions
  readonly repair?: ComparisonRepair
}

/**
 * The mapping that --repair runs for a record on which the sides differ, and the key of the record that it is run for.
 */
export interface ComparisonRepair {
  /**
   * A mapping of the project.
   */
  readonly mapping: string
  /**
   * Key of that mapping's source entity, or a list of keys. Nothing: this record cannot be repaired.
   */
  readonly key: Expression
}

/**
 * One write, or one look-up, of a source record. With find it looks first and writes only what it does not find.
 */
export interface Step {
  /**
   * Its name: $steps.name in later steps, and in links, reports and dead letters.
   */
  readonly step: string
  /**
   * The step is done only when this holds. Sees the record, joins, lets and $steps.
   */
  readonly if?: string | boolean
  /**
   * A list: one target record for each of its items; below it a bare name reads the item. Needs key.
   */
  readonly each?: Expression
  /**
   * What tells one item of each from another, and stays the same when the record is read again.
   */
  readonly key?: Expression
  readonly let?: Lets
  /**
   * The entity that is looked up or written.
   */
  readonly to: EntityName
  /**
   * How an existing target record is found, in order; the first that finds something wins.
   *
   * @minItems 1
   */
  readonly find?: readonly StepFind[]
  /**
   * The write of the target entity that makes a record. Absent: the step only looks up.
   */
  readonly write?: string
  /**
   * The write that is used when the record exists and its fields have changed. Absent: it stays as it was made.
   */
  readonly update?: string
  /**
   * What is done to a record that find found: it stays as it is, or gets the fields.
   */
  readonly found?: 'keep' | 'update'
  /**
   * Of a step that only looks up and finds nothing. skip: $steps.name is absent. fail: the record fails with step-not-found.
   */
  readonly absent?: 'skip' | 'fail'
  /**
   * stop: later steps are not tried, and the record fails. continue: they are, and the failure is counted under warned as name-failed.
   */
  readonly onFail?: 'stop' | 'continue'
  /**
   * reason: what must hold before anything is sent. Else the record fails with that reason as its code. Sees the fields as $target and, with find, all that the winning find gave as $found.
   */
  readonly ensure?: SaidConditions
  /**
   * Like ensure, but only reported.
   */
  readonly warn?: SaidConditions
  /**
   * The target's fields that this step owns.
   */
  readonly fields?: Fields
  /**
   * Fields that are sent only when the record is made.
   */
  readonly createOnly?: Fields
}

/**
 * One way to find an existing target record.
 */
export interface StepFind {
  /**
   * A find of the target entity; or key: its get.
   */
  readonly by: string
  /**
   * What is looked for. Absent: the next way is tried.
   */
  readonly value: Expression
  /**
   * Of what was found only the records for which this holds count; a bare name reads the found record.
   */
  readonly where?: string | boolean
  /**
   * When several are found: take the first, or fail with step-many-found.
   */
  readonly many?: 'first' | 'fail'
  /**
   * Which is the first: ascending by this value of the found record.
   */
  readonly order?: Expression
}

/**
 * One entry of a list, or one for each item.
 */
export interface Block {
  /**
   * The block counts only when this holds, in the context around it. When no block of a list counts, the field is absent; a list whose blocks yield no entry is an empty list.
   */
  readonly if?: string | boolean
  /**
   * A list: one entry for each item.
   */
  readonly each?: Expression
  readonly let?: Lets
  /**
   * The entry's fields.
   */
  readonly fields: Fields
}

/**
 * Records of an entity that belong to the source record.
 */
export interface Join {
  /**
   * Which entity.
   */
  readonly entity: EntityName
  /**
   * The key, or list of keys, of the joined records.
   */
  readonly by: Expression
  /**
   * Look up through this find of the entity, instead of by its key.
   */
  readonly find?: string
  /**
   * true: $name is a list, of none, one or many. false: $name is one record, or absent.
   */
  readonly many?: boolean
}

/**
 * What a customer may set: a JSON Schema of a plain value.
 */
export interface OptionDeclaration {
  /**
   * The value's type.
   */
  readonly type?: 'string' | 'number' | 'integer' | 'boolean' | 'array'
  /**
   * What a list holds.
   */
  readonly items?: {
    /**
     * Type of each item.
     */
    readonly type?: 'string' | 'number' | 'integer' | 'boolean'
  }
  /**
   * The values that are allowed.
   *
   * @minItems 1
   */
  readonly enum?: readonly (string | number | boolean)[]
  /**
   * The value when the project sets none. Without it the project must set one.
   */
  readonly default?: OptionValue
  /**
   * The least number allowed.
   */
  readonly minimum?: number
  /**
   * The greatest number allowed.
   */
  readonly maximum?: number
  /**
   * A regular expression that a text must match.
   */
  readonly pattern?: string
  /**
   * What it means.
   */
  readonly description: string
  /**
   * Values as they might be set.
   */
  readonly examples?: readonly OptionValue[]
}

/**
 * What is written for a target record that the source yields no more: a dropped child, a record that `keep` now drops, or one that a complete read no longer finds.
 */
export interface Gone {
  /**
   * What is written beside the key. Expressions see the link's target fields.
   */
  readonly fields: Fields
  /**
   * What is written in addition when a record comes back after it was gone.
   */
  readonly restore?: Fields
  /**
   * The breaker: when more than this share of the linked source records would be gone in one run, nothing of it is written and the run says so.
   */
  readonly atMost?: string
  /**
   * So many source records may be gone in one run whatever the share, so that a small catalogue can lose one.
   */
  readonly always?: number
}

/**
 * An event, a pause between runs, or a time.
 */
export interface Trigger {
  /**
   * An event of a connection: the mapping maps the record that it carries, or the records whose ids it carries.
   */
  readonly event?: string
  /**
   * Time between the starts of two runs; a run that takes longer is not overtaken.
   */
  readonly every?: string
  /**
   * Cron expression: minute, hour, day, month, weekday.
   */
  readonly at?: string
  /**
   * The time zone of `at`, by its IANA name.
   */
  readonly timeZone?: string
  /**
   * What this trigger reads; default: as the mapping says.
   */
  readonly read?: 'changes' | 'all' | 'new'
  /**
   * Instead of what changed since the last run, what changed in so long a time before: a second look that catches what messages and earlier runs have left, without reading everything. The cursor stays where it is.
   */
  readonly since?: string
  /**
   * Instead of a run: both sides are compared as `syncline reconcile` does it, and with repair what differs is put right.
   */
  readonly reconcile?: 'compare' | 'repair'
}

/**
 * A source record and what became of it.
 */
export interface TestLink {
  /**
   * The step that made it; a mapping without steps has main.
   */
  readonly step?: string
  /**
   * Key of the source record.
   */
  readonly source: string | number
  /**
   * Key fields of the target record.
   */
  readonly target: JsonObject
}

/**
 * One example.
 */
export interface MappingTest {
  /**
   * What the example shows.
   */
  readonly name: string
  /**
   * Options for this example.
   */
  readonly options?: JsonObject
  /**
   * Rows for this example, by table, instead of the project's.
   */
  readonly tables?: {
    readonly [k: string]: readonly JsonObject[]
  }
  /**
   * Reference data for this example, by connection.entity.
   */
  readonly references?: {
    readonly [k: string]: readonly JsonObject[]
  }
  /**
   * What mappings have made before, for $sourceOf, $targetOf and $linked. Without it everything is linked for $linked, and nothing for the others.
   */
  readonly links?: {
    readonly [k: string]: readonly TestLink[]
  }
  /**
   * The source record as the system answers it, the joined records by the join's name, and what steps come to.
   */
  readonly given: {
    /**
     * The source record.
     */
    readonly record: JsonObject
    /**
     * By step: what the target holds after it, or a list for a step with each. A step that looks up finds this, and without it nothing; a step that writes gives this to later ones, and without it its fields with 1, 2 … as the key that the target makes.
     */
    readonly steps?: {
      readonly [k: string]: JsonObject | readonly JsonObject[]
    }
    readonly [k: string]:
      | (JsonObject | readonly JsonObject[])
      | JsonObject
      | {
          readonly [k: string]: JsonObject | readonly JsonObject[]
        }
      | undefined
  }
  /**
   * The target records (fields that are not named are not compared), or an outcome.
   */
  readonly expect: readonly JsonObject[] | ExpectedOutcome
}

export interface ExpectedOutcome {
  /**
   * The keep reason.
   */
  readonly skipped?: string
  /**
   * The wait reason.
   */
  readonly waits?: string
  /**
   * The code of the failure.
   */
  readonly failed?: string
  /**
   * The warn reasons.
   */
  readonly warned?: readonly string[]
  /**
   * The target records.
   */
  readonly records?: readonly JsonObject[]
  /**
   * By step: the records that it would make or change (fields that are not named are not compared), or what it comes to: found, absent (it looked up and found nothing), skipped (its condition does not hold), or the code that it fails with.
   */
  readonly steps?: {
    readonly [k: string]: string | readonly JsonObject[]
  }
}

/**
 * One system's API: settings, sign-in, limits, errors, entities. No code, no customer data. Before a call expressions see $settings, $credentials, $since, $next, $size, $ids, $input, $record, $records; after a call the context is the answer: status, headers (lower-case names), body.
 */
export interface ConnectorFile {
  /**
   * Name of the connector.
   */
  readonly connector: string
  /**
   * The system's name for people.
   */
  readonly title: string
  /**
   * What an engineer must know of this API.
   */
  readonly notes?: string
  readonly settings?: SettingsDeclaration
  /**
   * The secrets that a connection may give, and what each of them is.
   */
  readonly credentials?: {
    readonly [k: string]: CredentialDeclaration
  }
  /**
   * The ways to sign in. The connection's setting signIn chooses one; with one way there is no choice.
   */
  readonly signIn?: {
    readonly [k: string]: SignInWay
  }
  /**
   * The steps of `syncline connect`, in order. Without it: the settings that are required, the way to sign in and its credentials, authorise where the way needs it, and the check.
   *
   * @minItems 1
   */
  readonly connect?: readonly ConnectStep[]
  readonly http: HttpDefaults
  /**
   * How many calls the account may make. Connections whose scope has the same value share one governor.
   */
  readonly limits?: readonly Limit[]
  /**
   * What an answer means; the first that holds. After them: 2xx is ok, 429 throttled, 401 unauthorized, 5xx retry, anything else failed.
   */
  readonly errors?: readonly ErrorRule[]
  /**
   * The steps of `syncline check`, in order, each with what to do when it fails.
   */
  readonly check?: readonly CheckStep[]
  /**
   * The kinds of record.
   */
  readonly entities: {
    readonly [k: string]: EntityDeclaration
  }
  /**
   * Messages that the system sends to `syncline serve`. Expressions see the message: body (its JSON) and headers (lower-case names), and $settings.
   */
  readonly events?: {
    readonly [k: string]: EventDeclaration
  }
}

/**
 * JSON Schema of what a connection may set.
 */
export interface SettingsDeclaration {
  /**
   * Settings that a connection must give.
   */
  readonly required?: readonly string[]
  /**
   * The settings.
   */
  readonly properties: {
    readonly [k: string]: SettingDeclaration
  }
  /**
   * Settings that contradict each other, found before the first call. A rule whose settings are not all known is not asked.
   */
  readonly rules?: readonly SettingRule[]
}

/**
 * What every request has in common.
 */
export interface HttpDefaults {
  /**
   * Address before each request's path.
   */
  readonly base: Template
  /**
   * Headers of every request.
   */
  readonly headers?: Values
  /**
   * How long an answer may take.
   */
  readonly timeout?: string
  /**
   * The answer's own number, for messages.
   */
  readonly requestId?: Expression
  /**
   * Settings that answers tell, in every way to sign in: each by an expression over status, headers and body of an answer that is ok. What is told is kept in the state and used from then on; what the project file says stands. None with the format uri: an answer does not decide where calls go.
   */
  readonly saves?: Values
}

/**
 * One kind of message. It carries the record itself (`record`), or the ids of what changed (`ids`), which is then read.
 */
export interface EventDeclaration {
  /**
   * A line for people.
   */
  readonly title?: string
  /**
   * The entity whose record, or whose ids, the message carries.
   */
  readonly entity: string
  readonly verify: EventVerification
  /**
   * The record in the message, in the entity's shape.
   */
  readonly record?: Expression
  /**
   * What the message is about: messages with one key are taken one after the other, and a second one with the same record is a duplicate. Default: the entity's key in the record.
   */
  readonly key?: Expression
  /**
   * The ids in the message: a value or a list. They are a hint; the current state is read.
   */
  readonly ids?: Expression
  /**
   * The find of the entity by which the ids are read; default: its get.
   */
  readonly find?: string
  /**
   * How long ids are gathered, so that several messages about one become one action.
   */
  readonly gather?: string
  /**
   * Messages that are not taken; the first that holds. Nothing of them is stored.
   */
  readonly refuse?: readonly Refusal[]
  /**
   * How large a message may be.
   */
  readonly maxBody?: string
  readonly answer?: EventAnswers
  readonly subscribe?: Subscribe
}

/**
 * How a sender proves that it may send: with a name and a password, or with a secret that ends the address.
 */
export interface EventVerification {
  readonly basic?: BasicVerification
  /**
   * Last part of the address, over $credentials and $settings. For systems that can neither sign nor sign in.
   */
  readonly secret?: Expression
}

/**
 * HTTP basic authentication.
 */
export interface BasicVerification {
  /**
   * The name, over $credentials and $settings.
   */
  readonly user: Expression
  /**
   * The password, over $credentials and $settings.
   */
  readonly password: Expression
}

/**
 * What the sender is told, in its own form.
 */
export interface EventAnswers {
  /**
   * The message is kept. Default: 200.
   */
  readonly stored?: EventAnswer
  /**
   * The message is not taken; $reason says why. A body that is too large, no JSON or of another type is told in the same form with its own status (413, 400, 415). Default: 422.
   */
  readonly refused?: EventAnswer
  /**
   * The message cannot be kept now and should come again. Default: 503.
   */
  readonly busy?: EventAnswer
}

/**
 * A message that is not taken.
 */
export interface Refusal {
  /**
   * Condition over body, headers and $settings.
   */
  readonly when: Expression
  /**
   * What it is counted and logged under.
   */
  readonly code: string
  /**
   * Why, for the sender: $reason in the answer.
   */
  readonly say: Expression
}

/**
 * One answer.
 */
export interface EventAnswer {
  /**
   * Its status.
   */
  readonly status: number
  /**
   * Its body, sent as JSON; over the message, $settings, and of a refusal $reason and $code.
   */
  readonly body?: Expression
}

/**
 * How `syncline webhooks` makes the system's subscriptions match. Expressions see $settings, $address (where this event is received) and $base (below which this connection receives).
 */
export interface Subscribe {
  readonly list: SubscriptionList
  /**
   * Whether a listed subscription is the one that this event needs. The context is the subscription.
   */
  readonly same: Expression
  /**
   * Whether a listed subscription points at this installation: only then it may be removed. The context is the subscription.
   */
  readonly ours: Expression
  readonly create: SubscriptionCreate
  readonly remove: SubscriptionRemove
}

/**
 * How the subscriptions that there are are read.
 */
export interface SubscriptionList {
  /**
   * The request.
   */
  readonly request: RequestLine
  /**
   * Its query.
   */
  readonly query?: Values
  /**
   * The subscriptions in the answer.
   */
  readonly records: Expression
}

/**
 * How one is made.
 */
export interface SubscriptionCreate {
  /**
   * The request.
   */
  readonly request: RequestLine
  /**
   * Its body, as JSON.
   */
  readonly body?: Expression
}

/**
 * How one is taken away; $subscription is the listed one.
 */
export interface SubscriptionRemove {
  /**
   * The request.
   */
  readonly request: RequestLine
}

/**
 * Text with {expression} in it; each value is percent-encoded.
 */
export type Template = string

/**
 * Text with {expression} in it.
 */
export type PlainTemplate = string

/**
 * METHOD and path template; the path stands behind http.base.
 */
export type RequestLine = string

/**
 * Name and expression. An entry whose expression gives nothing is left out.
 */
export interface Values {
  readonly [k: string]: Expression
}

/**
 * One setting.
 */
export interface SettingDeclaration {
  /**
   * The value's type. A text from the environment is converted.
   */
  readonly type: 'string' | 'number' | 'integer' | 'boolean'
  /**
   * uri: https, or http on a loopback host. duration: such as 60s.
   */
  readonly format?: 'uri' | 'duration'
  /**
   * The values that are allowed.
   *
   * @minItems 1
   */
  readonly enum?: readonly (string | number)[]
  /**
   * A regular expression that the text must match.
   */
  readonly pattern?: string
  /**
   * The value when the connection sets none.
   */
  readonly default?: string | number | boolean
  /**
   * What it means.
   */
  readonly description: string
  /**
   * Where a person finds it; `syncline connect` says it when it asks.
   */
  readonly where?: string
  /**
   * What `syncline connect` offers, made of other $settings; nothing when one of them is not known.
   */
  readonly suggest?: Expression
  /**
   * Values as they might be set.
   */
  readonly examples?: readonly (string | number | boolean)[]
}

/**
 * Settings that do not go together.
 */
export interface SettingRule {
  /**
   * What does not go together, as a condition over $settings.
   */
  readonly when: Expression
  /**
   * What is wrong.
   */
  readonly say: PlainTemplate
  /**
   * What to do.
   */
  readonly fix: string
}

/**
 * What the secret is: a text, or an object that also says where it is found.
 */
export type CredentialDeclaration =
  | string
  | {
      /**
       * What it is.
       */
      readonly description: string
      /**
       * Where a person finds it; `syncline connect` says it when it asks.
       */
      readonly where?: string
      /**
       * The system shows it once only, when it is made.
       */
      readonly once?: boolean
    }

/**
 * One step of `syncline connect`: what it says, what it asks for, and what it does.
 */
export interface ConnectStep {
  /**
   * Its name, for --again and --json.
   */
  readonly step: string
  /**
   * Its title.
   */
  readonly title: string
  /**
   * Only when this holds of $settings. Without it a step is for every way to sign in.
   */
  readonly if?: Expression
  /**
   * What a person should know or do first.
   */
  readonly say?: string
  /**
   * An address to open, made of $settings.
   */
  readonly link?: PlainTemplate
  readonly paste?: Paste
  /**
   * Settings that it asks for, in order; what the project file sets is not asked.
   */
  readonly settings?: readonly string[]
  /**
   * Credentials that it asks for, in order; of them, those that the chosen way to sign in uses.
   */
  readonly credentials?: readonly string[]
  /**
   * choose: the way to sign in. authorise: a person agrees in the browser, and the answer is exchanged for tokens. verify: the steps of `check`.
   */
  readonly do?: 'choose' | 'authorise' | 'verify'
}

/**
 * One address that a person pastes, and the settings that it tells.
 */
export interface Paste {
  /**
   * What to paste.
   */
  readonly ask: string
  /**
   * One as it might be pasted.
   */
  readonly example?: string
  /**
   * Settings, each by an expression over the address: scheme, host (with its port), path, query (by name). Nothing: the address does not tell it, and it is asked for.
   */
  readonly gives: Values
}

/**
 * How a person agrees in the browser (RFC 6749 §4.1).
 */
export interface Authorise {
  /**
   * The page on which a person agrees.
   */
  readonly address: Template
  /**
   * The redirect address that is registered with the app. On a loopback host `syncline connect` listens on its port, or on a free one when it has none; elsewhere the answer is pasted.
   */
  readonly redirect: Expression
  /**
   * Further parameters of that page.
   */
  readonly query?: Values
  /**
   * With a proof key (RFC 7636, S256).
   */
  readonly pkce?: boolean
}

/**
 * One way to sign in: a token through OAuth 2, or headers alone.
 */
export interface SignInWay {
  /**
   * What this way is.
   */
  readonly title?: string
  /**
   * A plain word on when it is the right one.
   */
  readonly when?: string
  readonly oauth2?: OAuth2
  /**
   * Headers of every request. $token is the token's answer.
   */
  readonly headers: Values
}

/**
 * How a token is fetched.
 */
export interface OAuth2 {
  /**
   * The grant of RFC 6749. authorization_code and refresh_token live on one chain of refresh tokens: its first comes from `syncline connect`, or from refreshToken.
   */
  readonly grant: 'client_credentials' | 'authorization_code' | 'refresh_token'
  /**
   * Address of the token endpoint.
   */
  readonly token: Template
  /**
   * The client's id.
   */
  readonly clientId: Expression
  /**
   * The client's secret; nothing for a public client.
   */
  readonly clientSecret?: Expression
  /**
   * Where client id and secret stand: in the form, or in an Authorization header.
   */
  readonly clientIn?: 'body' | 'basic'
  /**
   * The scope that is asked for.
   */
  readonly scope?: Expression
  /**
   * Further form fields.
   */
  readonly form?: Values
  /**
   * The first refresh token, when it does not come from `syncline connect`.
   */
  readonly refreshToken?: Expression
  /**
   * Each refresh brings a new refresh token: the newest is kept before it is used.
   */
  readonly rotates?: boolean
  readonly authorise?: Authorise
  /**
   * Settings that the token's answer tells, each by an expression over its fields; kept in the state when `syncline connect` has authorised. One with the format uri may come as a host alone.
   */
  readonly saves?: Values
  /**
   * Domains that an address among saves must lie in; without it, the host of the token endpoint. A loopback host is taken only from a token endpoint on a loopback host.
   *
   * @minItems 1
   */
  readonly hosts?: readonly string[]
  readonly limit?: TokenLimit
}

/**
 * How often the token endpoint may be asked.
 */
export interface TokenLimit {
  /**
   * Requests per period.
   */
  readonly requests: number
  /**
   * The period.
   */
  readonly per: string
  /**
   * Requests allowed on top, once.
   */
  readonly burst?: number
}

/**
 * One budget.
 */
export interface Limit {
  /**
   * Whose budget it is.
   */
  readonly scope: Expression
  /**
   * Calls per period.
   */
  readonly requests?: Expression
  /**
   * The period: a duration as a text in quotes, or a setting.
   */
  readonly per?: Expression
  /**
   * Calls left in this period, as an answer reports them.
   */
  readonly remaining?: Expression
  /**
   * Time until the period ends, as an answer reports it.
   */
  readonly resets?: Expression
  /**
   * How long a throttled answer asks to wait; by default the Retry-After header.
   */
  readonly retryAfter?: Expression
  /**
   * Unit of resets.
   */
  readonly unit?: 'ms' | 's'
  /**
   * Calls under way at one time.
   */
  readonly concurrent?: Expression
}

/**
 * What an answer means.
 */
export interface ErrorRule {
  /**
   * Condition over the answer (status, headers, body) and $operation (list, get, find or write).
   */
  readonly when: Expression
  /**
   * ok; empty: no record; throttled: wait, no retry; unauthorized: one new token; split: halve the ids; shrink: halve the page; conflict: someone else wrote; retry: a passing failure; failed: a refusal that a repeat does not change.
   */
  readonly is: 'ok' | 'empty' | 'throttled' | 'unauthorized' | 'split' | 'shrink' | 'conflict' | 'retry' | 'failed'
  /**
   * The failure's code.
   */
  readonly code?: Expression
  /**
   * What the system says. Never personal data.
   */
  readonly say?: Expression
}

/**
 * One step: sign in, a request with an expectation, or the ids that tables name.
 */
export interface CheckStep {
  /**
   * What is checked.
   */
  readonly name: string
  /**
   * credentials: those of the chosen sign-in are present. signIn: a token is given. tables: every id that a table names exists.
   */
  readonly do?: 'credentials' | 'signIn' | 'tables'
  /**
   * A read.
   */
  readonly request?: RequestLine
  /**
   * Its query.
   */
  readonly query?: Values
  /**
   * What must hold for the answer.
   */
  readonly expect?: Expression
  /**
   * What to say of the answer.
   */
  readonly found?: Expression
  /**
   * What to do when it fails.
   */
  readonly fix: string
  /**
   * warning: the check goes on and succeeds.
   */
  readonly severity?: 'error' | 'warning'
  /**
   * Only when this holds of $settings.
   */
  readonly if?: Expression
  /**
   * Entities that need what is checked: the step is left out when no mapping and no table of the project uses one of them. Default: every project needs it.
   *
   * @minItems 1
   */
  readonly for?: readonly string[]
  /**
   * Why it probably failed, by the answer of the call that failed (a token endpoint's too): the first that holds is told before what may be said of any system.
   *
   * @minItems 1
   */
  readonly causes?: readonly CheckCause[]
}

/**
 * A likely cause of a failed step, and what ends it.
 */
export interface CheckCause {
  /**
   * Its name, for monitoring: one of those that every system has (docs/codes.md), or one of its own.
   */
  readonly cause: string
  /**
   * When it holds, over the answer: status, headers (lower-case names), body; and $settings.
   */
  readonly when: Expression
  /**
   * What it is, for people; `{…}` may name what the answer says. Never a secret or personal data.
   */
  readonly say: Template
  /**
   * What to do, and where.
   */
  readonly fix: string
}

/**
 * One kind of record.
 */
export interface EntityDeclaration {
  /**
   * A line for people.
   */
  readonly title?: string
  /**
   * Its closed JSON Schema, as a path relative to this file.
   */
  readonly schema: string
  /**
   * The field, or fields, that name a record.
   */
  readonly key: string | readonly string[]
  /**
   * The key that a person knows, for messages.
   */
  readonly label?: Expression
  /**
   * The find that `--only KEY` uses: by the key that a person knows.
   */
  readonly only?: string
  /**
   * Reference data: read whole and kept so long.
   */
  readonly cache?: string
  /**
   * All records, or those changed since.
   */
  readonly list?: ListRead
  /**
   * Records by key.
   */
  readonly get?: Read
  /**
   * Records by another value: $input, or $ids with a batch.
   */
  readonly find?: {
    readonly [k: string]: Read
  }
  /**
   * Ways to write a record.
   */
  readonly write?: {
    readonly [k: string]: Write
  }
}

/**
 * Where the answer holds the records: an expression, or columns and rows.
 */
export type Records = string | ColumnarRecords

export interface ColumnarRecords {
  /**
   * Names of the columns.
   */
  readonly columns: Expression
  /**
   * Rows, each a list in the order of the columns.
   */
  readonly rows: Expression
}

/**
 * All records of an entity, page by page. Either a request of its own, or `over` another entity whose records hold the ids.
 */
export interface ListRead {
  /**
   * List this entity instead, and get the records by the ids that it holds.
   */
  readonly over?: string
  /**
   * The id, in a record of `over`.
   */
  readonly ids?: Expression
  /**
   * The request of one page.
   */
  readonly request?: RequestLine
  /**
   * Its query: $next is absent on the first page; $size is the page size.
   */
  readonly query?: Values
  /**
   * Its headers.
   */
  readonly headers?: Values
  /**
   * Its body.
   */
  readonly body?: Expression
  /**
   * Records on a page, as $size; halved when an answer says shrink.
   */
  readonly size?: number
  /**
   * Where the answer holds the records.
   */
  readonly records?: Records
  /**
   * How one record of the answer becomes the entity's shape, where the two differ. $answer is the whole answer, for what it holds beside the records.
   */
  readonly as?: Expression
  /**
   * The value for the next request; nothing ends the list.
   */
  readonly next?: Expression
  /**
   * The address of the next page; must be of the same host. Nothing ends the list.
   */
  readonly follow?: Expression
  /**
   * How to ask only for what changed since $since: query entries that are added or replace those above ($query). Several: each is a read of its own, united by key, for systems whose change time is empty until the first change.
   *
   * @minItems 1
   */
  readonly since?: readonly Values[]
  /**
   * How far before the cursor the next read starts.
   */
  readonly overlap?: string
  /**
   * How often the list may be read as a whole, at the most: schedules that read everything, or a list without `since`, may not be closer.
   */
  readonly floor?: string
}

/**
 * Records by ids, or by another value.
 */
export interface Read {
  /**
   * entity.find: find there, and get the records by the ids that it holds.
   */
  readonly over?: string
  /**
   * The id, in a record of `over`.
   */
  readonly ids?: Expression
  /**
   * The request.
   */
  readonly request?: RequestLine
  /**
   * Its query.
   */
  readonly query?: Values
  /**
   * Its headers.
   */
  readonly headers?: Values
  /**
   * Its body.
   */
  readonly body?: Expression
  /**
   * So many ids in one request, sorted ascending, as the list $ids. With 1, $input is the value.
   */
  readonly batch?: number
  /**
   * Where the answer holds the records.
   */
  readonly records?: Records
  /**
   * How one record of the answer becomes the entity's shape. $answer is the whole answer, for what it holds beside the records.
   */
  readonly as?: Expression
  /**
   * Which of the records count, where the system's comparison is wider than ours: a condition over the record, with $input.
   */
  readonly where?: Expression
  /**
   * Which of the asked values a record answers, for a find with a batch.
   */
  readonly by?: Expression
  /**
   * The value for the next page's request.
   */
  readonly next?: Expression
  /**
   * The address of the next page; must be of the same host.
   */
  readonly follow?: Expression
  /**
   * Not every installation of the system has this read. Where it is refused, a write that makes records is sent without having looked; what became of a lost answer stays open, and nothing is taken as missing.
   */
  readonly optional?: boolean
  /**
   * How long a search may lag behind a write: nothing found counts only after this.
   */
  readonly settles?: string
}

/**
 * One way to write records.
 */
export interface Write {
  /**
   * The request.
   */
  readonly request: RequestLine
  /**
   * Its query.
   */
  readonly query?: Values
  /**
   * Its headers. $owned: what `owned` says of this batch; $full: true for a full file.
   */
  readonly headers?: Values
  /**
   * Its body: by default $record, or $items with a batch.
   */
  readonly body?: Expression
  /**
   * So many items in one request: a number, or a setting.
   */
  readonly batch?: Expression
  /**
   * So many batches under way at one time: a number, or a setting.
   */
  readonly concurrent?: Expression
  /**
   * Records with the same value in this field go in one item, in one request.
   */
  readonly together?: string
  /**
   * How an item of the body is made: with `together` from $records, else from $record.
   */
  readonly item?: Expression
  /**
   * For systems that are told which fields to write: list: field: the name to put into the list when the field is present. Batches are cut so that all their records have the same fields. A field of createOnly goes by its createOnly name.
   */
  readonly owned?: {
    readonly [k: string]: {
      readonly [k: string]: string | OwnedName
    }
  }
  /**
   * The new record's key, in the answer: a value, or an object of the key fields where there are several.
   */
  readonly id?: Expression
  /**
   * Whether the answer says that the record is new.
   */
  readonly created?: Expression
  /**
   * Whether this write can only make records, and not change one: what the target has already is taken as it is, and nothing is sent for it.
   */
  readonly makesOnly?: boolean
  /**
   * Whether this write has a full-file mode ($full).
   */
  readonly fullFile?: boolean
  /**
   * When the same write may be sent again after an unknown outcome. safe: it is an upsert of absolute values. harmless: a second one does no harm. never: it is shown as undecided. by: only when this find says that the record is absent.
   */
  readonly repeat: ('safe' | 'harmless' | 'never') | RepeatBy
  /**
   * Items that the answer refuses at once: a list of { position (from 1), say }, or { say } where no position is given.
   */
  readonly refused?: Expression
  /**
   * The write is done later: how to follow it.
   */
  readonly job?: Job
  /**
   * How to find out whether a record was applied, when nothing else says it.
   */
  readonly readBack?: ReadBack
}

export interface OwnedName {
  /**
   * The name when the mapping owns the field.
   */
  readonly update?: string
  /**
   * The name when the field is createOnly.
   */
  readonly createOnly?: string
}

export interface RepeatBy {
  /**
   * A find of this entity.
   */
  readonly by: string
  /**
   * What is looked for, over the record that is sent. Default: its field of the find's name.
   */
  readonly value?: Expression
}

/**
 * An asynchronous write.
 */
export interface Job {
  /**
   * The job's number, in the answer.
   */
  readonly id: Expression
  readonly poll: JobPoll
  /**
   * Whether the job has ended.
   */
  readonly done: Expression
  /**
   * Whether it ended as it should. Otherwise every row that the log does not explain is read back.
   */
  readonly ok: Expression
  /**
   * How many rows were written, as its state tells, where one row is written for each record: when there are fewer than were sent and the log does not say why, the rest is read back.
   */
  readonly applied?: Expression
  /**
   * How many rows failed, as its state tells: when the log explains fewer, the rest is read back.
   */
  readonly failures?: Expression
  readonly log?: JobLog
  readonly row?: JobRow
}

/**
 * How to ask for the job's state.
 */
export interface JobPoll {
  /**
   * The request; $job is the number.
   */
  readonly request: RequestLine
  /**
   * Its query.
   */
  readonly query?: Values
  /**
   * Longest pause between two polls; the first ones are shorter.
   */
  readonly every?: string
  /**
   * When to give up; the outcome is then read back or undecided.
   */
  readonly for?: string
}

/**
 * What the job says of single rows; always read.
 */
export interface JobLog {
  /**
   * The request.
   */
  readonly request: RequestLine
  /**
   * Its query.
   */
  readonly query?: Values
  /**
   * The entries that matter.
   */
  readonly rows: Expression
}

/**
 * What one entry of the log means. The context is the entry.
 */
export interface JobRow {
  /**
   * The row as an object, when it can be read: its key fields name the record.
   */
  readonly record?: Expression
  /**
   * The row as a text, when it may be cut: the record whose key fields all stand in it is meant, if it is one.
   */
  readonly text?: Expression
  /**
   * What the system says.
   */
  readonly say?: Expression
  /**
   * 'failed', 'warned' when the record was written all the same, 'doubted' when it must be read back, or 'absent' when something that it needs is not there.
   */
  readonly is: Expression
  /**
   * The failure's code.
   */
  readonly code?: Expression
}

/**
 * Ask the target by key.
 */
export interface ReadBack {
  /**
   * A find of this entity, or entity.find.
   */
  readonly find: string
  /**
   * The record's field whose value is looked for.
   */
  readonly by: string
  /**
   * Whether the written $record stands in the $found records. $reference(entity, field, value) reads reference data.
   */
  readonly applied: Expression
}
