import { readEnvironment } from '../config/environment.ts'
import type { Project } from '../config/project.ts'
import { openStore } from '../store/open-store.ts'
import type { StateStore } from '../store/state-store.ts'

/** The state of a project; the key of its secrets may stand in the environment, or in `.env` beside the project file. */
export function openProjectStore(project: Project, options: { readonly readOnly?: boolean } = {}): StateStore {
  const { environment } = readEnvironment(project.file, process.env)
  return openStore(project.store, project.folder, { ...options, environment })
}
