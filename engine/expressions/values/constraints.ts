import type { Ajv2020, ErrorObject, ValidateFunction } from 'ajv/dist/2020.js'
import { newAjvWithFormats } from './ajv.ts'
import { type JsonSchema, SchemaError } from './shape.ts'
import { pointer, type ValueProblem, type ValueProblemCode } from './value-problem.ts'

/**
 * One for all schemas: its formats take longer to prepare than an entity's schema. Whether that is a schema at all has been
 * checked where it was read; what cannot be compiled is a SchemaError all the same.
 */
let known: Ajv2020 | undefined

function ajv(): Ajv2020 {
  known ??= newAjvWithFormats({
    allErrors: true,
    strict: false,
    logger: false,
    multipleOfPrecision: 9,
    addUsedSchema: false,
    validateSchema: false,
    // Compiling takes longer than the checks do.
    code: { optimize: false },
  })
  return known
}

/**
 * Checks the rules of a schema that do not bear on its structure: enum, limits, lengths, pattern, format, conditions.
 * Types, required and unknown fields are the writer's own matter; they are taken out of what ajv sees, so that nothing
 * is reported twice.
 *
 * @throws SchemaError
 */
export function compileConstraints(schema: JsonSchema): (value: unknown) => readonly ValueProblem[] {
  const rules = rulesOf(schema)
  if (rules === true) return () => []
  const validate = compiled(rules)
  return (value) => {
    if (validate(value)) return []
    const errors = validate.errors ?? []
    const wholes = errors.filter((error) => COMBINED.has(error.keyword)).map((error) => `${error.schemaPath}/`)
    // What failed within a combination is said by the combination's own error; a failed `then` speaks for its `if`.
    const said = (error: ErrorObject): boolean =>
      error.keyword === 'if' || wholes.some((whole) => error.schemaPath.startsWith(whole))
    return errors.filter((error) => !said(error)).map(problemOf)
  }
}

function compiled(rules: JsonSchema): ValidateFunction {
  try {
    return ajv().compile(rules)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new SchemaError('', `Not a JSON Schema: ${reason}`, 'Correct the keyword that is named.')
  }
}

const COMBINED: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'not'])

/**
 * The schema less type, required and closedness, where they describe the value's structure (and not a condition), and less
 * what rules nothing: most fields of an entity have no rule, and ajv need not look at them.
 */
function rulesOf(schema: JsonSchema): JsonSchema {
  const text = JSON.stringify(schema)
  // Who refers into the middle of the schema needs all of it; `unevaluated…` asks which fields were named at all.
  const whole =
    /"unevaluated(Properties|Items)":|"\$(dynamicRef|anchor|dynamicAnchor)":|"\$ref":"(?!#\/(\$defs|definitions)\/[^/"]*")/.test(
      text,
    )
  return withoutStructure(schema, (kept) => (whole ? kept : withoutIdle(kept)))
}

type Rules = Record<string, unknown>

function withoutStructure(schema: unknown, finish: (kept: Rules) => JsonSchema): JsonSchema {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return true
  const kept: Rules = {}
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'type' || keyword === 'required' || keyword === '$schema' || keyword === '$id') continue
    if (keyword === 'format' && value === 'decimal') continue
    if (keyword === 'properties' || keyword === '$defs' || keyword === 'definitions') {
      kept[keyword] = Object.fromEntries(
        Object.entries(value ?? {}).map(([name, part]) => [name, withoutStructure(part, finish)]),
      )
    } else if (keyword === 'additionalProperties' || keyword === 'items') {
      kept[keyword] = withoutStructure(value, finish)
    } else {
      kept[keyword] = value
    }
  }
  return finish(kept)
}

