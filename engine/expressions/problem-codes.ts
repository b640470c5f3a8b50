/**
 * Every code that this folder gives: as a finding in an expression's text (`when: 'check'`), or as the code of an
 * `EvaluationError` that fails a record (`when: 'run'`). Functions of the library add their own through
 * `FunctionDefinition.check` and `EvaluationError`.
 */
export interface CodeEntry {
  readonly when: 'check' | 'run'
  readonly means: string
  readonly todo: string
}

export const problemCodes = {
  'expression-syntax': {
    when: 'check',
    means: 'The text is not JSONata.',
    todo: 'Correct the text at the place shown; the message says what was expected there.',
  },
  'expression-too-complex': {
    when: 'check',
    means: 'The text is nested too deeply to be read or checked.',
    todo: 'Divide it into several lets.',
  },
  'unknown-field': {
    when: 'check',
    means: 'A path names a field that the schema does not have; JSONata would answer nothing, in silence.',
    todo: 'Write the name of the schema; for a text put it in quotes, for a join or a let write a dollar sign before it.',
  },
  'unknown-variable': {
    when: 'check',
    means: 'There is no join, let, option, table or other variable of this name here.',
    todo: 'Correct the name, or define it before this expression.',
  },
  'unknown-function': {
    when: 'check',
    means: 'There is no function of this name.',
    todo: 'Correct the name; functions are written with a dollar sign.',
  },
  'not-a-function': {
    when: 'check',
    means: 'Something is called that is not a function.',
    todo: 'Call a function, or leave the brackets away.',
  },
  'out-of-reach': {
    when: 'check',
    means: 'Inside [ ], .( ) or an each a bare name reads another record than the one that has this field.',
    todo: 'Write the record that is meant, such as $record.name.',
  },
  'may-be-absent': {
    when: 'check',
    means:
      'An operator or function of JSONata works on what may be absent, and would answer nothing or false in silence.',
    todo: 'Say what absent means: $default(x, …), $exists(x) ? … : …, $exists(x) and …, or $total(list).',
  },
  'list-compared': {
    when: 'check',
    means: 'A list is compared with one value: never equal for none or many.',
    todo: 'Write `value in list`, take one with [0], or count with $count(list[…]).',
  },
  'list-as-value': {
    when: 'check',
    means: 'A list is used where one value is needed: that works for one and fails for none or many.',
    todo: 'Take one value with [0] or $firstOf, or join the list with $join or $total.',
  },
  'list-in-list': {
    when: 'check',
    means: 'A list of lists: JSONata flattens one that holds a single list.',
    todo: 'Make objects that hold the inner lists, or flatten on purpose with .( … ).',
  },
  'exists-of-list': {
    when: 'check',
    means: '$exists of a list is always true, since a list is there for none as well.',
    todo: 'Write $count(list) > 0.',
  },
  'not-a-condition': {
    when: 'check',
    means: 'A condition must be exactly true or false.',
    todo: 'Compare, or write $exists(x).',
  },
  'constant-condition': {
    when: 'check',
    means: 'This condition is always the same.',
    todo: 'Remove it, or compare what was meant.',
  },
  'comparison-of-types': {
    when: 'check',
    means: 'Two values are compared that can never be equal or have no order.',
    todo: 'Convert one of them with $number or $string, or correct the text to one that occurs.',
  },
  'compared-with-null': {
    when: 'check',
    means: 'Null is removed on reading, so nothing ever equals it.',
    todo: 'Write $not($exists(x)), or $exists(x).',
  },
  'wrong-type': {
    when: 'check',
    means: 'An argument or operand can never be of the type that is needed here.',
    todo: 'Convert it, or use another function or operator.',
  },
  'wrong-number-of-arguments': {
    when: 'check',
    means: 'The function takes fewer or more arguments.',
    todo: 'Write the arguments as the message lists them.',
  },
  'field-twice': {
    when: 'check',
    means: 'An object that is written out has one field twice.',
    todo: 'Remove one of the two.',
  },
  'forbidden-function': {
    when: 'check',
    means:
      'The function gives another answer each time or runs text as code, so a run could not be repeated or checked.',
    todo: 'The clock is $run.startedAt; the other forbidden functions have no substitute.',
  },
  'half-even-rounding': {
    when: 'check',
    means: '$round of JSONata rounds half to even: $round(2.5) is 2.',
    todo: 'Write $roundHalfUp(x, digits).',
  },
  'inexact-arithmetic': {
    when: 'check',
    means: 'Binary arithmetic is not exact on decimals: 0.1 + 0.2 is not 0.3.',
    todo: 'Write $add, $sub, $mul, $div or $total.',
  },
  'group-by-constant': {
    when: 'check',
    means: 'list{ … } groups the members by name, and these names are the same for all.',
    todo: 'Write list.{ … } for one object of each.',
  },
  'unbounded-regex': {
    when: 'check',
    means: 'The regular expression needs backtracking (a look-around or a back-reference), whose time has no bound.',
    todo: 'Write it without; two simple patterns combined with `and` often do the same.',
  },
  'hidden-clock': {
    when: 'check',
    means: 'A time text without a year would be read with the date of today.',
    todo: 'Give a picture that has the year: [Y].',
  },
  'not-a-project-function': {
    when: 'check',
    means: 'The text is not a function.',
    todo: 'Write `function($a) { … }`.',
  },
  'template-syntax': {
    when: 'check',
    means: 'A brace in the text does not pair.',
    todo: 'Write {expression} for code; {{ and }} for braces as text.',
  },

  'absent-argument': {
    when: 'run',
    means: 'A function that needs a value was given nothing.',
    todo: 'Say what absent means: $default(x, …) or $exists(x) ? … : ….',
  },
  'argument-count': {
    when: 'run',
    means: 'A function was called with too few or too many arguments.',
    todo: 'Write the arguments as the message lists them.',
  },
  'wrong-argument-type': {
    when: 'run',
    means: 'A function was given a value of a type that it does not take.',
    todo: 'Convert it with $number or $string, or take one value of the list.',
  },
  'wrong-argument': {
    when: 'run',
    means: 'A function was given a value of the right type that it cannot work with.',
    todo: 'See the message.',
  },
  'wrong-operand': {
    when: 'run',
    means: 'An operator was given a value of a type that it does not take.',
    todo: 'Convert it with $number or $string, or take one value of the list.',
  },
  'not-true-or-false': {
    when: 'run',
    means: 'A condition answered neither true nor false.',
    todo: 'Say what absent means: $exists(x) and …, or $default(x, false).',
  },
  'too-many-digits': {
    when: 'run',
    means: 'A number has more than 15 significant digits, mostly since binary arithmetic is not exact: 0.1 + 0.2.',
    todo: 'Use the exact functions $add, $sub, $mul and $div, and round.',
  },
  'not-a-number': {
    when: 'run',
    means: 'A text is not a number, or a result has no number (a division by zero).',
    todo: 'Test before converting or dividing.',
  },
  'not-a-time': {
    when: 'run',
    means: 'A text is not a time in the form that is expected.',
    todo: 'Give $toMillis the picture of the text.',
  },
  'not-exactly-one': {
    when: 'run',
    means: '$single found none or several.',
    todo: 'Use a predicate and [0], or correct what it looks for.',
  },
  raised: {
    when: 'run',
    means: 'The expression itself called $error or $assert.',
    todo: 'See the expression.',
  },
  'expression-timeout': {
    when: 'run',
    means:
      'The evaluation took more steps (or more processor time) than its limit. Time that passes does not count: a busy machine fails no expression.',
    todo: 'Look for a loop over a long list inside another loop.',
  },
  'expression-depth': {
    when: 'run',
    means: 'The evaluation nested deeper than its limit.',
    todo: 'Look for a function that calls itself without an end.',
  },
  'expression-items': {
    when: 'run',
    means: 'A list grew longer than its limit.',
    todo: 'Filter earlier, or divide the work.',
  },
  'function-as-value': {
    when: 'run',
    means: 'The result holds a function.',
    todo: 'Call it: $name(…).',
  },
  'expression-failed': {
    when: 'run',
    means: 'JSONata refused to go on; the message says why.',
    todo: 'See the message.',
  },
} as const satisfies Record<string, CodeEntry>

export type ProblemCode = keyof typeof problemCodes
