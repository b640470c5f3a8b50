import type { Project } from '../config/project.ts'
import { type Engine, openEngine } from './engine.ts'
import { type Stopping, stopOnSignals } from './signals.ts'

/** Does a command's work with the engine open, and closes it, whatever comes of it. Signals stop the work. */
export async function withEngine<T>(
  project: Project,
  work: (engine: Engine, stopping: Stopping) => Promise<T>,
): Promise<T> {
  const engine = openEngine(project)
  const stopping = stopOnSignals((message) => process.stderr.write(`${message}\n`))
  try {
    return await work(engine, stopping)
  } finally {
    stopping.dispose()
    await engine.close()
  }
}
