import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { slashes } from './package-source.ts'
import type { PlannedFile } from './plan.ts'

/**
 * The files of a folder of templates: `{{name}}` is replaced, and `dot-` at the beginning of a name is a dot (packing
 * leaves out or renames some dot files).
 */
export async function fromTemplates(
  folder: string,
  values: Readonly<Record<string, string>>,
): Promise<readonly PlannedFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Promise.all(
    files.sort().map(async (file) => ({
      path: slashes(relative(folder, file)).replace(/(^|\/)dot-/g, '$1.'),
      text: (await readFile(file, 'utf8')).replace(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole),
    })),
  )
}
