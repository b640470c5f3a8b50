import { Command } from 'commander'
import { chosenLetters } from '../../pipeline/dead-letters.ts'
import { hasColour } from '../output/colour.ts'
import { printJson } from '../output/json.ts'
import { renderTable } from '../output/table.ts'
import { answerFindings, loadFor } from '../project.ts'
import { openProjectStore } from '../project-store.ts'
import { type LetterOptions, nameOf, withChoice, withoutRecord } from './choice.ts'

const mostShown = 50

export function listCommand(): Command {
  return withChoice(
    new Command('list')
      .description('Reasons, each with its number of records; with --records the records themselves.')
      .option('--records', 'one line for each record instead of each reason'),
  ).action(async (options: LetterOptions & { records?: true }, command: Command) => {
    const { project, findings } = await loadFor(command, 'validate')
    if (!project) {
      process.exitCode = answerFindings('dead-letters', findings, options.json)
      return
    }
    const store = openProjectStore(project, { readOnly: true })
    try {
      const letters = chosenLetters(store, options)
      const { mapping, code, key } = options
      const groups =
        key === undefined ? store.deadLetters.groups({ mapping, code, limit: Number.MAX_SAFE_INTEGER }) : []
      if (options.json) {
        printJson({ groups, letters: letters.map(withoutRecord) })
        return
      }
      const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
        rows.length === 0
          ? 'No dead letters.\n'
          : `${renderTable(head, rows.slice(0, mostShown), { colour: hasColour(process.stdout) })}\n${rows.length > mostShown ? `and ${rows.length - mostShown} more\n` : ''}`
      process.stdout.write(
        options.records || key !== undefined
          ? table(
              ['mapping', 'record', 'code', 'step', 'attempts', 'last', 'reason'],
              letters.map((letter) => [
                letter.mapping,
                nameOf(letter),
                letter.code,
                letter.step ?? '',
                String(letter.attempts),
                letter.at,
                letter.message,
              ]),
            )
          : table(
              ['records', 'mapping', 'code', 'step', 'since', 'last', 'reason'],
              groups.map((group) => [
                String(group.count),
                group.mapping,
                group.code,
                group.step ?? '',
                group.firstAt,
                group.lastAt,
                group.message,
              ]),
            ),
      )
    } finally {
      store.close()
    }
  })
}
