import { styleText } from 'node:util'
import { Command } from 'commander'
import { nameAdvice } from '../../config/nearest-name.ts'
import { checkConnection } from '../../connectors/check.ts'
import type { CheckResult } from '../../connectors/check-types.ts'
import { findingsAsJson } from '../../diagnostics/json.ts'
import { SynclineError } from '../../diagnostics/syncline-error.ts'
import { runSurroundings } from '../../pipeline/assemble.ts'
import { openConnections } from '../../pipeline/open-connections.ts'
import { hasColour } from '../output/colour.ts'
import { printEmptyAnswer, printJson } from '../output/json.ts'
import { loadFor, openEngine, printFindings, ready } from '../project.ts'
import { stopOnSignals } from '../signals.ts'

export function checkCommand(): Command {
  return new Command('check')
    .description('Verify connections step by step: credentials, token, a real read, and the ids that tables name.')
    .argument('[connection]', 'one connection; default: all of the project')
    .option('--json', 'print one JSON object with the steps')
    .addHelpText('after', '\nExamples:\n  $ syncline check\n  $ syncline check shop --json')
    .action(async (name: string | undefined, options: { json?: true }, command: Command) => {
      const loaded = await loadFor(command, 'run')
      const able = ready(loaded)
      if (!able) {
        if (options.json) printEmptyAnswer('check', { findings: findingsAsJson(loaded.findings) })
        else printFindings(loaded.findings)
        process.exitCode = 2
        return
      }
      const { project, assembly } = able
      if (name !== undefined && !project.connections.has(name)) {
        throw new SynclineError({
          code: 'unknown-connection',
          message: `The project has no connection ${name}.`,
          advice: nameAdvice(name, project.connections.keys(), 'connections'),
          exitStatus: 2,
        })
      }
      const engine = openEngine(project)
      const stopping = stopOnSignals((message) => process.stderr.write(`${message}\n`))
      const steps: CheckResult[] = []
      try {
        const connections = await openConnections(project, assembly, engine.environment)
        assembly.bind(runSurroundings(connections, () => false, stopping.stop))
        for (const connection of connections.values()) {
          if (name !== undefined && connection.name !== name) continue
          for await (const step of checkConnection(connection, [...project.tables.values()], stopping.stop)) {
            steps.push(step)
            if (!options.json) process.stdout.write(line(step))
          }
        }
      } finally {
        stopping.dispose()
        await engine.close()
      }
      if (options.json) printJson({ steps })
      process.exitCode = steps.some((step) => step.status === 'failed' && step.system)
        ? 3
        : steps.some(({ status }) => status === 'failed')
          ? 1
          : 0
    })
}

const words = {
  ok: ['ok     ', 'green'],
  warning: ['warning', 'yellow'],
  failed: ['failed ', 'red'],
  skipped: ['skipped', 'dim'],
} as const

function line({ connection, step, status, found, fix }: CheckResult): string {
  const [word, colour] = words[status]
  const mark = hasColour(process.stdout) ? styleText(colour, word, { validateStream: false }) : word
  return `${mark} ${connection}: ${step}: ${found}\n${fix === undefined ? '' : `        ${fix}\n`}`
}
