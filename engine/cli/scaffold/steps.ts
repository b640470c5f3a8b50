import { type PackageSource, packageName } from './package-source.ts'
import type { Plan, PlannedValue } from './plan.ts'

/** What is to be done with a new project, in order. */
export interface Step {
  readonly do: string
  /** Commands, in the folder of the project. */
  readonly run: readonly string[]
}

export function stepsFor(plan: Plan, source: PackageSource, addsPackage: boolean): readonly Step[] {
  const { connections, tables, options, mappings } = plan
  const guessed = options.filter((option) => option.guessed).map(({ name }) => name)
  const needed = connections.flatMap(({ settings, credentials }) => [...settings, ...credentials].filter(isNeeded))
  const empty = tables.filter(({ table, filled }) => !filled && table.rows.length > 0)
  return [
    {
      do: addsPackage
        ? 'Install Syncline, and commit package.json and package-lock.json'
        : 'See that Syncline stands among the dependencies of package.json',
      run: addsPackage ? ['npm install'] : [`npm install ${source.dependency}`],
    },
    {
      do: 'Check the files, and run the examples of the mappings',
      run: ['npx syncline validate', 'npx syncline test'],
    },
    {
      do: 'Connect each system: what is asked says where it is found, and it ends with a real read',
      run: connections.map(({ name }) => `npx syncline connect ${name}`),
    },
    ...(needed.length > 0
      ? [
          {
            do: `Where nobody can be asked, as in a container, set these instead (.env.example explains them): ${needed.map(({ variable }) => variable).join(', ')}`,
            run: [],
          },
        ]
      : []),
    ...(empty.length > 0
      ? [
          {
            do: `Fill in the tables, each of which says where its values are found: ${empty.map(({ table }) => table.name).join(', ')}`,
            run: [],
          },
        ]
      : []),
    ...(guessed.length > 0
      ? [
          {
            do: `Put your own value for ${guessed.join(', ')} under options in syncline.yaml: an example stands there`,
            run: [],
          },
        ]
      : []),
    { do: 'Verify each connection, and that every id in the tables exists', run: ['npx syncline check'] },
    ...(mappings.length > 0
      ? [
          { do: 'See what a run would write, and change nothing', run: ['npx syncline run --dry-run'] },
          { do: 'Run, and see what became of it', run: ['npx syncline run', 'npx syncline status'] },
        ]
      : [
          {
            do: 'Write the first mapping, add mappings/*.yaml to syncline.yaml, and see what it would do',
            run: ['npx syncline run --dry-run'],
          },
        ]),
    ...(source.outside
      ? [
          {
            do: 'Before CI and containers: put Syncline, which lies outside of this folder, packed into the project',
            run: packing(source),
          },
        ]
      : []),
  ]
}

function packing({ dependency, version }: PackageSource): readonly string[] {
  const path = dependency.slice('file:'.length)
  const packed = /\.tgz$/.test(path)
  const tarball = packed ? path.replace(/^.*[\\/]/, '') : `${packageName}-${version}.tgz`
  return [
    'mkdir -p vendor',
    packed ? `cp ${path} vendor/` : `npm pack ${path} --pack-destination vendor`,
    `npm install ./vendor/${tarball}`,
  ]
}

export function isNeeded({ needed, variable }: PlannedValue): boolean {
  return needed && variable !== undefined
}
