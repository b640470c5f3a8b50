import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The repository's folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url))
export const launcher = fileURLToPath(new URL('../../bin/syncline.cjs', import.meta.url))
export const shopProject = fileURLToPath(new URL('../../examples/shop/syncline.yaml', import.meta.url))

export interface Ended {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Options {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Another Node than the one of the tests. */
  readonly node?: string
  readonly bin?: string
}

/** A process of `syncline`, with what it printed so far. */
export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Resolves with standard output when it holds a whole line. */
  firstLine(): Promise<string>
}

/** Only what a process needs to start: no variable of the test's own environment reaches a project. */
function bareEnvironment(): Record<string, string> {
  const kept = [
    'PATH',
    'HOME',
    'TMPDIR',
    'SystemRoot',
    'npm_config_cache',
    'npm_config_registry',
    'npm_config_userconfig',
  ]
  return Object.fromEntries(kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))
}

export function start(
  args: readonly string[],
  { cwd = root, env = {}, node = process.execPath, bin = launcher }: Options = {},
): Running {
  return startProcess(node, [bin, ...args], { cwd, env })
}

export function startProcess(
  command: string,
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Running {
  const child = spawn(command, args, { cwd, env: { ...bareEnvironment(), ...env } })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (data) => {
    stdout += String(data)
  })
  child.stderr.on('data', (data) => {
    stderr += String(data)
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status, signal) => resolve({ status, signal, stdout, stderr }))
  })
  return {
    child,
    ended,
    firstLine: () =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (stdout.includes('\n')) resolve(stdout.slice(0, stdout.indexOf('\n')))
        }
        child.stdout.on('data', look)
        child.on('close', () => reject(new Error(`It ended before its first line. ${stderr}`)))
        look()
      }),
  }
}

/** Runs `syncline` to its end. */
export function syncline(args: readonly string[], options: Options = {}): Promise<Ended> {
  return start(args, options).ended
}

/** The one JSON object on standard output. Fails when there is anything else. */
export function jsonOf({ stdout, stderr }: Ended): Record<string, unknown> {
  try {
    return JSON.parse(stdout) as Record<string, unknown>
  } catch (error) {
    throw new Error(`Standard output is not one JSON object: ${stdout}\n${stderr}`, { cause: error })
  }
}
