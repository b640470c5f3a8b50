import type { Project } from '../config/project.ts'
import type { ConnectionEnvironment } from '../connectors/connection.ts'
import { createHttpClient, type HttpClient } from '../http/client.ts'
import { proxyFromEnv } from '../http/dispatcher.ts'
import { createGovernors } from '../http/governors.ts'
import { systemClock, systemTimers } from '../http/time.ts'
import { watched } from '../http/watched.ts'
import { secretsOf } from '../redaction/exchange.ts'
import { cleanStore } from '../store/clean-store.ts'
import type { StateStore } from '../store/state-store.ts'
import { openProjectStore } from './project-store.ts'
import { redaction } from './redaction.ts'

export interface Engine {
  readonly environment: ConnectionEnvironment & { readonly store: StateStore }
  close(): Promise<void>
}

/** The state and the way out to the systems. */
export function openEngine(project: Project): Engine {
  const store = cleanStore(openProjectStore(project), redaction.text)
  const http: HttpClient = watched(createHttpClient({ proxy: proxyFromEnv(process.env) }), (exchange) => {
    for (const secret of secretsOf(exchange)) redaction.secret(secret)
  })
  return {
    environment: {
      http,
      governors: createGovernors(),
      store,
      clock: systemClock,
      timers: systemTimers,
      random: Math.random,
    },
    async close() {
      await http.close()
      store.close()
    },
  }
}
