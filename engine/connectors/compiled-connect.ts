import type { Formula, TextFormula } from '../config/expression-compiler.ts'
import type { CompiledValues } from './compiled-request.ts'

/** What the wizard needs of a connector file. */
export interface CompiledConnect {
  /** Empty when the file has none: then they are made of what it declares. */
  readonly connect: readonly CompiledConnectStep[]
  readonly rules: readonly CompiledRule[]
  /** By setting: what is offered for it. */
  readonly suggest: ReadonlyMap<string, Formula>
}

/** One step of `syncline connect`. */
export interface CompiledConnectStep {
  readonly step: string
  readonly title: string
  readonly if: Formula | undefined
  readonly say: string | undefined
  readonly link: TextFormula | undefined
  readonly paste: CompiledPaste | undefined
  readonly settings: readonly string[]
  readonly credentials: readonly string[]
  readonly do: 'choose' | 'authorise' | 'verify' | undefined
}

export interface CompiledPaste {
  readonly ask: string
  readonly example: string | undefined
  /** By name of the setting. */
  readonly gives: CompiledValues
}

/** How a person agrees in the browser. */
export interface CompiledAuthorise {
  readonly address: TextFormula
  readonly redirect: Formula
  readonly query: CompiledValues
  readonly pkce: boolean
}

/** Settings that do not go together. */
export interface CompiledRule {
  readonly when: Formula
  readonly say: TextFormula
  readonly fix: string
}
