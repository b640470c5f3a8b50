import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Path of a file that ships with Syncline, such as `schemas/project.schema.json`. The code runs from `engine/` in a
 * checkout and from `dist/engine/` in the package, so the package's folder is looked for upwards.
 */
export function packageFile(path: string): string {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder)
    if (above === folder) throw new Error(`The installation is not complete: ${path} is missing.`)
    folder = above
  }
  return join(folder, path)
}
