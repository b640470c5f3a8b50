import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type LoadedProject, type LoadProjectInput, loadProject } from '../load-project.ts'

/** A small project without mistakes, file by file. Tests replace the files in which they make one. */
export const goodProject: Readonly<Record<string, string>> = {
  'syncline.yaml': `project: demo
connections:
  shop:
    connector: connectors/shop.yaml
    settings:
      url: \${SHOP_URL}
      page: \${SHOP_PAGE:-50}
    credentials:
      key: \${SHOP_KEY}
mappings: [ mappings/*.yaml ]
tables: [ tables/*.yaml ]
options:
  culture: sv-SE
functions:
  sku: function($p) { $trim($p.sku) }
`,
  'connectors/shop.yaml': `connector: shop
title: Shop
settings:
  required: [url]
  properties:
    url: { type: string, format: uri, description: Address of the API, examples: [https://shop.example] }
    page: { type: integer, default: 100, description: Page size, examples: [50] }
    mode: { type: string, enum: [stage, prod], default: stage, description: Environment, examples: [prod] }
credentials:
  key: The API key
  other: Used by nobody
signIn:
  key:
    headers: { x-api-key: $credentials.key }
http:
  base: "{$settings.url}"
entities:
  item:
    schema: ../schemas/item.schema.json
    key: id
    list: { request: GET /items, records: body.items }
    write:
      put: { request: "PUT /items/{$record.id}", repeat: safe }
`,
  'schemas/item.schema.json': `{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "id": { "type": "integer" },
    "sku": { "type": "string" }
  }
}
`,
  'tables/places.yaml': `table: places
key: code
refers: { from: shop.item.id }
rows:
  - { code: MAIN, from: [2, 5], buffer: 1 }
  - { code: STORE, from: [9], buffer: 0 }
`,
  'mappings/items.yaml': `mapping: items
options:
  culture: { type: string, description: Language of texts, examples: [sv-SE] }
  buffer: { type: integer, default: 0, minimum: 0, description: Pieces held back, examples: [1] }
from: shop.item
to: shop.item
write: put
fields:
  sku: $sku($record)
`,
}

export const goodEnvironment = { SHOP_URL: 'https://shop.example', SHOP_KEY: 'k-123' }

/** Writes the files into a new folder that goes when the test ends; undefined leaves a file out. */
export async function writeProject(
  changes: Readonly<Record<string, string | Uint8Array | undefined>> = {},
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'syncline-config-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries({ ...goodProject, ...changes })) {
    if (content === undefined) continue
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  return folder
}

/** Loads the good project with some files replaced. Findings name files relative to its folder. */
export async function loadChanged(
  changes: Readonly<Record<string, string | Uint8Array | undefined>> = {},
  {
    mode = 'run',
    environment = goodEnvironment,
    ...rest
  }: Partial<Omit<LoadProjectInput, 'file' | 'currentFolder'>> = {},
): Promise<LoadedProject & { readonly folder: string }> {
  const folder = await writeProject(changes)
  const loaded = await loadProject({
    file: join(folder, 'syncline.yaml'),
    environment,
    mode,
    currentFolder: folder,
    ...rest,
  })
  return { ...loaded, folder }
}

/** One of the good files with a part replaced, which must occur in it. */
export function edited(
  file: string,
  ...edits: readonly (readonly [from: string, to: string])[]
): Record<string, string> {
  let text = goodProject[file] ?? ''
  for (const [from, to] of edits) {
    if (!text.includes(from)) throw new Error(`${file} has no ${JSON.stringify(from)}.`)
    text = text.replace(from, () => to)
  }
  return { [file]: text }
}
