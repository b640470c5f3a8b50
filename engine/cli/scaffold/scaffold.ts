import { join } from 'node:path'
import { environmentFile } from './environment-file.ts'
import { type PackageSource, packageName } from './package-source.ts'
import type { Plan, PlannedFile } from './plan.ts'
import { projectFile } from './project-file.ts'
import { templateValues } from './read-me.ts'
import type { Step } from './steps.ts'
import { tableFile } from './table-file.ts'
import { fromTemplates } from './templates.ts'

/** Every file of a new project. */
export async function scaffold(
  plan: Plan,
  { root, source, steps }: { readonly root: string; readonly source: PackageSource; readonly steps: readonly Step[] },
): Promise<readonly PlannedFile[]> {
  return [
    projectFile(plan),
    ...plan.tables.map((table) => tableFile(table, plan)),
    environmentFile(plan.connections),
    packageFile(plan, source),
    ...(await fromTemplates(join(root, 'examples/scaffold'), templateValues(plan, steps))),
  ]
}

function packageFile({ name }: Plan, { dependency }: PackageSource): PlannedFile {
  const content = {
    name,
    private: true,
    scripts: {
      validate: 'syncline validate',
      test: 'syncline test',
      check: 'syncline check',
      start: 'syncline run',
    },
    dependencies: { [packageName]: dependency },
  }
  return { path: 'package.json', text: `${JSON.stringify(content, undefined, 2)}\n` }
}
