import type { FunctionDefinition, Parameter } from '../function-definition.ts'
import type { StaticType } from '../static-type.ts'

/** The reference page of functions, as Markdown text. Deterministic: CI compares it with the page in the docs. */
export function renderFunctionReference(definitions: readonly FunctionDefinition[]): string {
  const lines = [
    '# Functions',
    '',
    'Expressions may call these functions besides those of [JSONata](https://docs.jsonata.org/overview.html). This page is',
    'generated from their definitions, and every example on it is executed by the tests.',
    '',
    '- A function that needs a value fails its record where there is nothing; it never answers nothing in silence. Where',
    '  nothing has a meaning, say it: `$default(x, 0)`.',
    '- Numbers are exact decimals of at most 15 significant digits; more fail.',
    '- A list may be none (nothing), one (a bare value) or many.',
    '- A parameter in square brackets may be left out.',
    '',
    '| Function | Gives |',
    '|---|---|',
    ...definitions.map(
      (definition) =>
        `| [\`${signature(definition)}\`](#${anchor(definition)}) | ${cell(firstSentence(definition.summary))} |`,
    ),
    '',
    ...definitions.flatMap(renderFunction),
  ]
  return `${lines.join('\n').trimEnd()}\n`
}

function renderFunction(definition: FunctionDefinition): readonly string[] {
  const { parameters, examples, summary } = definition
  return [
    `## $${definition.name}`,
    '',
    code(signature(definition)),
    '',
    summary,
    '',
    '| Parameter | Type | Nothing |',
    '|---|---|---|',
    ...parameters.map(
      (parameter) =>
        `| ${parameter.name} | ${typeText(parameter.type)} | ${parameter.absent === 'takes' ? 'allowed' : 'fails'} |`,
    ),
    '',
    `Result: ${resultText(definition)}.`,
    '',
    ...examples.map(({ expression, result }) => `- ${code(expression)} is ${resultValue(result)}`),
    '',
  ]
}

function signature({ name, parameters }: FunctionDefinition): string {
  const needed = parameters.filter((parameter) => !parameter.optional).map((parameter) => parameter.name)
  const others = parameters.filter((parameter) => parameter.optional).map((parameter) => parameter.name)
  const rest = others.length > 0 ? `${needed.length > 0 ? ' [, ' : '['}${others.join(', ')}]` : ''
  return `$${name}(${needed.join(', ')}${rest})`
}

/** As GitHub makes it of the heading. */
function anchor({ name }: FunctionDefinition): string {
  return name.toLowerCase()
}

function firstSentence(text: string): string {
  return /^.*?\.(?= |$)/.exec(text)?.[0] ?? text
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

function resultText({ returns, parameters }: FunctionDefinition): string {
  const type = returns(parameters.map(argumentOf))
  return `${typeText(type)}${type.optional ? ', or nothing' : ''}`
}

function argumentOf(parameter: Parameter): { readonly type: StaticType } {
  return { type: parameter.absent === 'takes' ? { ...parameter.type, optional: true } : parameter.type }
}

function typeText(type: StaticType): string {
  switch (type.kind) {
    case 'string':
      return 'text'
    case 'boolean':
      return 'true or false'
    case 'any':
      return 'any'
    case 'list':
      return type.of.kind === 'any' ? 'list' : `list of ${typeText(type.of)}`
    case 'object':
      return type.fields.size > 0 ? `object of ${[...type.fields.keys()].join(', ')}` : 'object'
    default:
      return type.kind
  }
}

function resultValue(result: unknown): string {
  return result === undefined ? 'nothing' : code(JSON.stringify(result))
}

/** Inline code; with two backticks around where one is within. */
function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``
}
