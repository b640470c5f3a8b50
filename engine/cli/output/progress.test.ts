import { describe, expect, it } from 'vitest'
import { createCounts } from '../../pipeline/counts.ts'
import type { PipelineReport } from '../../pipeline/run-context.ts'
import { createProgress } from './progress.ts'

function recorder(isTTY: boolean) {
  let time = 0
  let text = ''
  const progress = createProgress({ isTTY, columns: 50, write: (more) => (text += String(more)) }, () => time)
  return {
    progress,
    wait(ms: number) {
      time += ms
    },
    taken() {
      const taken = text
      text = ''
      return taken
    },
  }
}

const started = { type: 'pipeline-started', mapping: 'stock', mode: 'full', reason: 'first run' } as const
const counts = { ...createCounts(), read: 400, created: 300, calls: { office: 4, shop: 3 } }
const going = { type: 'progress', mapping: 'stock', phase: 'mapping', counts, listed: 1000 } as const
const ended = { type: 'pipeline-ended', mapping: 'stock', report: { seconds: 7.04 } as PipelineReport } as const

describe('without a terminal', () => {
  it('a line at the start, at the end, and every few seconds between', () => {
    const { progress, wait, taken } = recorder(false)
    progress.listen(started)
    expect(taken()).toBe('stock: reading everything (first run)\n')
    wait(4_900)
    progress.listen(going)
    expect(taken()).toBe('')
    wait(200)
    progress.listen(going)
    // 400 records in 5.1 s.
    expect(taken()).toBe('  stock: 400 of 1000 mapped, 300 written; 78 records/s, 7 calls, 5 s\n')
    progress.listen({ ...going, phase: 'writing', listed: 400 })
    wait(5_000)
    progress.listen({ ...going, phase: 'writing', listed: 400 })
    // Fewer were listed when it was told last; more were known before.
    expect(taken()).toContain('400 of 1000 mapped')
    progress.listen(ended)
    progress.end()
    expect(taken()).toBe('stock: ended after 7.0 s\n')
    progress.listen({ type: 'sides-compared', mapping: 'stock', compared: 400, remaining: 1, seconds: 2 })
    progress.listen({ type: 'sides-compared', mapping: 'prices', compared: 9, remaining: 0, seconds: 0.25 })
    expect(taken()).toBe(
      'stock: 400 compared, 1 differs, after 2.0 s\nprices: 9 compared, nothing differs, after 0.3 s\n',
    )
  })
})

describe('on a terminal', () => {
  it('lines are cut to its width, and written over', () => {
    const { progress, wait, taken } = recorder(true)
    progress.listen(started)
    wait(1_000)
    taken()
    progress.listen(going)
    const first = taken()
    expect(first.trimEnd().length).toBeLessThan(50)
    wait(200)
    progress.listen(going)
    expect(taken()).toContain('\u001b[1A\u001b[0J  stock: 400 of 1000 mapped')
    progress.end()
    expect(taken()).toBe('\u001b[1A\u001b[0J')
  })

  it('a warning stands above the lines that change', () => {
    const { progress, wait, taken } = recorder(true)
    progress.listen(started)
    wait(1_000)
    progress.listen(going)
    taken()
    progress.listen({ type: 'warning', mapping: 'stock', message: 'careful' })
    expect(taken()).toContain('\u001b[1A\u001b[0Jstock: careful\n  stock: 400')
  })
})
