import { Command, InvalidArgumentError } from 'commander'
import { sum } from '../../pipeline/counts.ts'
import type { RunReport } from '../../pipeline/run-project.ts'
import { hasColour } from '../output/colour.ts'
import { printJson } from '../output/json.ts'
import { renderTable } from '../output/table.ts'
import { answerFindings, loadFor } from '../project.ts'
import { openProjectStore } from '../project-store.ts'

export function statusCommand(): Command {
  return new Command('status')
    .description(
      'Show the state: last runs, cursors, records that failed, records that wait, what the last reconciliations found.',
    )
    .option('--limit <n>', 'so many runs and records at the most; default: 20, with --json 1000', count)
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExamples:\n  $ syncline status\n  $ syncline status --limit 100 --json')
    .action(async ({ limit, ...options }: { limit?: number; json?: true }, command: Command) => {
      // A machine can page through a list; a person reads the newest.
      const most = limit ?? (options.json ? 1000 : 20)
      // Looking at the state needs no variable but the one that may say where it is.
      const loaded = await loadFor(command, 'validate')
      if (!loaded.project) {
        process.exitCode = answerFindings('status', loaded.findings, options.json)
        return
      }
      const store = openProjectStore(loaded.project, { readOnly: true })
      try {
        const runs = store.runs.last(most)
        const cursors = store.cursors.all()
        // The source record stays in the state: it may hold personal data.
        const deadLetters = store.deadLetters.list({ limit: most }).map(({ record: _, ...letter }) => letter)
        const deadLetterCounts = Object.fromEntries(store.deadLetters.counts())
        const parkedCounts = Object.fromEntries(store.parked.counts())
        const messages = Object.fromEntries(store.inbox.waiting())
        const reconciliations = store.reconciliations.all()
        const parked = [...loaded.project.mappings.keys()].flatMap((mapping) => store.parked.of(mapping)).slice(0, most)
        if (options.json) {
          printJson({ runs, cursors, deadLetters, deadLetterCounts, parked, parkedCounts, messages, reconciliations })
          return
        }
        const print = (
          title: string,
          head: readonly string[],
          rows: readonly (readonly string[])[],
          none: string,
        ): void => {
          process.stdout.write(
            `${title}\n${rows.length === 0 ? none : renderTable(head, rows, { colour: hasColour(process.stdout) })}\n\n`,
          )
        }
        print(
          'Runs',
          ['started', 'status', 'mappings', 'created', 'updated', 'failed'],
          runs.map((run) => {
            const pipelines = (run.report as RunReport | undefined)?.pipelines ?? []
            const total = (of: (pipeline: RunReport['pipelines'][number]) => number): string =>
              String(pipelines.reduce((all, pipeline) => all + of(pipeline), 0))
            return [
              run.startedAt,
              run.status,
              run.mappings.join(', '),
              total(({ created }) => created),
              total(({ updated }) => updated),
              total(({ failed }) => sum(failed)),
            ]
          }),
          'none yet',
        )
        print(
          'Cursors',
          ['mapping', 'read', 'position'],
          cursors.map((cursor) => [cursor.mapping, `${cursor.connection}.${cursor.read}`, cursor.position]),
          'none yet',
        )
        print(
          'Reconciliations',
          ['mapping', 'at', 'compared', 'found', 'repaired', 'remaining'],
          reconciliations.map(({ mapping, at, compared, found, repaired, remaining }) => [
            mapping,
            at,
            String(compared),
            Object.entries(found)
              .map(([reason, count]) => `${count} ${reason}`)
              .join(', ') || 'nothing',
            String(repaired),
            String(remaining),
          ]),
          'none yet',
        )
        if (reconciliations.some(({ remaining }) => remaining > 0))
          process.stdout.write('`syncline reconcile --last` shows what differs.\n\n')
        print(
          'Messages that wait',
          ['mapping', 'messages', 'since'],
          Object.entries(messages).map(([mapping, { count, since }]) => [mapping, String(count), since]),
          'none',
        )
        const total = Object.values(deadLetterCounts).reduce((all, some) => all + some, 0)
        print(
          `Dead letters (${total})`,
          ['mapping', 'record', 'code', 'since', 'reason'],
          deadLetters.map(({ mapping, sourceKey, label, code, at, message }) => [
            mapping,
            label ?? sourceKey,
            code,
            at,
            message,
          ]),
          'none',
        )
        print(
          'Parked',
          ['mapping', 'record', 'waits for', 'since', 'until'],
          parked.map((one) => [one.mapping, one.sourceKey, `${one.entity} ${one.key}`.trim(), one.since, one.deadline]),
          'none',
        )
      } finally {
        store.close()
      }
    })
}

function count(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('Give a whole number from 1 on.')
  return number
}
