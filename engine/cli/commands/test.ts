import { styleText } from 'node:util'
import { Command } from 'commander'
import { testMappings } from '../../pipeline/mapping-tests/test-mappings.ts'
import { hasColour } from '../output/colour.ts'
import { printJson } from '../output/json.ts'
import { answerFindings, chosenMappings, loadFor, ready } from '../project.ts'

export function testCommand(): Command {
  return new Command('test')
    .description('Run the examples that mappings carry, without network and without secrets.')
    .argument('[mapping...]', 'mappings to test; default: all of the project')
    .option('--json', 'print one JSON object with the results')
    .addHelpText('after', '\nExamples:\n  $ syncline test\n  $ syncline test stock --json')
    .action(async (names: string[], options: { json?: true }, command: Command) => {
      const loaded = await loadFor(command, 'validate')
      const able = ready(loaded)
      if (!able) {
        process.exitCode = answerFindings('test', loaded.findings, options.json)
        return
      }
      const results = await testMappings(able.project, chosenMappings(able.project, names))
      const failed = results.filter(({ passed }) => !passed)
      if (options.json) {
        printJson({ passed: results.length - failed.length, failed: failed.length, tests: results })
      } else {
        const colour = hasColour(process.stdout)
        const mark = (passed: boolean): string => {
          const word = passed ? 'ok    ' : 'failed'
          return colour ? styleText(passed ? 'green' : 'red', word, { validateStream: false }) : word
        }
        for (const { mapping, name, passed, differences, file, line } of results) {
          process.stdout.write(`${mark(passed)} ${mapping}: ${name}\n`)
          if (!passed)
            process.stdout.write(
              `       ${file}:${line}\n${differences.map((difference) => `       ${difference}\n`).join('')}`,
            )
        }
        process.stdout.write(`${results.length - failed.length} passed, ${failed.length} failed\n`)
      }
      process.exitCode = failed.length > 0 ? 1 : 0
    })
}
