/**
 * What can be made to go wrong in a stand-in. Each fault is a rule: which calls it hits and how often.
 * A rule is plain JSON, so that the control endpoint takes the same shape as the programme.
 */
export interface FaultRule {
  /** How many calls it hits before it is spent. Absent: every matching call until it is cleared. */
  readonly count?: number
  /** How many matching calls pass unharmed first: `{ after: 3, count: 1 }` breaks the fourth. Default 0. */
  readonly after?: number
  /** Part of the path; `*` stands for anything (`/product-price/*`). Absent: every path. */
  readonly path?: string
  /** The HTTP method, any case. Absent: every method. */
  readonly method?: string
}

export interface FaultRules {
  /** The API's own "too many requests" answer, whatever the quota says. */
  readonly throttle: FaultRule
  /** The access token of the call is treated as expired. */
  readonly expiredToken: FaultRule
  /** The connection is closed before the call is looked at: nothing has happened. */
  readonly dropBefore: FaultRule
  /** The call is carried out and the connection closed instead of an answer: the outcome is unknown to the client. */
  readonly dropAfter: FaultRule
  /** The answer comes late, by so many REAL milliseconds (a client's time-out runs on the real clock). */
  readonly slow: FaultRule & { readonly ms: number }
  /** HTTP 500 with a client's error code, as the APIs are known to answer some client mistakes. */
  readonly clientError: FaultRule & { readonly code?: string; readonly message?: string }
  /** A genuine outage: HTTP 503 with a page of text instead of JSON. */
  readonly outage: FaultRule
  /** A request that names one of these ids fails as a whole, with 400. */
  readonly poisonIds: FaultRule & { readonly ids: readonly number[] }
  /** Searches answer from the state of so many SANDBOX milliseconds ago. */
  readonly staleSearch: FaultRule & { readonly lagMs: number }
  /** An asynchronous job fails as a whole (Connect of the other stand-in), or never ends. */
  readonly failingJob: FaultRule & { readonly message?: string; readonly neverEnds?: boolean }
  /** The token endpoint answers 429. */
  readonly tokenThrottle: FaultRule & { readonly retryAfterSeconds?: number }
  /** HTTP status and headers as usual, but the body ends in the middle of the JSON text. */
  readonly unreadableJson: FaultRule
  /** The call is carried out, but answered with a page of text and this status (default 502). */
  readonly failAfter: FaultRule & { readonly status?: number }
  /** A message to a subscriber is not sent. Here and in the next two the path is the event (`/order.modified`). */
  readonly loseMessage: FaultRule
  /** A message is sent twice. */
  readonly doubleMessage: FaultRule
  /** A message leaves late, by so many REAL milliseconds: those behind it overtake it. */
  readonly delayMessage: FaultRule & { readonly ms: number }
}

export type FaultName = keyof FaultRules

/** Rules to set; `null` clears one, a fault that is not named stays as it is. */
export type FaultSettings = { readonly [Name in FaultName]?: FaultRules[Name] | null }

export interface Faults {
  /**
   * @throws TypeError when a name or a field of a rule is unknown or has the wrong type; nothing is set then.
   */
  set(settings: FaultSettings): void
  clear(): void
  /** The rules in force, without those that are spent. */
  current(): FaultSettings
  /** How many calls each fault has hit since the start. */
  hits(): Readonly<Record<FaultName, number>>
  /** The rule that hits this call, if any; uses up one of its count. Ask once per call. */
  take<Name extends FaultName>(name: Name, call: FaultedCall): FaultRules[Name] | undefined
}

export interface FaultedCall {
  readonly method: string
  readonly path: string
}

type FieldType = 'count' | 'text' | 'number' | 'numbers' | 'boolean'
type Field = readonly [type: FieldType, required?: 'required']

const ruleFields: Readonly<Record<string, Field>> = {
  count: ['count'],
  after: ['count'],
  path: ['text'],
  method: ['text'],
}

const ownFields: Readonly<Record<FaultName, Readonly<Record<string, Field>>>> = {
  throttle: {},
  expiredToken: {},
  dropBefore: {},
  dropAfter: {},
  slow: { ms: ['number', 'required'] },
  clientError: { code: ['text'], message: ['text'] },
  outage: {},
  poisonIds: { ids: ['numbers', 'required'] },
  staleSearch: { lagMs: ['number', 'required'] },
  failingJob: { message: ['text'], neverEnds: ['boolean'] },
  tokenThrottle: { retryAfterSeconds: ['number'] },
  unreadableJson: {},
  failAfter: { status: ['count'] },
  loseMessage: {},
  doubleMessage: {},
  delayMessage: { ms: ['number', 'required'] },
}

