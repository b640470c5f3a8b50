import { Command } from 'commander'
import { nameAdvice } from '../../config/nearest-name.ts'
import type { Project } from '../../config/project.ts'
import { displayPath } from '../../diagnostics/finding.ts'
import { SynclineError } from '../../diagnostics/syncline-error.ts'
import type { StateStore } from '../../store/state-store.ts'
import { printJson } from '../output/json.ts'
import { answerFindings, loadFor } from '../project.ts'
import { openProjectStore } from '../project-store.ts'

export function disconnectCommand(): Command {
  return new Command('disconnect')
    .description(
      'Forget what the state keeps to sign in to a connection: tokens, credentials, identifiers of the account.',
    )
    .argument('<connection>', 'name of the connection')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
It needs no key and calls no system: authorisations are taken back in the system itself. End runs of the project first;
one that goes on keeps its token, and may save the next one.

Examples:
  $ syncline disconnect shop
  $ syncline disconnect shop --json`,
    )
    .action(async (name: string, options: { json?: true }, command: Command) => {
      // What is forgotten may be what keeps the project from running, so findings are no obstacle.
      const { project, findings } = await loadFor(command, 'validate')
      if (!project) {
        process.exitCode = answerFindings('disconnect', findings, options.json)
        return
      }
      const store = openProjectStore(project)
      try {
        const forgotten = forget(store, name)
        if (!isConnection(project, name) && forgotten.secrets.length + forgotten.identities.length === 0) {
          throw new SynclineError({
            code: 'unknown-connection',
            message: `The project has no connection ${name}, and the state keeps nothing of it.`,
            advice: nameAdvice(name, project.connections.keys(), 'connections'),
            exitStatus: 2,
          })
        }
        const stays = givenInFile(project, name)
        if (options.json) printJson({ connection: name, forgotten, stays })
        else process.stdout.write(described(name, forgotten, stays))
      } finally {
        store.close()
      }
    })
}

interface Forgotten {
  /** Names, never values. */
  readonly secrets: readonly string[]
  readonly identities: readonly string[]
}

interface Given {
  readonly credential: string
  readonly file: string
  readonly line: number
}

function forget({ secrets, identities, transaction }: StateStore, connection: string): Forgotten {
  return transaction(() => {
    const forgotten = { secrets: secrets.names(connection), identities: Object.keys(identities.get(connection)) }
    secrets.remove(connection)
    identities.remove(connection)
    return forgotten
  })
}

function isConnection(project: Project, name: string): boolean {
  return project.connections.has(name) || project.unread.connections.has(name)
}

/** Credentials that the project file gives, from wherever it takes them. */
function givenInFile(project: Project, name: string): readonly Given[] {
  const { credentialFrom = {}, path = [] } = project.connections.get(name) ?? {}
  return Object.keys(credentialFrom)
    .filter((credential) => credentialFrom[credential] === 'project')
    .map((credential) => ({
      credential,
      file: displayPath(project.origin.file),
      line: project.origin.at([...path, 'credentials', credential]).line,
    }))
}

function described(connection: string, { secrets, identities }: Forgotten, stays: readonly Given[]): string {
  const all = [...secrets, ...identities]
  const lines = [
    all.length === 0
      ? `The state keeps nothing of the connection ${connection}.`
      : `Forgotten of the connection ${connection}: ${all.join(', ')}.`,
    ...(stays.length === 0 ? [] : ['The project file still gives, from the environment, from files or as text:']),
    ...stays.map(({ credential, file, line }) => `  ${credential} (${file}:${line})`),
  ]
  return `${lines.join('\n')}\n`
}
