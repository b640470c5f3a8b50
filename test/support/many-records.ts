/**
 * Runs many records through a pipeline whose system is in this process and answers from a formula, and tells the most
 * memory that was live at any page. Started by `test/meanings/memory.test.ts`.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bodyOf, startServer } from '../../engine/http/testing/test-server.ts'
import { createTestEngine } from './engine.ts'

const records = Number(process.argv[2])
let live = 0
let received = 0

const server = await startServer(async (request, response) => {
  const { searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
  const body = await bodyOf(request)
  response.setHeader('content-type', 'application/json')
  if (request.method === 'POST') {
    received += (JSON.parse(body) as unknown[]).length
    globalThis.gc?.()
    live = Math.max(live, process.memoryUsage().heapUsed)
    response.end('{}')
    return
  }
  const from = Number(searchParams.get('from'))
  const rows = Array.from({ length: Math.min(250, records - from) }, (_, index) => ({
    id: from + index + 1,
    text: `record ${from + index + 1} `.repeat(40),
  }))
  response.end(JSON.stringify({ rows, next: from + 250 < records ? from + 250 : null }))
})
const { url } = server
const folder = await mkdtemp(join(tmpdir(), 'many-records-'))
const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text)
await write(
  'schema.json',
  JSON.stringify({
    type: 'object',
    additionalProperties: false,
    required: ['id'],
    properties: { id: { type: 'integer' }, text: { type: 'string' } },
  }),
)
await write(
  'many.yaml',
  `connector: many
title: Many records
settings: { required: [url], properties: { url: { type: string, format: uri, description: Address } } }
http: { base: "{$settings.url}" }
entities:
  row:
    schema: schema.json
    key: id
    list: { request: GET /rows, query: { from: "$default($next, 0)" }, records: body.rows, next: "body.next != null ? body.next" }
    write: { put: { request: POST /rows, batch: 200, repeat: safe } }
`,
)
await write('mapping.yaml', 'mapping: many\nfrom: many.row\nto: many.row\nwrite: put\nfields: { id: id, text: text }\n')
await write(
  'syncline.yaml',
  `project: many\nconnections: { many: { connector: many.yaml, settings: { url: "${url}" } } }\nmappings: [ mapping.yaml ]\n`,
)
const engine = createTestEngine(join(folder, 'syncline.yaml'), {}, join(folder, 'state.db'), { quiet: true })
try {
  const report = await engine.run()
  if (received !== records) throw new Error(`${received} of ${records} arrived: ${JSON.stringify(report.pipelines)}`)
  process.stdout.write(JSON.stringify({ created: report.pipelines[0]?.created, heapMb: Math.round(live / 1e6) }))
} finally {
  engine.close()
  await server.close()
  await rm(folder, { recursive: true, force: true })
}
