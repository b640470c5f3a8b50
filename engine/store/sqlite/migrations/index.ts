import { migration0001 } from './0001-first.ts'
import { migration0002 } from './0002-intents.ts'

/** The history of the schema: the place in the list, from 1, is the file's `user_version`. Only ever add at the end. */
export const migrations: readonly string[] = [migration0001, migration0002]
