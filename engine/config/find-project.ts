import { existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { ConfigCode } from '../diagnostics/codes.ts'
import { SynclineError } from '../diagnostics/syncline-error.ts'

const projectFileName = 'syncline.yaml'

/**
 * Absolute path of the project file: the named one, else `syncline.yaml` in the current folder or the nearest above.
 *
 * @throws SynclineError `project-not-found`, exit status 2.
 */
export function findProject({
  project,
  currentFolder = process.cwd(),
}: {
  readonly project?: string | undefined
  readonly currentFolder?: string
} = {}): string {
  if (project !== undefined) {
    const file = resolve(currentFolder, project)
    if (isFile(file)) return file
    const inside = join(file, projectFileName)
    throw notFound(
      existsSync(file) ? `${project} is a folder, not a project file.` : `The project file ${project} does not exist.`,
      isFile(inside)
        ? `Name the file in it: --project ${join(project, projectFileName)}`
        : 'Correct the path behind --project.',
    )
  }
  for (let folder = resolve(currentFolder); ; folder = dirname(folder)) {
    const file = join(folder, projectFileName)
    if (isFile(file)) return file
    if (dirname(folder) === folder) break
  }
  throw notFound(
    `There is no ${projectFileName} in ${resolve(currentFolder)} or in a folder above it.`,
    'Go to the folder of the project, or name its file with --project FILE.',
  )
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

function notFound(message: string, advice: string): SynclineError {
  return new SynclineError({ code: 'project-not-found' satisfies ConfigCode, message, advice, exitStatus: 2 })
}
