import { styleText } from 'node:util'
import type { StepResult } from '../../connectors/connect/connect-types.ts'
import { checkLines } from '../output/check-lines.ts'

/** The head of a step for people. */
export function headLine(
  step: { readonly title: string; readonly number: number; readonly of: number },
  colour: boolean,
): string {
  const line = `[${step.number}/${step.of}] ${step.title}`
  return `\n${colour ? styleText('bold', line, { validateStream: false }) : line}`
}

/** What a step came to, for people. */
export function resultLines(
  { found, checks = [], failure, missing = [], notTried }: StepResult,
  colour: boolean,
): string {
  const paint = (style: 'green' | 'red' | 'yellow', text: string): string =>
    colour ? styleText(style, text, { validateStream: false }) : text
  return [
    ...found.map((line) => `  ${paint('green', 'ok')} ${line}`),
    ...checks.flatMap((check) =>
      checkLines(check, { colour })
        .split('\n')
        .map((line) => `  ${line}`),
    ),
    ...missing.map(
      ({ kind, name, about }) => `  ${paint('yellow', 'missing')} ${name}: ${about} ${optionFor(kind, name)}`,
    ),
    ...(notTried && missing.length === 0 ? [`  ${paint('yellow', 'not tried')}: something is missing above`] : []),
    ...(failure && checks.length === 0
      ? [`  ${paint('red', 'failed')} ${failure.message} (${failure.code})`, `    ${failure.advice}`]
      : []),
  ].join('\n')
}

/** How what is missing is given on the command line. */
export function optionFor(kind: 'setting' | 'credential' | 'choice', name: string): string {
  return kind === 'credential' ? `--secret ${name}=@FILE` : `--set ${name}=…`
}
