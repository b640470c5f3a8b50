import { Command } from 'commander'
import { CallFailure, isSystemFailure } from '../../connectors/failure.ts'
import { SynclineError } from '../../diagnostics/syncline-error.ts'
import { explainRecord } from '../../pipeline/explain/explain.ts'
import type { Explanation } from '../../pipeline/explain/explain-types.ts'
import { openSpool } from '../../store/spool-sqlite.ts'
import { printJson } from '../output/json.ts'
import { answerFindings, chosenMappings, loadFor, ready } from '../project.ts'
import { withEngine } from '../with-engine.ts'

export function explainCommand(): Command {
  return new Command('explain')
    .description('Take one record through a mapping with nothing written: what was read, every value, and its outcome.')
    .argument('<mapping>', 'the mapping')
    .requiredOption('--only <key>', 'the record, by the key that a person knows, such as a SKU')
    .option('--show-personal', 'show personal values, which are masked otherwise')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  $ syncline explain stock --only TJ-MOSS-L\n  $ syncline explain prices --only TJ-MOSS-L --json',
    )
    .action(async (name: string, options: { only: string; showPersonal?: true; json?: true }, command: Command) => {
      const loaded = await loadFor(command, 'run')
      const able = ready(loaded)
      if (!able) {
        process.exitCode = answerFindings('explain', loaded.findings, options.json)
        return
      }
      chosenMappings(able.project, [name])
      const explanation = await withEngine(able.project, (engine, stopping) =>
        explainRecord({
          ...able,
          mapping: name,
          only: options.only,
          environment: engine.environment,
          openSpool: () => openSpool(),
          signal: stopping.stop,
          showPersonal: options.showPersonal ?? false,
        }),
      ).catch((error: unknown) => {
        throw error instanceof CallFailure ? callEnded(error) : error
      })
      if (options.json) printJson(explanation)
      else process.stdout.write(`${render(explanation)}\n`)
      process.exitCode = explanation.outcome.kind === 'failed' ? 1 : 0
    })
}

/** A call that ended a command, with what to do. */
function callEnded(error: CallFailure): SynclineError {
  return new SynclineError({
    code: error.code,
    message: error.message,
    advice: `\`syncline check ${error.connection}\` walks through the connection step by step.`,
    exitStatus: isSystemFailure(error) ? 3 : 1,
  })
}

function render({ mapping, key, label, record, joins, values, outcome }: Explanation): string {
  const lines = [
    `${mapping}: source record ${key}${label === undefined ? '' : ` (${label})`}`,
    '',
    'Read:',
    indent(JSON.stringify(record, null, 2)),
  ]
  for (const [name, value] of Object.entries(joins))
    lines.push(`Joined $${name}:`, indent(value === undefined ? 'nothing' : JSON.stringify(value, null, 2)))
  for (const section of ['keep', 'wait', 'each', 'let', 'field', 'ensure', 'warn'] as const) {
    const own = values.filter((value) => value.section === section)
    if (own.length === 0) continue
    lines.push('', `${section}:`)
    for (const { name, value, item, source, file, line } of own) {
      lines.push(
        `  ${item === undefined ? '' : `[${item}] `}${name} = ${value === undefined ? 'nothing' : JSON.stringify(value)}`,
      )
      // Of an expression that is evaluated for each item, one mention is enough.
      if (source !== undefined && (item === undefined || item === 0)) {
        lines.push(`      ${file}:${line}  ${source.trim().split('\n')[0]}`)
      }
    }
  }
  lines.push('', 'Outcome:')
  if ('reason' in outcome) lines.push(`  ${outcome.kind}: ${outcome.reason}`)
  else if (outcome.kind === 'failed') lines.push(`  failed: ${outcome.code}: ${outcome.message}`)
  else if (outcome.targets.length === 0) lines.push('  nothing to send')
  else {
    for (const target of outcome.targets) {
      lines.push(
        `  ${target.step === undefined ? '' : `${target.step}: `}${target.action}${target.key === '' ? '' : `: ${target.key}`}${target.code === undefined ? '' : ` (${target.code}: ${target.message})`}`,
      )
      for (const [field, value] of Object.entries(target.fields ?? {}))
        lines.push(`      ${field}: ${JSON.stringify(value)}`)
      for (const warning of target.warnings ?? []) lines.push(`      warned: ${warning}`)
    }
  }
  return lines.join('\n')
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')
}
