import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, matchesGlob, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from './support/command.ts'

/** What docs/architecture.md says of the files is true. */
const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8')

const files = globSync('{bin,connectors,engine,examples,mappings,schemas,test}/**/*.{ts,yaml,json}', { cwd: root })
const code = files.filter((file) => /^engine\/(?!.*(?:\.test\.ts$|\/testing\/)).*\.ts$/.test(file))

/** The engine's files that each file of it imports. */
const imports = new Map(
  code.map((file) => {
    const text = readFileSync(join(root, file), 'utf8')
    const named = [...text.matchAll(/(?:from|import|import\()\s*'(\.[^']+)'/g)]
    const found = named.map(([, path = '']) => join(dirname(file), path)).filter((path) => path.startsWith('engine/'))
    return [file, found] as const
  }),
)

describe('the page about the architecture', () => {
  const named = [...page.matchAll(/`([\w./*-]+\.(?:ts|yaml|json))`/g)].map(([, path = '']) => path)

  it('names files that exist, each so that only one can be meant', () => {
    expect(named.length).toBeGreaterThan(50)
    for (const path of new Set(named)) {
      if (path.includes('*')) {
        expect(
          files.some((file) => matchesGlob(file, path)),
          path,
        ).toBe(true)
      } else if (!existsSync(join(root, path))) {
        expect(
          files.filter((file) => file.endsWith(`/${path}`)),
          path,
        ).toHaveLength(1)
      }
    }
  })

  it.each(['engine', 'engine/pipeline', 'engine/connectors', 'engine/config'])('names every folder of %s', (folder) => {
    const below = code.filter((file) => file.startsWith(`${folder}/`)).map((file) => relative(folder, dirname(file)))
    const folders = new Set(below.map((path) => path.split('/')[0] ?? '').filter((path) => path !== ''))
    const told = sectionOf(folder)
    for (const name of folders) expect(told, `${folder}/${name}`).toMatch(new RegExp(`(?<![\\w-])${name}(?![\\w-])`))
  })
})

describe('imports', () => {
  const rows = [...page.matchAll(/^\| ([a-z, ]+) \| ((?:[a-z]+, )*(?:[a-z]+|nothing of the engine|.*address)) \|$/gm)]
  const may = new Map(
    rows.flatMap(([, of = '', what = '']) =>
      of.split(', ').map((folder) => [folder, new Set(what.match(/[a-z]+/g))] as const),
    ),
  )

  it('run as the page says', () => {
    expect(may.get('cli')).toContain('service')
    for (const [file, found] of imports) {
      const [, from = ''] = file.split('/')
      for (const path of found) {
        const [, to = ''] = path.split('/')
        if (to !== from) expect(may.get(from), `${file} imports ${path}`).toContain(to)
      }
    }
  })

  it('never lead back to the file that they started from', () => {
    const done = new Set<string>()
    const follow = (file: string, way: readonly string[]): void => {
      if (way.includes(file)) throw new Error(`A circle: ${[...way.slice(way.indexOf(file)), file].join(' → ')}`)
      if (done.has(file)) return
      for (const next of imports.get(file) ?? []) follow(next, [...way, file])
      done.add(file)
    }
    for (const file of code) follow(file, [])
    expect(done.size).toBe(code.length)
  })
})

/** What the page says of the folders of a folder: the tree of the house, or the table behind its name. */
function sectionOf(folder: string): string {
  if (folder === 'engine') return page.slice(page.indexOf('```text'), page.indexOf('\nImports run'))
  const from = page.indexOf(`\`${folder}/\``)
  expect(from, folder).toBeGreaterThan(0)
  return page.slice(from, page.indexOf('\n\n', page.indexOf('|---', from)))
}
