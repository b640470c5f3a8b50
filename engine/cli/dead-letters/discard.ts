import { Command } from 'commander'
import { SynclineError } from '../../diagnostics/syncline-error.ts'
import { discard } from '../../pipeline/commit/discards.ts'
import { createAsker } from '../output/ask.ts'
import { printJson } from '../output/json.ts'
import { answerFindings, loadFor } from '../project.ts'
import { openProjectStore } from '../project-store.ts'
import { expectChoice, type LetterOptions, lettersOf, nameOf, withChoice, withoutRecord } from './choice.ts'

export function discardCommand(): Command {
  return withChoice(
    new Command('discard')
      .description('Take them out of the list. A record is not tried again until it changes; what was written stays.')
      .option('--all', 'every one')
      .option('--yes', 'do not ask'),
  ).action(async (options: LetterOptions & { all?: true; yes?: true }, command: Command) => {
    expectChoice(options)
    const { project, findings } = await loadFor(command, 'validate')
    if (!project) {
      process.exitCode = answerFindings('dead-letters', findings, options.json)
      return
    }
    const store = openProjectStore(project)
    try {
      const letters = lettersOf(store, options)
      if (!options.yes && !(await agreed(letters.length))) return
      const at = new Date().toISOString()
      for (const { mapping, sourceKey } of letters) discard(mapping, sourceKey, store, at)
      if (options.json) printJson({ discarded: letters.map(withoutRecord) })
      else for (const letter of letters) process.stdout.write(`discarded ${letter.mapping}: ${nameOf(letter)}\n`)
    } finally {
      store.close()
    }
  })
}

async function agreed(count: number): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new SynclineError({
      code: 'not-agreed',
      message: `${count} dead letters would be discarded, and there is nobody to ask.`,
      advice: 'Add --yes if that is right.',
      exitStatus: 2,
    })
  }
  const asker = createAsker(process.stdin, process.stderr)
  try {
    const answer = await asker.ask(`Discard ${count} dead letters? yes or no`, 'no', (said) =>
      ['yes', 'no', 'y', 'n'].includes(said.toLowerCase()) ? undefined : 'Write yes or no.',
    )
    return answer.toLowerCase().startsWith('y')
  } finally {
    asker.close()
  }
}
