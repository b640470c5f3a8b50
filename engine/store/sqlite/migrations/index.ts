import type { Migration } from '../migrate.ts'
import { migration0001 } from './0001-first.ts'
import { migration0002 } from './0002-intents.ts'
import { migration0003 } from './0003-secrets.ts'
import { migration0004 } from './0004-identities.ts'
import { migration0005 } from './0005-steps.ts'
import { migration0006 } from './0006-inbox.ts'
import { migration0007 } from './0007-reconciliations.ts'

/** The history of the schema, by number; a file remembers which numbers it has had. */
export const migrations: readonly Migration[] = [
  { number: 1, sql: migration0001 },
  { number: 2, sql: migration0002 },
  { number: 3, sql: migration0003 },
  { number: 4, sql: migration0004 },
  { number: 5, sql: migration0005 },
  { number: 6, sql: migration0006 },
  { number: 7, sql: migration0007 },
]
