import { Command } from 'commander'
import { discardCommand } from '../dead-letters/discard.ts'
import { listCommand } from '../dead-letters/list.ts'
import { retryCommand } from '../dead-letters/retry.ts'
import { showCommand } from '../dead-letters/show.ts'

export function deadLettersCommand(): Command {
  const command = new Command('dead-letters')
    .description('Records that failed: by reason, one by one, tried again, or discarded.')
    .addHelpText(
      'after',
      `
A record is a dead letter until it succeeds by whatever way, leaves its source, or is discarded.

Examples:
  $ syncline dead-letters                                     reasons, each with its number of records
  $ syncline dead-letters show --key W-1001                   one record: step, request id, attempts
  $ syncline dead-letters retry --code table-row-missing      after the table got its row
  $ syncline dead-letters discard --key W-1001 --yes`,
    )
  for (const sub of [listCommand(), showCommand(), retryCommand(), discardCommand()]) {
    sub.exitOverride().showHelpAfterError('(add --help for the options)')
    command.addCommand(sub, { isDefault: sub.name() === 'list' })
  }
  return command
}
