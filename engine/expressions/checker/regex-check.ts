import type { AstNode } from '../ast.ts'
import type { Finding } from '../problem.ts'
import { compileRegex } from '../regex.ts'

/** What is wrong with a regular expression, if anything. */
export function regexFinding(node: AstNode): Finding | undefined {
  if (!(node.value instanceof RegExp)) {
    return {
      code: 'unbounded-regex',
      severity: 'error',
      message: 'JSONata loses a regular expression that stands to the left of ?: or ??.',
      advice: 'Write the test as `$exists(x) ? x : …`, or bind it first: ( $x := …; $x ?: … ).',
    }
  }
  try {
    compileRegex(node.value)
    return undefined
  } catch (cause) {
    return {
      code: 'unbounded-regex',
      severity: 'error',
      message: `The regular expression cannot run in bounded time: ${reason(cause)}.`,
      advice: 'Write it without look-around, back-reference or a repetition above 1000.',
    }
  }
}

function reason(cause: unknown): string {
  const said = cause instanceof Error ? cause.message.replace(/^error parsing regexp: /, '') : 'it cannot be read'
  return said.length > 120 ? `${said.slice(0, 117)}...` : said
}
