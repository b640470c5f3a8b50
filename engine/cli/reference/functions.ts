import { linkNext, referenceFunctions } from '../../connectors/functions.ts'
import { pureFunctions, renderFunctionReference } from '../../expressions/functions/index.ts'
import { noLinks } from '../../pipeline/map/link-functions.ts'
import { mappingFunctions } from '../../pipeline/map/mapping-functions.ts'

/** The page of all functions: those that need only their arguments, then those that ask the project or the systems. */
export function renderFunctions(): string {
  const references = { typeOf: () => undefined, names: () => [], rowsOf: async () => [] }
  const host = { tables: new Map(), references, mappings: new Map(), links: noLinks }
  const definitions = new Map(
    [...pureFunctions, ...mappingFunctions(host), ...referenceFunctions(references), linkNext].map((definition) => [
      definition.name,
      definition,
    ]),
  )
  return renderFunctionReference([...definitions.values()])
}
