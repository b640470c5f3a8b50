import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

/** Promise 5: memory does not grow with the number of records. Measured in a process of its own, with a bounded heap. */
const script = fileURLToPath(new URL('../support/many-records.ts', import.meta.url))

function run(records: number): Promise<{ created: number; heapMb: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--expose-gc', script, String(records)])
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    child.on('exit', (code) => (code === 0 ? resolve(JSON.parse(out)) : reject(new Error(err))))
  })
}

it('memory does not grow with the number of records', async () => {
  const few = await run(500)
  const many = await run(15_000)
  expect(few.created).toBe(500)
  expect(many.created).toBe(15_000)
  // Thirty times the records; what is live at the highest is measured after a collection.
  expect(many.heapMb).toBeLessThan(few.heapMb * 1.5 + 10)
})
