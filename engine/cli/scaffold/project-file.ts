import type { Plan, PlannedConnection, PlannedFile, PlannedOption, PlannedValue } from './plan.ts'
import { comment, inline, joined } from './yaml-text.ts'

export function projectFile(plan: Plan): PlannedFile {
  const { name, packagePath, connections, mappings, tables, functions, options } = plan
  const lines = [
    `# yaml-language-server: $schema=${packagePath}/schemas/project.schema.json`,
    ...comment(
      `One customer's project: which systems, which mappings run between them, and what is this customer's alone. Every key is explained in ${packagePath}/docs/configuration.md. \${NAME} is read from the environment, or from the file .env beside this one; .env.example explains each. \`syncline validate\` checks all of it, without network and without secrets.`,
    ),
    `project: ${inline(name)}`,
    'connections:',
    ...connections.flatMap(connectionLines),
    ...(mappings.length > 0
      ? [
          ...comment(
            'They run in the order that they need. Take one out by its line; change one by a mapping of your own that extends it.',
          ),
          'mappings:',
          ...mappings.flatMap(({ title, path }) => [`  - ${inline(path)}${title === undefined ? '' : ` # ${title}`}`]),
          '  #- mappings/*.yaml',
        ]
      : [
          ...comment(
            'None yet: no shipped mapping is between these systems. README.md shows what can be read and written.',
          ),
          'mappings: [] # [mappings/*.yaml] as soon as there is one',
        ]),
    tables.length > 0 ? 'tables: [tables/*.yaml]' : '#tables: [tables/*.yaml]',
    ...optionLines(options),
    ...(functions.length > 0
      ? [
          ...comment(
            'What several mappings share. They belong to this project: change them where this customer differs.',
          ),
          'functions:',
          ...functions.flatMap(({ lines: own }) => own),
        ]
      : []),
    ...comment('Cursors, links, and what is kept of records that failed: it must outlive a run, and stays out of git.'),
    'store: ${SYNCLINE_STORE:-sqlite:.syncline/state.db}',
  ]
  return { path: 'syncline.yaml', text: joined(lines) }
}

function connectionLines({ name, title, path, settings, credentials }: PlannedConnection): string[] {
  return [
    ...comment(title, '  '),
    `  ${name}:`,
    `    connector: ${inline(path)}`,
    ...(settings.length > 0
      ? [
          `    settings:${settings.every(({ variable }) => variable === undefined) ? ' {}' : ''}`,
          ...settings.flatMap((value) => settingLines(value)),
        ]
      : []),
    ...(credentials.length > 0
      ? [
          '    credentials: # secrets: never written here, never shown',
          ...credentials.map((value) => `      ${value.name}: \${${value.variable}:-}`),
        ]
      : []),
    "    #share: 100% # of the account's calls; lower it when other programs use the same account",
  ]
}

/** What is not set may come from what `connect` saved, or be the connector's default: so it is empty, not missing. */
function settingLines({ name, variable, required, description, fallback, example }: PlannedValue): string[] {
  if (variable !== undefined) return [`      ${name}: \${${variable}${required ? '' : ':-'}}`]
  return [...comment(description, '      '), `      #${name}: ${inline(fallback ?? example ?? '')}`]
}

function optionLines(options: readonly PlannedOption[]): string[] {
  if (options.length === 0) return []
  return [
    ...comment('What the mappings leave to the customer. What is commented out is the default, which holds.'),
    options.some(({ value }) => value !== undefined) ? 'options:' : 'options: {}',
    ...options.flatMap(({ name, declaration, value, guessed, usedBy }) => [
      ...comment(
        [
          declaration.description,
          ...(declaration.enum ? [`One of ${declaration.enum.join(', ')}`] : []),
          `For ${usedBy.join(', ')}`,
          ...(guessed ? ['This is only an example: put your own'] : []),
        ].join('. '),
        '  ',
      ),
      value === undefined ? `  #${name}: ${inline(declaration.default ?? '')}` : `  ${name}: ${inline(value)}`,
    ]),
  ]
}
