import type { ConnectionConfig } from '../../config/project.ts'
import type { StateStore } from '../../store/state-store.ts'
import type { CheckResult } from '../check/check-types.ts'
import type { CompiledConnector } from '../compiled-connector.ts'
import type { ConnectionEnvironment } from '../connection.ts'

/** A question for a person. */
export interface Question {
  readonly label: string
  /** What it is and where it is found, a line each. */
  readonly help: readonly string[]
  /** Taken for an empty answer. */
  readonly fallback: string | undefined
  /** Whether an empty answer is one: there is none. */
  readonly optional: boolean
  /** Whether what is typed is not shown. */
  readonly masked: boolean
  /** Why an answer does not fit; undefined when it does. */
  refuse(answer: string): string | undefined
}

export interface Choice {
  readonly value: string
  readonly label: string
  readonly hint: string | undefined
}

/** Who answers: a person at a terminal, or nobody. */
export interface Person {
  /** Whether questions can be answered. */
  readonly answers: boolean
  say(line: string): void
  /** Rejects with the signal's reason, or with Stopped when the input ends. */
  ask(question: Question): Promise<string>
  choose(label: string, choices: readonly Choice[], fallback: string | undefined): Promise<string>
  /**
   * Shows the address on which a person agrees, or opens it. What it gives is the answer address that was pasted; it
   * stays open when it is received on this machine.
   */
  authorise(address: string, receiving: boolean, signal: AbortSignal): Promise<string>
}

/** What was asked for and is not there. */
export interface Missing {
  readonly kind: 'setting' | 'credential' | 'choice'
  readonly name: string
  /** What it is, and where it is found. */
  readonly about: string
}

/** What one step came to. */
export interface StepResult {
  readonly step: string
  readonly title: string
  readonly status: 'done' | 'failed' | 'missing'
  /** What is known now, a line each. Holds no secret. */
  readonly found: readonly string[]
  readonly missing?: readonly Missing[]
  /** Set when it waits for what an earlier step lacks. */
  readonly notTried?: boolean
  readonly checks?: readonly CheckResult[]
  readonly failure?: StepFailure
}

export interface StepFailure {
  readonly code: string
  readonly message: string
  readonly advice: string
  readonly exitStatus: 1 | 2 | 3
}

/** The connection as the project file, the state and the connector file make it now. */
export interface Current {
  readonly config: ConnectionConfig
  readonly connector: CompiledConnector
}

/** What was given on the command line. */
export interface Given {
  readonly settings: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
  /** An address as a person would paste it. */
  readonly from: string | undefined
}

export interface ConnectOptions {
  readonly name: string
  /** A step whose answers are asked for again. */
  readonly again: string | undefined
  readonly given: Given
  readonly person: Person
  /** The connection with what has been saved meanwhile. */
  current(): Current
  readonly environment: ConnectionEnvironment & { readonly store: StateStore }
  /** The steps of `syncline check` for the connection as it is now. */
  verify(current: Current): Promise<readonly CheckResult[]>
  /** How long an authorisation may take, milliseconds. */
  readonly waitMs: number
  readonly signal: AbortSignal
  /** Called with each secret before anything else is done with it. */
  hide(secret: string): void
  /** Called before a step begins, and with what it came to. */
  readonly began: (step: { readonly title: string; readonly number: number; readonly of: number }) => void
  readonly ended: (result: StepResult) => void
}
