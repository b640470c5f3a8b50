import type { Formula, TextFormula, Variables } from '../config/expression-compiler.ts'

/** Names of the settings that an expression or a template reads. */
export function settingsIn(source: string): readonly string[] {
  return [...new Set([...source.matchAll(/\$settings\.`?([A-Za-z_]\w*)/g)].map((match) => match[1] as string))]
}

/** Whether all settings that it reads are there. What is made of others only waits for them and does not fail. */
export function isKnown({ source }: Pick<Formula | TextFormula, 'source'>, settings: Variables): boolean {
  return settingsIn(source).every((name) => settings[name] !== undefined)
}

/** Its value, or nothing when a setting that it reads is not known. */
export async function whenKnown(
  formula: Formula | undefined,
  settings: Variables,
  input?: unknown,
  more: Variables = {},
): Promise<unknown> {
  return formula && isKnown(formula, settings) ? formula.evaluate(input, { settings, ...more }) : undefined
}

/** Its text, or nothing when a setting that it reads is not known. For people: nothing is encoded. */
export async function textWhenKnown(text: TextFormula | undefined, settings: Variables): Promise<string | undefined> {
  return text && isKnown(text, settings) ? text.render(undefined, { settings }, (piece) => piece) : undefined
}
