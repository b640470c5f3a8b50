/**
 * What the service tells of itself, one entry for each thing that happened. Fields are names, counts, codes and times:
 * never a key, a record, an address with a secret, or what a message says.
 */
export type Log = (level: 'info' | 'warn' | 'error', what: string, fields?: LogFields) => void

export type LogFields = Readonly<Record<string, string | number | boolean | Readonly<Record<string, number>>>>
