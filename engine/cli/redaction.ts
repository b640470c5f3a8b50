import { createRedaction, isSecretName } from '../redaction/redaction.ts'

/** What this process must not show. One for all commands, as there is one standard output. */
export const redaction = createRedaction()

/** Hides the credentials of a project from now on. */
export function hideCredentials(
  connections: Iterable<{ readonly credentials: Readonly<Record<string, string>> }>,
): void {
  for (const { credentials } of connections)
    for (const [name, value] of Object.entries(credentials)) if (isSecretName(name)) redaction.secret(value)
}

/**
 * Lets nothing pass to the streams that has not gone through the redaction, whoever writes it: commands, libraries,
 * warnings of Node itself.
 */
export function guardOutput(streams: readonly NodeJS.WriteStream[]): void {
  for (const stream of streams) {
    const write = stream.write.bind(stream) as (chunk: string | Uint8Array, ...rest: unknown[]) => boolean
    stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]) =>
      write(typeof chunk === 'string' ? redaction.text(chunk) : chunk, ...rest)) as typeof stream.write
  }
}
