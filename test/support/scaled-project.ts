import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from './command.ts'

/** Mappings whose schedules keep their pace: their source is read whole. */
const slow = /^(products|prices|stock|incoming-stock|customers|companies)\.yaml$/

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Durations of the keys named, so many times shorter. */
function shorter(text: string, keys: readonly string[], times: number): string {
  return text.replaceAll(
    new RegExp(`\\b(${keys.join('|')}): (\\d+)(ms|s|m|h)\\b`, 'g'),
    (_, key: string, count: string, unit: string) =>
      `${key}: ${Math.max(1, Math.round((Number(count) * (unitMs[unit] as number)) / times))}ms`,
  )
}

/**
 * A copy of the ready project for a sandbox whose clock runs faster: how long a search may lag, messages are gathered
 * and schedules wait is as many times shorter, so that every ratio is the real one.
 *
 * @param options values for options of mappings, beside those of the project.
 * @param quota calls a minute that the account allows.
 * @returns the project file
 */
export async function scaledProject(
  folder: string,
  speed: number,
  options: Readonly<Record<string, unknown>> = {},
  quota = 200,
): Promise<string> {
  for (const name of ['connectors', 'mappings']) await mkdir(join(folder, name), { recursive: true })
  await symlink(join(root, 'schemas'), join(folder, 'schemas'))
  await cp(join(root, 'examples/shop'), join(folder, 'examples/shop'), {
    recursive: true,
    filter: (source) => !source.endsWith('.syncline'),
  })
  for (const name of await readdir(join(root, 'connectors')))
    await rewrite(join('connectors', name), folder, (text) =>
      shorter(text, ['settles', 'gather', 'timeout'], speed)
        // No machine is as many times faster.
        .replaceAll(/timeout: (\d+)ms/g, (_, ms: string) => `timeout: ${Math.max(Number(ms), 10_000)}ms`)
        .replace(/(quota:\n(?:.*\n)*? +default: )200/, `$1${quota}`)
        .replace(/(quotaPeriod:\n(?:.*\n)*? +default: )60s/, `$1${Math.round(60_000 / speed)}ms`),
    )
  for (const name of (await readdir(join(root, 'mappings'))).filter((file) => file.endsWith('.yaml')))
    await rewrite(join('mappings', name), folder, (text) =>
      slow.test(name) ? text : shorter(text, ['every', 'grace'], speed),
    )
  const project = join(folder, 'examples/shop/syncline.yaml')
  const added = Object.entries(options).map(([name, value]) => `\n  ${name}: ${JSON.stringify(value)}`)
  await writeFile(
    project,
    (await readFile(project, 'utf8')).replace(/^options:.*$/m, (head) => head + added.join('')),
  )
  return project
}

async function rewrite(path: string, folder: string, change: (text: string) => string): Promise<void> {
  await writeFile(join(folder, path), change(await readFile(join(root, path), 'utf8')))
}
