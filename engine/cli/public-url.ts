import { addressProblem } from '../config/addresses.ts'
import type { Project } from '../config/project.ts'
import { SynclineError } from '../diagnostics/syncline-error.ts'

/** Under which address the systems reach the receivers, without a slash at its end: what the command line says, else the project. */
export function publicUrlOf(given: string | undefined, project: Project): string | undefined {
  const problem = given === undefined ? undefined : addressProblem(given)
  if (problem !== undefined) {
    throw new SynclineError({
      code: 'command-line',
      message: `--public-url ${problem}.`,
      advice: 'Write it like https://sync.example.com.',
      exitStatus: 2,
    })
  }
  return (given ?? project.publicUrl)?.replace(/\/+$/, '')
}
