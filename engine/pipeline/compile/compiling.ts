import type { ExpressionCompiler } from '../../config/expression-compiler.ts'
import type { Path } from '../../config/origin.ts'
import type { MappingSource, Project } from '../../config/project.ts'
import type { CompiledConnector } from '../../connectors/compiled-connector.ts'
import type { ExpressionFunction } from '../../expressions/compile.ts'
import type { ProjectFunction } from '../../expressions/project-function.ts'
import type { StaticType } from '../../expressions/static-type.ts'
import type { MappingHost } from '../map/mapping-functions.ts'

export interface MappingInput {
  readonly source: MappingSource
  readonly project: Project
  readonly connectors: ReadonlyMap<string, CompiledConnector>
  readonly host: MappingHost
  /** The project's functions. What is wrong with one is reported once, in the project file. */
  readonly functions: ReadonlyMap<string, ProjectFunction>
}

/** What the parts of the mapping compiler share while they work on one mapping. */
export interface Compiling {
  readonly input: MappingInput
  readonly compiler: ExpressionCompiler
  /** Names of the variables and functions that the mapping's expressions have used so far. */
  readonly used: ReadonlySet<string>
  readonly functions: ReadonlyMap<string, ExpressionFunction>
  report(path: Path, code: string, message: string, advice: string): void
}

export const any: StaticType = { kind: 'any' }
export const text: StaticType = { kind: 'string' }
