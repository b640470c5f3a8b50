import { EvaluationError } from './function-definition.ts'

/**
 * Turns what the interpreter throws into an EvaluationError. JSONata's own messages embed the values that it could
 * not work with, which may be somebody's name or address: only its code is kept, with a text of ours.
 */
export function evaluationFailure(cause: unknown, source: string): EvaluationError {
  if (cause instanceof EvaluationError) return cause
  if (cause instanceof RangeError) return failure('expression-depth', 'nests too deeply', source)
  const { code, message } = (typeof cause === 'object' && cause !== null ? cause : {}) as Record<string, unknown>
  if (code === 'D3137' || code === 'D3141') return raised(message, source)
  const known = typeof code === 'string' && Object.hasOwn(jsonataFailures, code) ? jsonataFailures[code] : undefined
  if (known) return failure(known[0], known[1], source)
  return failure('expression-failed', typeof code === 'string' ? `fails (JSONata ${code})` : 'fails', source)
}

/** One line that names the expression, so that the record's reason can be understood without its data. */
export function failure(code: string, what: string, source: string): EvaluationError {
  return new EvaluationError(code, `The expression ${what}: ${shorten(source)}`)
}

export function shorten(source: string): string {
  const line = source.replace(/\s+/g, ' ').trim()
  return line.length > 160 ? `${line.slice(0, 157)}...` : line
}

/** A message that stands in the expression's text is the author's; one put together at run time may hold data. */
function raised(message: unknown, source: string): EvaluationError {
  const own = typeof message === 'string' && message !== '' && source.includes(message)
  return failure('raised', own ? `says "${message}"` : 'raised an error of its own', source)
}

const operand = 'wrong-operand'
const argument = 'wrong-argument-type'
const badArgument = 'wrong-argument'

const jsonataFailures: Readonly<Record<string, readonly [code: string, what: string]>> = {
  D1001: ['not-a-number', 'gives a number out of range (a division by zero?)'],
  D3001: ['not-a-number', 'makes a text of a number out of range (a division by zero?)'],
  D1002: [operand, 'negates something that is not a number'],
  D1004: ['expression-failed', 'has a regular expression that matches the empty text'],
  D1009: ['expression-failed', 'gives two fields of one object the same name'],
  D1011: ['expression-depth', 'nests deeper than its limit (a function that calls itself without an end?)'],
  D1012: ['expression-timeout', 'takes more steps than its limit'],
  D1013: ['expression-failed', 'uses a field name that JSONata keeps for itself'],
  D2014: ['expression-items', 'makes a range with more members than its limit'],
  D2015: ['expression-items', 'makes a list with more members than its limit'],
  D3010: [badArgument, 'calls $replace with an empty text to look for'],
  D3011: [badArgument, 'calls $replace with a negative limit'],
  D3012: [argument, 'calls $replace with a replacement that is not a text'],
  D3020: [badArgument, 'calls $split with a negative limit'],
  D3030: ['not-a-number', 'calls $number with something that is not a number'],
  D3040: [badArgument, 'calls $match with a negative limit'],
  D3050: [argument, 'calls $reduce with a function of fewer than two parameters'],
  D3060: ['not-a-number', 'takes the square root of a negative number'],
  D3061: ['not-a-number', 'raises to a power beyond what a number can hold'],
  D3070: [argument, 'calls $sort with neither texts nor numbers; it needs a function that compares'],
  D3100: [badArgument, 'calls $formatBase with a base that is not between 2 and 36'],
  D3110: ['not-a-time', 'calls $toMillis with a text that is not a time'],
  D3136: ['not-a-time', 'calls $toMillis with a picture that does not make a time'],
  D3138: ['not-exactly-one', 'calls $single and finds several'],
  D3139: ['not-exactly-one', 'calls $single and finds none'],
  D3140: [badArgument, 'calls a URL function with a text that it cannot convert'],
  T0410: [argument, 'calls a function with an argument of the wrong type, or with too many'],
  T0411: [argument, 'calls a function without an argument, and the value in hand is of the wrong type for it'],
  T0412: [argument, 'calls a function with a list whose members are of the wrong type'],
  T1003: [operand, 'gives a field of an object a name that is not a text'],
  T1005: [operand, 'calls something that is not a function'],
  T1006: [operand, 'calls something that is not a function'],
  T1007: [operand, 'calls something that is not a function'],
  T1008: [operand, 'calls something that is not a function'],
  T1010: [argument, 'uses something as a pattern that is none'],
  T2001: [operand, 'calculates with something that is not a number (left side)'],
  T2002: [operand, 'calculates with something that is not a number (right side)'],
  T2003: [operand, 'makes a range from something that is not a whole number'],
  T2004: [operand, 'makes a range to something that is not a whole number'],
  T2006: [operand, 'applies with ~> something that is not a function'],
  T2007: [operand, 'sorts texts and numbers together'],
  T2008: [operand, 'sorts by something that is neither a text nor a number'],
  T2009: [operand, 'compares a text with a number'],
  T2010: [operand, 'compares with < or > something that is neither a text nor a number'],
  T2011: [operand, 'updates with something that is not an object'],
  T2012: [operand, 'deletes by something that is not a text'],
}
