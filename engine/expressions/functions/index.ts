import type { FunctionDefinition } from '../function-definition.ts'
import { absence } from './absence.ts'
import { arithmetic } from './arithmetic.ts'
import { bounds } from './bounds.ts'
import { gtins } from './gtin.ts'
import { idSets } from './id-ranges.ts'
import { lines } from './lines.ts'
import { lists } from './lists.ts'
import { money } from './money.ts'
import { odataFilters } from './odata.ts'
import { rounding } from './rounding.ts'
import { sharing } from './sharing.ts'
import { signIn } from './sign-in.ts'
import { texts } from './text.ts'
import { times } from './time.ts'
import { zones } from './zones.ts'

export { type FunctionErrorCode, functionErrorCodes } from './errors.ts'
export { renderFunctionReference } from './reference.ts'

/** The functions that depend on their arguments only, in the order in which the reference shows them. */
export const pureFunctions: readonly FunctionDefinition[] = [
  ...arithmetic,
  ...rounding,
  ...bounds,
  ...money,
  ...sharing,
  ...absence,
  ...lists,
  ...texts,
  ...lines,
  ...gtins,
  ...times,
  ...zones,
  ...idSets,
  ...odataFilters,
  ...signIn,
]
