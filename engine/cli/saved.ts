import { readEnvironment } from '../config/environment.ts'
import type { LoadProjectInput } from '../config/load-project.ts'
import type { Saved } from '../config/saved.ts'
import { openStore } from '../store/open-store.ts'
import type { StateStore } from '../store/state-store.ts'
import { StoreError } from '../store/store-error.ts'

/** Prefix of the secrets that stand in for a connection's credentials. */
export const credentialPrefix = 'credential.'

/** What the state of a project keeps of its connections, for `loadProject`. A state that is not there is not made. */
export function savedOf(file: string, variables: NodeJS.ProcessEnv): NonNullable<LoadProjectInput['saved']> {
  return ({ store: url, folder, connections }) => {
    const store = openToRead(url, folder, readEnvironment(file, variables).environment)
    try {
      return savedIn(store, connections)
    } finally {
      store.close()
    }
  }
}

/** A copy of what the state keeps of some connections. */
export function savedIn({ identities, secrets }: StateStore, connections: readonly string[]): Saved {
  const credentialsOf = (connection: string): Record<string, string> =>
    Object.fromEntries(
      secrets
        .names(connection)
        .filter((name) => name.startsWith(credentialPrefix))
        .map((name) => [name.slice(credentialPrefix.length), secrets.get(connection, name) ?? '']),
    )
  const kept = new Map(
    connections.map((name) => [name, { settings: identities.get(name), credentials: credentialsOf(name) }] as const),
  )
  return {
    settings: (connection) => kept.get(connection)?.settings ?? {},
    credentials: (connection) => kept.get(connection)?.credentials ?? {},
  }
}

function openToRead(
  url: string,
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): StateStore {
  try {
    return openStore(url, folder, { readOnly: true, environment })
  } catch (error) {
    // One of an older version is brought up to date, as the command that follows would do.
    if (!(error instanceof StoreError) || error.code !== 'store-older') throw error
    return openStore(url, folder, { environment })
  }
}
