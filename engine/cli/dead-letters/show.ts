import { Command } from 'commander'
import type { AnyMapping } from '../../pipeline/compiled-mapping.ts'
import type { KeptLetter } from '../../store/state-store.ts'
import { printJson } from '../output/json.ts'
import { answerFindings, loadFor } from '../project.ts'
import { openProjectStore } from '../project-store.ts'
import { expectChoice, type LetterOptions, lettersOf, nameOf, withChoice } from './choice.ts'

export function showCommand(): Command {
  return withChoice(
    new Command('show')
      .description('All that is known of dead letters, with the source record as it was kept.')
      .option('--all', 'every one')
      .option('--show-personal', 'show personal values, which are masked otherwise'),
  ).action(async (options: LetterOptions & { all?: true; showPersonal?: true }, command: Command) => {
    expectChoice(options)
    const { project, assembly, findings } = await loadFor(command, 'validate')
    if (!project) {
      process.exitCode = answerFindings('dead-letters', findings, options.json)
      return
    }
    const store = openProjectStore(project, { readOnly: true })
    try {
      const letters = lettersOf(store, options).map((letter) => {
        const mapping = assembly?.mappings.get(letter.mapping)
        return {
          ...letter,
          record: shownRecord(letter, mapping, options.showPersonal ?? false),
          ...past(letter, mapping),
        }
      })
      if (options.json) {
        printJson({ letters })
        return
      }
      process.stdout.write(`${letters.map(render).join('\n\n')}\n`)
    } finally {
      store.close()
    }
  })
}

/** What is personal in it is known by the mapping's source; of a mapping that cannot be compiled nothing is shown. */
function shownRecord(letter: KeptLetter, mapping: AnyMapping | undefined, personal: boolean): unknown {
  if (personal) return letter.record
  return mapping?.from.entity.personal.mask(letter.record)
}

function past({ configuration }: KeptLetter, mapping: AnyMapping | undefined): { readonly mappingChanged?: boolean } {
  if (configuration === undefined || !mapping) return {}
  return { mappingChanged: configuration !== mapping.configuration }
}

function render(letter: KeptLetter & { readonly mappingChanged?: boolean }): string {
  const lines = [
    `${letter.mapping}: ${nameOf(letter)}`,
    `  ${letter.code}${letter.step === undefined ? '' : ` in the step ${letter.step}`}: ${letter.message}`,
    `  failed ${letter.attempts === 1 ? 'once' : `${letter.attempts} times`}, first ${letter.firstAt}, last ${letter.at}`,
  ]
  if (letter.requestId !== undefined) lines.push(`  request id: ${letter.requestId}`)
  if (letter.mappingChanged) lines.push('  the mapping, an option, a table or a function has changed since')
  lines.push(
    letter.record === undefined
      ? '  the source record is not kept'
      : `  ${JSON.stringify(letter.record, null, 2).replaceAll('\n', '\n  ')}`,
  )
  return lines.join('\n')
}
