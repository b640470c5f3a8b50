import { existsSync, statSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'
import { Command } from 'commander'
import { declaredValue } from '../../config/declared-value.ts'
import type { OptionValue } from '../../config/dsl.generated.ts'
import { loadProject } from '../../config/load-project.ts'
import { nameAdvice } from '../../config/nearest-name.ts'
import { packageFile } from '../../config/package-files.ts'
import type { Finding } from '../../diagnostics/finding.ts'
import { findingsAsJson } from '../../diagnostics/json.ts'
import { SynclineError } from '../../diagnostics/syncline-error.ts'
import { assemble } from '../../pipeline/assemble.ts'
import { type Asker, createAsker } from '../output/ask.ts'
import { printJson } from '../output/json.ts'
import { printFindings, uniqueFindings } from '../project.ts'
import { type ChosenConnector, chooseConnectors, shippedConnectors } from '../scaffold/choose-connectors.ts'
import { type ChosenMapping, exampleOf, makePlan, mappingsBetween, optionsOf } from '../scaffold/make-plan.ts'
import { loadModel, type Model } from '../scaffold/model.ts'
import { packageName, packageSource } from '../scaffold/package-source.ts'
import type { Plan } from '../scaffold/plan.ts'
import { scaffold } from '../scaffold/scaffold.ts'
import { isNeeded, type Step, stepsFor } from '../scaffold/steps.ts'
import { type Written, writeFiles } from '../scaffold/write-files.ts'

interface Options {
  readonly name?: string
  readonly connector: readonly string[]
  readonly mapping: readonly string[]
  readonly option: readonly string[]
  readonly filled?: true
  readonly yes?: true
  readonly json?: true
}

const each = (value: string, before: readonly string[]): readonly string[] => [...before, value]

export function initCommand(): Command {
  return new Command('init')
    .description('Make the files of a new project. What is there already is kept; nothing is sent anywhere.')
    .argument('[folder]', 'where to; made when it is not there', '.')
    .option('--name <name>', "the project's name; default: that of the folder")
    .option(
      '--connector <name>',
      'a system: the name of a shipped connector or the path of a connector file, with CONNECTION= in front to name it otherwise; may be given several times; default: those of the ready project',
      each,
      [],
    )
    .option(
      '--mapping <name>',
      'a shipped mapping, with those that it needs; may be given several times; default: all between the systems',
      each,
      [],
    )
    .option('--option <name=value>', 'a value for an option of the mappings; may be given several times', each, [])
    .option('--filled', 'with the rows and options of the ready project, which fit `syncline sandbox`')
    .option('--yes', 'ask nothing: what is not given keeps its default, or an example that the next steps name')
    .option('--json', 'ask nothing, and print one JSON object with what was made')
    .addHelpText(
      'after',
      `
Examples:
  $ syncline init my-shop
  $ syncline init my-shop --yes --option culture=sv-SE
  $ syncline init my-shop --mapping products --mapping stock
  $ syncline init my-library --yes --connector ./connectors/library.yaml`,
    )
    .action(async (folder: string, options: Options) => {
      process.exitCode = await init(folder, options)
    })
}

async function init(target: string, options: Options): Promise<number> {
  const folder = resolve(target)
  if (existsSync(folder) && !statSync(folder).isDirectory()) {
    throw new SynclineError({
      code: 'cannot-write',
      message: `${target} is a file, not a folder.`,
      advice: 'Name another folder.',
      exitStatus: 2,
    })
  }
  const root = resolve(packageFile('.'))
  const model = await loadModel(packageFile('examples/shop/syncline.yaml'))
  const asks = !options.yes && !options.json && process.stdin.isTTY
  const asker = asks ? createAsker(process.stdin, process.stderr) : undefined
  let plan: Plan
  try {
    const connectors = await chosenConnectors(options, { root, folder, model, asker })
    const mappings = mappingsBetween(connectors, model, options.mapping)
    plan = makePlan({
      name: projectName(options.name, folder),
      root,
      connectors,
      mappings,
      model,
      options: await chosenOptions(options, { mappings, model, asker }),
      filled: options.filled ?? false,
    })
  } finally {
    asker?.close()
  }
  const source = packageSource(root, folder)
  const steps = stepsFor(plan, source, !existsSync(join(folder, 'package.json')))
  const files = await scaffold(plan, { root, source, steps })
  const link = source.link === undefined ? undefined : { path: `node_modules/${packageName}`, to: source.link }
  const written = writeFiles(folder, files, link)
  // Files that were there before may not fit together with the new ones.
  const findings = await findingsOf(join(folder, 'syncline.yaml'))
  if (options.json) {
    printJson({
      folder,
      ...written,
      connections: plan.connections.map(({ name }) => name),
      mappings: plan.mappings.map(({ name }) => name),
      tables: plan.tables.map(({ table }) => table.name),
      variables: plan.connections.flatMap(({ name, settings, credentials }) => [
        ...settings.filter(isNeeded).map((value) => ({ name: value.variable, connection: name, secret: false })),
        ...credentials.filter(isNeeded).map((value) => ({ name: value.variable, connection: name, secret: true })),
      ]),
      guessed: plan.options.filter(({ guessed }) => guessed).map(({ name }) => name),
      findings: findingsAsJson(findings),
      next: steps,
    })
  } else {
    printFindings(findings)
    process.stdout.write(report(folder, written, steps))
  }
  return findings.some(({ severity }) => severity === 'error') ? 2 : 0
}

interface Asked {
  readonly model: Model
  readonly asker: Asker | undefined
}

async function chosenConnectors(
  { connector }: Options,
  { root, folder, model, asker }: Asked & { readonly root: string; readonly folder: string },
): Promise<readonly ChosenConnector[]> {
  const places = { root, folder, currentFolder: process.cwd() }
  if (connector.length > 0) return chooseConnectors(connector, places)
  const usual = model.project.connectors.map(({ name }) => name)
  const shipped = await shippedConnectors(root)
  // With nothing else to choose there is nothing to ask.
  if (!asker || shipped.every((name) => usual.includes(name))) return chooseConnectors(usual, places)
  const words = (answer: string): string[] => answer.split(/[\s,]+/).filter((word) => word !== '')
  const answer = await asker.ask(
    `Which systems? Shipped: ${shipped.join(', ')}; or paths of connector files`,
    usual.join(', '),
    () => undefined,
  )
  return chooseConnectors(words(answer), places)
}

async function chosenOptions(
  { option: given, filled }: Options,
  { mappings, model, asker }: Asked & { readonly mappings: readonly ChosenMapping[] },
): Promise<Readonly<Record<string, OptionValue>>> {
  const declared = optionsOf(mappings)
  const chosen: Record<string, OptionValue> = {}
  for (const text of given) {
    const [name = '', ...rest] = text.split('=')
    const declaration = declared.get(name)?.declaration
    const value = declaration && declaredValue(declaration, rest.join('='), true)
    if (value === undefined || 'is' in value) {
      throw new SynclineError({
        code: value === undefined ? 'unknown-option' : 'wrong-option',
        message:
          value === undefined
            ? `The mappings of the project have no option ${name}.`
            : `The option ${name} ${value.is}: ${JSON.stringify(rest.join('='))}.`,
        advice: value === undefined ? nameAdvice(name, declared.keys(), 'options') : value.advice,
        exitStatus: 2,
      })
    }
    chosen[name] = value.value
  }
  if (!asker || filled) return chosen
  for (const [name, { declaration }] of declared) {
    if (declaration.default !== undefined || chosen[name] !== undefined) continue
    const answer = await asker.ask(
      `${name}: ${declaration.description}`,
      String(exampleOf(name, declaration, model)),
      (text) => {
        const value = declaredValue(declaration, text, true)
        return 'is' in value ? `That ${value.is}. ${value.advice}` : undefined
      },
    )
    const value = declaredValue(declaration, answer, true)
    if ('value' in value) chosen[name] = value.value
  }
  return chosen
}

function projectName(given: string | undefined, folder: string): string {
  if (given !== undefined && !/^[a-z][a-z0-9-]*$/.test(given)) {
    throw new SynclineError({
      code: 'wrong-format',
      message: `The name ${given} cannot be that of a project.`,
      advice: 'Write it in lower case, with letters, digits and hyphens, beginning with a letter.',
      exitStatus: 2,
    })
  }
  const made = basename(folder)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
  return given ?? (made === '' ? 'my-project' : made)
}

async function findingsOf(file: string): Promise<readonly Finding[]> {
  const { project, findings } = await loadProject({ file, environment: process.env, mode: 'validate' })
  return uniqueFindings([...findings, ...(project ? assemble(project).findings : [])])
}

function report(folder: string, { created, kept }: Written, steps: readonly Step[]): string {
  const here = relative(process.cwd(), folder)
  const lines = [
    ...(created.length > 0 ? [`Made in ${folder}:`, ...created.map((path) => `  ${path}`)] : []),
    ...(kept.length > 0 ? ['Kept as they were:', ...kept.map((path) => `  ${path}`)] : []),
    '',
    'Next steps:',
    ...(here === '' ? [] : [`  cd ${here.length < folder.length ? here : folder}`]),
    ...steps.flatMap(({ do: what, run }, index) => [
      `  ${index + 1}. ${what}.`,
      ...run.map((command) => `       ${command}`),
    ]),
  ]
  return `${lines.join('\n')}\n`
}