/** Without what rules nothing; `true` where no rule is left. */
function withoutIdle(kept: Rules): JsonSchema {
  const left = Object.fromEntries(
    Object.entries(kept).filter(
      ([keyword, value]) =>
        !SAYING.has(keyword) &&
        !keyword.startsWith('x-') &&
        !((keyword === 'additionalProperties' || keyword === 'items') && value === true),
    ),
  )
  // Names that are listed are no further ones: that matters where there are rules for those.
  if (left.properties !== undefined && left.additionalProperties === undefined) {
    const ruled = Object.entries(left.properties as Rules).filter(([, rule]) => rule !== true)
    if (ruled.length > 0) left.properties = Object.fromEntries(ruled)
    else delete left.properties
  }
  return Object.keys(left).length === 0 ? true : left
}

/** Keywords that only say something. */
const SAYING: ReadonlySet<string> = new Set([
  'title',
  'description',
  '$comment',
  'examples',
  'default',
  'readOnly',
  'writeOnly',
  'deprecated',
])

function problemOf(error: ErrorObject): ValueProblem {
  const { code, message, advice, path } = describe(error)
  return { code, path: error.instancePath + (path ?? ''), message, advice }
}

interface Description {
  readonly code: ValueProblemCode
  readonly message: string
  readonly advice: string
  /** What is to be added to the path of the value that ajv names. */
  readonly path?: string
}

/** Speaks of the schema's side only: the value may be personal data. */
function describe({ keyword, params }: ErrorObject): Description {
  const { limit } = params
  switch (keyword) {
    case 'enum':
      return { code: 'not-allowed', message: 'is none of the allowed values', advice: allowed(params.allowedValues) }
    case 'const':
      return { code: 'not-allowed', message: 'is not the allowed value', advice: allowed([params.allowedValue]) }
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return outOfRange(params.comparison, limit)
    case 'multipleOf':
      return {
        code: 'out-of-range',
        message: `is not a multiple of ${params.multipleOf}`,
        advice: 'Round it, or correct it in the source.',
      }
    case 'maxLength':
      return {
        code: 'wrong-length',
        message: `is longer than ${limit} characters`,
        advice: `Shorten it, for example with $limitText(…, ${limit}).`,
      }
    case 'minLength':
      return {
        code: 'wrong-length',
        message: `is shorter than ${limit} characters`,
        advice: 'Leave the field out where there is no text, for example with $firstOf(…).',
      }
    case 'minItems':
    case 'maxItems':
    case 'minProperties':
    case 'maxProperties':
      return {
        code: 'wrong-length',
        message: `has ${keyword.startsWith('min') ? 'fewer' : 'more'} than ${limit} entries`,
        advice: 'Change what the mapping puts into it, or keep the record out.',
      }
    case 'uniqueItems':
      return { code: 'not-unique', message: 'holds a value twice', advice: 'Take doubles out with $unique(…).' }
    case 'pattern':
      return {
        code: 'wrong-form',
        message: `does not match ${params.pattern}`,
        advice: 'Bring it into this form in the mapping, or correct it in the source.',
      }
    case 'format':
      return {
        code: 'wrong-form',
        message: `is not a ${params.format}`,
        advice: 'Bring it into this form in the mapping, or correct it in the source.',
      }
    case 'required':
      return missing(params.missingProperty, 'is required here')
    case 'dependentRequired':
      return missing(params.missingProperty, `is required where ${params.property} is given`)
    default:
      return {
        code: 'rule-broken',
        message: `breaks the rule ${keyword} of its schema`,
        advice: "Compare it with the entity's schema and its description.",
      }
  }
}

function missing(field: string, message: string): Description {
  return {
    code: 'missing',
    path: pointer([field]),
    message,
    advice: 'Let the mapping give it, or keep the record out.',
  }
}

export function outOfRange(comparison: string, limit: number): Description {
  return {
    code: 'out-of-range',
    message: `must be ${comparison} ${limit}`,
    advice: 'Correct it in the mapping (for example with $atLeast or $atMost), or keep the record out.',
  }
}

function allowed(values: readonly unknown[]): string {
  const shown = values.slice(0, 12).map((value) => JSON.stringify(value))
  return `Allowed: ${shown.join(', ')}${values.length > shown.length ? ` and ${values.length - shown.length} more` : ''}.`
}
