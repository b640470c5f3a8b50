import { createHash, timingSafeEqual } from 'node:crypto'
import type { Formula } from '../config/expression-compiler.ts'
import type { CompiledEvent } from '../connectors/compiled-connector.ts'
import type { Connection } from '../connectors/connection.ts'
import { SynclineError } from '../diagnostics/syncline-error.ts'

/** What a request shows of who sends it. */
export interface Shown {
  readonly authorization: string | undefined
  /** The part of the address behind the event's name. */
  readonly secret: string | undefined
}

/** Whether a request comes from whom it may. */
export type Verify = (shown: Shown) => boolean

export interface Verification {
  readonly verify: Verify
  /** What ends the receiver's address, for those events that are verified so. */
  readonly secret: string | undefined
}

/**
 * Reads what the event's senders must know from the credentials of the connection.
 *
 * @throws SynclineError `event-credential` when it is not there: without it, everybody could send.
 */
export async function createVerification(event: CompiledEvent, connection: Connection): Promise<Verification> {
  const { settings, credentials } = connection.settings
  const read = async (formula: Formula): Promise<string> => {
    const value = await formula.evaluate(undefined, { settings, credentials })
    if (typeof value === 'string' && value !== '') return value
    const missing = [...event.credentials].filter((name) => credentials[name] === undefined || credentials[name] === '')
    throw new SynclineError({
      code: 'event-credential',
      message: `The event ${connection.name}.${event.name} cannot be received: ${missing.length > 0 ? `the credential ${missing.join(' and ')} of the connection ${connection.name} is missing` : 'what its senders must know is empty'}.`,
      advice:
        'Set the variable of the environment that the project file takes it from, or remove the event from the triggers.',
      exitStatus: 2,
    })
  }
  if (event.verify.kind === 'secret') {
    const secret = await read(event.verify.secret)
    const expected = digest(secret)
    return { secret, verify: (shown) => shown.secret !== undefined && same(shown.secret, expected) }
  }
  const expected = digest(`${await read(event.verify.user)}:${await read(event.verify.password)}`)
  return {
    secret: undefined,
    verify: ({ authorization }) => {
      const [, encoded] = /^Basic +([A-Za-z0-9+/=_-]+) *$/i.exec(authorization ?? '') ?? []
      return encoded !== undefined && same(Buffer.from(encoded, 'base64').toString('utf8'), expected)
    },
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Takes the same time for every text of a length, so that nobody can find a secret out letter by letter. */
function same(given: string, expected: Buffer): boolean {
  return timingSafeEqual(digest(given), expected)
}
