import type { Plan } from './plan.ts'
import type { Step } from './steps.ts'

/** What the templates of a new project are told of it. */
export function templateValues(plan: Plan, steps: readonly Step[]): Readonly<Record<string, string>> {
  const { name, connections, mappings, tables } = plan
  return {
    project: name,
    systems: connections.map((one) => `- \`${one.name}\`: ${one.title} (\`${one.path}\`)`).join('\n'),
    mappings:
      mappings.length > 0
        ? `| Mapping | |\n|---|---|\n${mappings.map((one) => `| \`${one.name}\` | ${one.title ?? ''} |`).join('\n')}`
        : withoutMappings(plan),
    steps: steps.map(numbered).join('\n'),
    tables: tables.map(({ table }) => `\`${table.name}\``).join(', ') || 'none yet',
  }
}

function numbered({ do: what, run }: Step, index: number): string {
  return [
    `${index + 1}. ${what}.`,
    ...(run.length > 0 ? ['   ```sh', ...run.map((command) => `   ${command}`), '   ```'] : []),
  ].join('\n')
}

/** What there is to map from and to, and how a mapping begins. */
function withoutMappings({ connections, packagePath }: Plan): string {
  const entities = connections.flatMap(({ name, document }) =>
    Object.entries(document.entities).map(([entity, { title = '', list, write }]) => ({
      name: `${name}.${entity}`,
      title,
      reads: list !== undefined,
      writes: Object.keys(write ?? {}),
    })),
  )
  const from = entities.find(({ reads }) => reads)
  const to = entities.find(({ writes, name }) => writes.length > 0 && name.split('.')[0] !== from?.name.split('.')[0])
  return [
    'No shipped mapping is between these systems. What can be read and written:',
    '',
    '| Entity | | Read | Written by |',
    '|---|---|---|---|',
    ...entities.map(
      (one) => `| \`${one.name}\` | ${one.title} | ${one.reads ? 'yes' : ''} | ${one.writes.join(', ')} |`,
    ),
    '',
    `A mapping of your own, \`mappings/first.yaml\`, begins like this; [mappings](${packagePath}/docs/mappings.md) has the rest:`,
    '',
    '```yaml',
    `# yaml-language-server: $schema=../${packagePath}/schemas/mapping.schema.json`,
    'mapping: first',
    `from: ${from?.name ?? 'connection.entity'}`,
    `to: ${to?.name ?? 'connection.entity'}`,
    `write: ${to?.writes[0] ?? 'name'}`,
    'fields:',
    '  # each field of the target, and the expression over the source record that gives it',
    '```',
  ].join('\n')
}
