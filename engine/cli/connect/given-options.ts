import { readFileSync } from 'node:fs'
import { SynclineError } from '../../diagnostics/syncline-error.ts'
import type { Lines } from './lines.ts'

/** `name=value`, as often as it is given. */
export function givenSettings(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(pairs.map((pair) => divided(pair, '--set name=value')))
}

/**
 * `name=@file` or `name=-`, as often as it is given: a secret on the command line itself would stand in the list of
 * processes and in the shell's history. From standard input each takes one line.
 */
export async function givenSecrets(pairs: readonly string[], lines: Lines): Promise<Readonly<Record<string, string>>> {
  const secrets: Record<string, string> = {}
  for (const pair of pairs) {
    const [name, source] = divided(pair, '--secret name=@FILE or name=-')
    secrets[name] = await secretOf(name, source, lines)
  }
  return secrets
}

async function secretOf(name: string, source: string, lines: Lines): Promise<string> {
  if (source === '-') {
    const line = await lines.next()
    if (line === undefined || line === '') throw wrong(`Standard input holds no line for the secret ${name}.`)
    return line
  }
  if (!source.startsWith('@') || source === '@') throw wrong(`The secret ${name} is neither @FILE nor -.`)
  let text: string
  try {
    text = readFileSync(source.slice(1), 'utf8')
  } catch {
    throw wrong(`The file for the secret ${name} cannot be read.`)
  }
  const secret = text.replace(/\r?\n$/, '')
  if (secret === '' || /[\r\n]/.test(secret)) throw wrong(`The file for the secret ${name} is not one line.`)
  return secret
}

function divided(pair: string, form: string): [string, string] {
  const equals = pair.indexOf('=')
  if (equals < 1) throw wrong(`An option is not of the form ${form}.`)
  return [pair.slice(0, equals), pair.slice(equals + 1)]
}

const wrong = (message: string): SynclineError =>
  new SynclineError({
    code: 'command-line',
    message,
    advice: 'Give --set name=value, --secret name=@FILE, or --secret name=- and the secret on standard input.',
    exitStatus: 2,
  })
