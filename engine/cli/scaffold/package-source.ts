import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path'

/** How a new project comes by Syncline. */
export interface PackageSource {
  /** What stands for it among the dependencies of a package.json: a version, or `file:` and a path. */
  readonly dependency: string
  readonly version: string
  /** The folder that `node_modules/syncline` of the project must lead to; absent when it is there already. */
  readonly link: string | undefined
  /** It is taken from a place outside of the project, which a checkout elsewhere does not have. */
  readonly outside: boolean
}

export const packageName = 'syncline'

/**
 * The project names what ships with Syncline below its own `node_modules/syncline`, wherever that comes from: so the
 * same files work in a checkout, beside an installed package, in CI and in a container.
 *
 * @param root Folder of the Syncline that runs.
 */
export function packageSource(root: string, folder: string): PackageSource {
  const dependency =
    declared(root, folder) ??
    declared(join(folder, 'node_modules', packageName), folder) ??
    `file:${slashes(relative(folder, root))}`
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string }
  return {
    dependency,
    version,
    link: existsSync(join(folder, 'node_modules', packageName, 'package.json')) ? undefined : root,
    outside: /^file:(\.\.|\/|[A-Za-z]:)/.test(dependency),
  }
}

/** What the package that Syncline is installed in says of it, with a path made relative to the new project. */
function declared(root: string, folder: string): string | undefined {
  const modules = dirname(root)
  if (basename(modules) !== 'node_modules') return undefined
  const home = dirname(modules)
  try {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(
      readFileSync(join(home, 'package.json'), 'utf8'),
    ) as {
      readonly dependencies?: Readonly<Record<string, string>>
      readonly devDependencies?: Readonly<Record<string, string>>
    }
    const found = dependencies[packageName] ?? devDependencies[packageName]
    const path = found?.startsWith('file:') ? found.slice('file:'.length) : undefined
    if (path === undefined) return found
    return `file:${slashes(relative(folder, isAbsolute(path) ? path : join(home, path)))}`
  } catch {
    return undefined
  }
}

export function slashes(path: string): string {
  return path.split(sep).join('/')
}