export const faultNames = Object.keys(ownFields) as readonly FaultName[]

const isA: Readonly<Record<FieldType, (value: unknown) => boolean>> = {
  count: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  number: (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0,
  numbers: (value) => Array.isArray(value) && value.every((item) => Number.isSafeInteger(item)),
  text: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
}

const saidAs: Readonly<Record<FieldType, string>> = {
  count: 'a whole number from 0',
  number: 'a number from 0',
  numbers: 'a list of whole numbers',
  text: 'a text',
  boolean: 'true or false',
}

interface ArmedRule {
  readonly rule: FaultRule
  readonly matches: (call: FaultedCall) => boolean
  toPass: number
  left: number
}

export function createFaults(settings: FaultSettings = {}): Faults {
  const armed = new Map<FaultName, ArmedRule>()
  const hits = Object.fromEntries(faultNames.map((name) => [name, 0])) as Record<FaultName, number>

  const faults: Faults = {
    set(changes) {
      const checked = Object.entries(changes).map(([name, rule]) => checkRule(name, rule))
      for (const [name, rule] of checked) {
        if (rule) armed.set(name, arm(rule))
        else armed.delete(name)
      }
    },
    clear: () => armed.clear(),
    current: () =>
      Object.fromEntries(
        [...armed]
          .filter(([, { left }]) => left > 0)
          .map(([name, { rule, left, toPass }]) => [
            name,
            { ...rule, ...(Number.isFinite(left) && { count: left }), ...(toPass > 0 && { after: toPass }) },
          ]),
      ) as FaultSettings,
    hits: () => ({ ...hits }),
    take(name, call) {
      const found = armed.get(name)
      if (!found || found.left <= 0 || !found.matches(call)) return undefined
      if (found.toPass > 0) {
        found.toPass -= 1
        return undefined
      }
      found.left -= 1
      hits[name] += 1
      return found.rule as FaultRules[typeof name]
    },
  }
  faults.set(settings)
  return faults
}

function arm(rule: FaultRule): ArmedRule {
  const { path, method } = rule
  const pathPattern = path === undefined ? undefined : patternOf(path)
  return {
    rule,
    matches: (call) =>
      (pathPattern?.test(call.path) ?? true) && (method?.toUpperCase() ?? call.method) === call.method.toUpperCase(),
    toPass: rule.after ?? 0,
    left: rule.count ?? Number.POSITIVE_INFINITY,
  }
}

function patternOf(path: string): RegExp {
  const literal = (text: string) => text.replace(/[\\^$.|?+()[\]{}]/g, '\\$&')
  return new RegExp(path.split('*').map(literal).join('.*'))
}

function checkRule(name: string, rule: unknown): readonly [FaultName, FaultRule | null] {
  const own = Object.hasOwn(ownFields, name) ? ownFields[name as FaultName] : undefined
  if (!own) throw new TypeError(`There is no fault "${name}". Known: ${faultNames.join(', ')}.`)
  if (rule === null || rule === undefined) return [name as FaultName, null]
  if (typeof rule !== 'object' || Array.isArray(rule)) {
    throw new TypeError(`The fault "${name}" takes an object such as { "count": 1 }, or null to clear it.`)
  }
  const fields = { ...ruleFields, ...own }
  for (const [field, value] of Object.entries(rule)) {
    const expected = Object.hasOwn(fields, field) ? fields[field] : undefined
    if (!expected) {
      throw new TypeError(`The fault "${name}" has no field "${field}". Known: ${Object.keys(fields).join(', ')}.`)
    }
    if (value !== undefined && !isA[expected[0]](value)) {
      throw new TypeError(`The field "${field}" of the fault "${name}" must be ${saidAs[expected[0]]}.`)
    }
  }
  for (const [field, [type, required]] of Object.entries(own)) {
    if (required && (rule as Record<string, unknown>)[field] === undefined) {
      throw new TypeError(`The fault "${name}" needs the field "${field}": ${saidAs[type]}.`)
    }
  }
  return [name as FaultName, rule as FaultRule]
}
