import type { ConnectorFile } from '../../config/dsl.generated.ts'
import type { PlannedConnection, PlannedFile, PlannedValue } from './plan.ts'
import { comment, joined } from './yaml-text.ts'

/** Every variable that the project reads, with what it is: commented out where it may stay as it is. */
export function environmentFile(connections: readonly PlannedConnection[]): PlannedFile {
  // Two connections may read one variable.
  const all = connections.flatMap(({ settings, credentials }) => [...settings, ...credentials])
  const isFirst = (value: PlannedValue): boolean => all.find(({ variable }) => variable === value.variable) === value
  return {
    path: '.env.example',
    text: joined([
      ...comment(
        'What this project reads from its environment. What `syncline connect` has asked for need not stand here; it is kept in the state. Else copy this file to .env and fill in what is needed; .env stays out of git. A variable that is set otherwise wins over it. To try everything without accounts, take the values that `syncline sandbox` prints.',
      ),
      ...connections.flatMap(({ title, settings, credentials, document }) => [
        '',
        `# --- ${title} ---`,
        ...[...settings, ...credentials].flatMap((value) => {
          if (value.variable === undefined || isFirst(value)) return lines(value, document)
          return ['', ...comment(`${value.description}: ${value.variable}, as above`)]
        }),
      ]),
      '',
      '# --- Syncline ---',
      '',
      '# Where the state is kept: sqlite: and a path, relative to syncline.yaml',
      '#SYNCLINE_STORE=sqlite:.syncline/state.db',
      '',
      ...comment(
        'The key that seals tokens and secrets in the state: 32 bytes in Base64, from `openssl rand -base64 32`. Without it a file beside the state is used (state.db.key), made on first use. Keep a copy elsewhere: without it, connect anew.',
      ),
      '#SYNCLINE_KEY=',
    ]),
  }
}

function lines(value: PlannedValue, { signIn = {} }: ConnectorFile): string[] {
  const { name, variable, description, where, allowed, example, fallback, ways, needed } = value
  if (variable === undefined) return []
  const isSignIn = name === 'signIn'
  const more = [
    ...(allowed.length > 0 && !isSignIn ? [`one of ${allowed.join(', ')}`] : []),
    ...(ways.length > 0 ? [`for ${ways.join(', ')}`] : []),
    ...(allowed.length === 0 && fallback === undefined && example !== undefined ? [`such as ${example}`] : []),
  ]
  return [
    '',
    ...comment(`${description}${more.length > 0 ? ` (${more.join('; ')})` : ''}${isSignIn ? ':' : ''}`),
    ...(where === undefined ? [] : comment(where)),
    ...(isSignIn
      ? Object.entries(signIn).flatMap(([way, { title = '' }]) => comment(`${way}: ${title}`, '', '#   '))
      : []),
    `${needed ? '' : '#'}${variable}=${fallback ?? ''}`,
  ]
}
