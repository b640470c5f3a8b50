import type { Command } from 'commander'
import { SynclineError } from '../../diagnostics/syncline-error.ts'
import { type ChosenLetters, chosenLetters } from '../../pipeline/dead-letters.ts'
import type { KeptLetter, StateStore } from '../../store/state-store.ts'

export interface LetterOptions extends ChosenLetters {
  readonly json?: true
}

/** The options by which dead letters are chosen; every subcommand has them. */
export function withChoice(command: Command): Command {
  return command
    .option('--mapping <name>', 'those of one mapping')
    .option('--code <code>', 'those with this code')
    .option('--key <key>', 'that of one record, by its key or the key that a person knows')
    .option('--json', 'print one JSON object')
}

/** What a command that changes something is about must be said; all of them is a choice too. */
export function expectChoice(options: LetterOptions & { readonly all?: true }): void {
  if (options.all || options.mapping !== undefined || options.code !== undefined || options.key !== undefined) return
  throw new SynclineError({
    code: 'nothing-chosen',
    message: 'It is not said which dead letters are meant.',
    advice: 'Give --mapping, --code or --key, or --all.',
    exitStatus: 2,
  })
}

export function lettersOf(store: StateStore, options: LetterOptions): readonly KeptLetter[] {
  const letters = chosenLetters(store, options)
  if (letters.length > 0) return letters
  throw new SynclineError({
    code: 'no-dead-letter',
    message: 'No dead letter fits.',
    advice: '`syncline dead-letters` lists those that there are.',
    exitStatus: 1,
  })
}

/** A dead letter without its source record, which may hold personal data. */
export function withoutRecord({ record: _, ...letter }: KeptLetter): Omit<KeptLetter, 'record'> {
  return letter
}

export function nameOf({ sourceKey, label }: KeptLetter): string {
  return label === undefined || label === sourceKey ? sourceKey : `${label} (${sourceKey})`
}
