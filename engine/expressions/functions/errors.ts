import { EvaluationError } from '../function-definition.ts'

/** The codes that the functions of this folder add to those of every function call (absent argument, wrong type). */
export const functionErrorCodes = {
  'too-many-places': {
    when: 'run',
    means: 'A number has more decimals than its text is to have; it is not rounded in silence.',
    todo: 'Round it by name first: $roundHalfUp(x, places).',
  },
  'out-of-range': {
    when: 'run',
    means: 'A calculated value is too large, or too near to 0, for a number or a date.',
    todo: 'Look for a wrong figure in the record, or for a wrong unit in the mapping.',
  },
  'division-by-zero': {
    when: 'run',
    means: 'The divisor is 0.',
    todo: 'Say what is meant then: b = 0 ? … : $div(a, b, places).',
  },
  'unknown-currency': {
    when: 'run',
    means: 'The currency code is not one of ISO 4217.',
    todo: 'Correct it in the source, or translate it with a table.',
  },
  'empty-list': {
    when: 'run',
    means: 'A list is empty where at least one value is needed.',
    todo: 'Say what is meant then: $exists(list) ? … : ….',
  },
  'no-ascii-form': {
    when: 'run',
    means: 'A text holds letters that cannot be written as ASCII letters, or has no letter and digit at all.',
    todo: 'Name a code for it in a table.',
  },
  'not-an-iso-time': {
    when: 'run',
    means: 'A text is not a date or time as ISO 8601 writes it, or has no offset from UTC where one is needed.',
    todo: 'Correct it in the source, or convert it with $toMillis and the picture of the text.',
  },
} as const

export type FunctionErrorCode =
  | keyof typeof functionErrorCodes
  | 'absent-argument'
  | 'argument-count'
  | 'wrong-argument-type'
  | 'wrong-argument'
  | 'too-many-digits'
  | 'not-a-number'

/** An error that names the function and, in its text, the parameter; never a value of the record. */
export function failure(functionName: string, code: FunctionErrorCode, text: string): EvaluationError {
  return new EvaluationError(code, `$${functionName}: ${text}`)
}
