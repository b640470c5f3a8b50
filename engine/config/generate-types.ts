/**
 * Writes dsl.generated.ts from the JSON Schemas of the configuration files. `--check` only compares, for CI.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { compile, type JSONSchema } from 'json-schema-to-typescript'
import { packageFile } from './package-files.ts'

const sources = ['project', 'table', 'mapping', 'connector']
const target = packageFile('engine/config/dsl.generated.ts')

const banner = `// Written by generate-types.ts from the JSON Schemas in schemas/. Change those, then run: npm run types

/** An object that the configuration does not describe further. */
export type JsonObject = Readonly<Record<string, unknown>>
`

type Schema = { readonly [keyword: string]: unknown; readonly $defs?: Readonly<Record<string, Schema>> }

/** The whole text of the generated file. */
export async function generateTypes(): Promise<string> {
  const declarations = new Map<string, string>()
  for (const source of sources) {
    const root = JSON.parse(await readFile(packageFile(`schemas/${source}.schema.json`), 'utf8')) as Schema
    const definitions = Object.entries(root.$defs ?? {})
    const names = new Map(definitions.map(([key, definition]) => [`#/$defs/${key}`, typeName(key, definition)]))
    const { $defs: _, $id: __, $schema: ___, ...file } = root
    for (const schema of [file, ...definitions.map(([key, d]) => ({ ...d, title: typeName(key, d) }))]) {
      const code = await compile(prepare(schema, names) as JSONSchema, String(schema.title), {
        bannerComment: '',
        ignoreMinAndMaxItems: true,
        style: { semi: false, singleQuote: true, printWidth: 120 },
      })
      for (const declaration of split(code)) add(declarations, declaration, source)
    }
  }
  return `${banner}\n${[...declarations.values()].map(readonly).join('\n')}`
}

function typeName(key: string, { title }: Schema): string {
  return typeof title === 'string' ? title : key.replace(/^./, (first) => first.toUpperCase())
}

/**
 * The schema as the generator needs it. A reference becomes the name of its type, since the generator would otherwise
 * copy the type for each place that describes it in words of its own (Expression, Expression1, Expression2 …).
 */
function prepare(node: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(node)) return node.map((entry) => prepare(entry, names))
  if (typeof node !== 'object' || node === null) return node
  const { $ref, examples: _, propertyNames: __, ...schema } = node as Schema
  if (typeof $ref === 'string') {
    const name = names.get($ref)
    if (name === undefined) throw new Error(`A schema refers to ${$ref}, which does not exist.`)
    return { ...(schema.description !== undefined && { description: schema.description }), tsType: name }
  }
  const open = schema.properties === undefined && schema.additionalProperties === undefined
  if (schema.type === 'object' && (open || schema.additionalProperties === true)) {
    return { description: schema.description, tsType: 'JsonObject' }
  }
  if (Array.isArray(schema.type) && schema.type.includes('object')) {
    return { description: schema.description, tsType: 'JsonObject | readonly JsonObject[]' }
  }
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [
      keyword,
      keyword === 'properties'
        ? Object.fromEntries(Object.entries(value as object).map(([key, child]) => [key, prepare(child, names)]))
        : keyword === 'enum' || keyword === 'required' || keyword === 'default'
          ? value
          : prepare(value, names),
    ]),
  )
}

/** Each exported declaration with its comment. */
function split(code: string): string[] {
  return code
    .split(/^(?=\/\*\*|export )/m)
    .reduce<string[]>((parts, part) => {
      const previous = parts.at(-1)
      if (previous?.startsWith('/**') && !/^export /m.test(previous)) parts[parts.length - 1] = previous + part
      else parts.push(part)
      return parts
    }, [])
    .filter((part) => /^export /m.test(part))
    .map((part) => `${part.trim()}\n`)
}

function add(declarations: Map<string, string>, declaration: string, source: string): void {
  const name = /^export (?:type|interface) (\w+)/m.exec(declaration)?.[1]
  if (name === undefined) throw new Error(`No name in a generated declaration: ${declaration}`)
  const known = declarations.get(name)
  // Two files may describe one type (Expression), but only in the same way.
  if (known !== undefined && withoutComments(known) !== withoutComments(declaration)) {
    throw new Error(`The title ${name} in schemas/${source}.schema.json is another type elsewhere. Rename one of them.`)
  }
  if (known === undefined) declarations.set(name, declaration)
}

function withoutComments(code: string): string {
  return code.replace(/\/\*\*[\s\S]*?\*\//g, '').replace(/\s+/g, ' ')
}

/** The configuration is frozen, so its types are read-only throughout; the generator has no option for it. */
function readonly(declaration: string): string {
  return declaration
    .split('\n')
    .map((line) =>
      /^\s*(\/\*\*|\*)/.test(line)
        ? line
        : line
            .replace(/^(\s+)((?:[\w$]+|'[^']+')\??|\[k: string\]):/, '$1readonly $2:')
            .replace(/(?<!readonly )(\b\w+|\([^()]*\))\[\]/g, 'readonly $1[]'),
    )
    .join('\n')
}

if (import.meta.main) {
  const text = await generateTypes()
  if (!process.argv.includes('--check')) {
    await writeFile(target, text)
  } else if (text !== (await readFile(target, 'utf8').catch(() => ''))) {
    process.stderr.write(
      'engine/config/dsl.generated.ts is not what the schemas in schemas/ say. Run "npm run types" and commit the file.\n',
    )
    process.exitCode = 1
  }
}
