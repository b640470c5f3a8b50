import { readdir } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import type { ConnectorFile } from '../../config/dsl.generated.ts'
import { loadConnector } from '../../config/load/load-connector.ts'
import { nameAdvice } from '../../config/nearest-name.ts'
import { createFinding, type Finding, hasErrors } from '../../diagnostics/finding.ts'
import { SynclineError } from '../../diagnostics/syncline-error.ts'
import { text } from '../../diagnostics/text.ts'
import { packageName, slashes } from './package-source.ts'

/** A connector that a new project is to use. */
export interface ChosenConnector {
  /** The connection's name. */
  readonly name: string
  /** As the project file names the connector's file. */
  readonly path: string
  readonly document: ConnectorFile
}

/** Names of the connectors that ship with Syncline, by their files. */
export async function shippedConnectors(root: string): Promise<readonly string[]> {
  const files = await readdir(join(root, 'connectors'))
  return files.flatMap((file) => (file.endsWith('.yaml') ? [file.slice(0, -'.yaml'.length)] : [])).sort()
}

/**
 * Reads the connectors that the command line names: one that ships with Syncline by its name, any other by the path of
 * its file; `NAME=` in front names the connection.
 *
 * @throws SynclineError `unknown-connector`, `duplicate-connection`, exit status 2.
 */
export async function chooseConnectors(
  chosen: readonly string[],
  { root, folder, currentFolder }: { readonly root: string; readonly folder: string; readonly currentFolder: string },
): Promise<readonly ChosenConnector[]> {
  const shipped = await shippedConnectors(root)
  const connectors: ChosenConnector[] = []
  for (const entry of chosen) {
    const [, named, what = ''] = /^(?:([a-z][A-Za-z0-9]*)=)?(.+)$/s.exec(entry) ?? []
    const isPath = /[\\/]|\.ya?ml$/.test(what)
    if (!isPath && !shipped.includes(what)) {
      throw new SynclineError({
        code: 'unknown-connector',
        message: `No connector ${what === '' ? entry : what} ships with Syncline.`,
        advice: `${nameAdvice(what, shipped, 'shipped connectors')} Name any other by the path of its file.`,
        exitStatus: 2,
      })
    }
    const file = isPath ? resolve(currentFolder, what) : join(root, 'connectors', `${what}.yaml`)
    const document = await read(file, what)
    const name = named ?? camel(document.connector)
    if (connectors.some((other) => other.name === name)) {
      throw new SynclineError({
        code: 'duplicate-connection',
        message: `Two connections would be named ${name}.`,
        advice: `Name one of them: --connector ${name}2=${what}.`,
        exitStatus: 2,
      })
    }
    const path = isPath
      ? slashes(relative(folder, file))
      : `node_modules/${packageName}/${slashes(relative(root, file))}`
    connectors.push({ name, path, document })
  }
  return connectors
}

async function read(file: string, shown: string): Promise<ConnectorFile> {
  const findings: Finding[] = []
  const from = (problem: Omit<Finding, 'file' | 'line' | 'column' | 'severity'>): Finding =>
    createFinding({ ...problem, file: shown, line: 1, column: 1 })
  const source = await loadConnector(file, from, {}, (finding) => findings.push(finding))
  if (source && !hasErrors(findings)) return source.document
  throw new SynclineError({
    code: 'unknown-connector',
    message: `The connector file ${shown} cannot be used.\n${text(findings)}`,
    advice: 'Correct the file or its path.',
    exitStatus: 2,
  })
}

function camel(name: string): string {
  return name.replace(/-+(\w?)/g, (_, letter: string) => letter.toUpperCase())
}
