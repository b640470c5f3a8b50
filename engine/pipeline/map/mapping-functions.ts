import { type ReferenceSource, referenceFunctions } from '../../connectors/functions.ts'
import type { FunctionDefinition } from '../../expressions/function-definition.ts'
import { pureFunctions } from '../../expressions/functions/index.ts'
import { type LinkHost, linkFunctions } from './link-functions.ts'
import { type TableHost, tableFunctions } from './table-functions.ts'

/** What a mapping's expressions may ask of the world around the record. */
export interface MappingHost extends LinkHost, TableHost {
  readonly references: ReferenceSource
}

export function mappingFunctions(host: MappingHost): readonly FunctionDefinition[] {
  return [...pureFunctions, ...tableFunctions(host), ...referenceFunctions(host.references), ...linkFunctions(host)]
}
