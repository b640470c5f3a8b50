import { describe, expect, test } from 'vitest'
import { createUsageMeter } from './usage.ts'

const waits = { waiting: 3, inFlight: 1 }
const idle = { waiting: 0, inFlight: 0 }

describe('createUsageMeter', () => {
  const sendTimes = (meter: ReturnType<typeof createUsageMeter>, count: number) => {
    for (let index = 0; index < count; index++) meter.sent()
  }

  test('knows nothing before a period is complete', () => {
    const meter = createUsageMeter(10)
    meter.elapse(0, idle, 100)
    sendTimes(meter, 10)
    meter.elapse(99, waits, 100)
    expect(meter.share).toBeUndefined()
  })

  test('is what was sent of what was allowed, over complete periods', () => {
    const meter = createUsageMeter(10)
    meter.elapse(0, idle, 100)
    sendTimes(meter, 10)
    meter.elapse(100, waits, 100)
    expect(meter.share).toBe(1)
    sendTimes(meter, 6)
    meter.elapse(210, waits, 100)
    expect(meter.share).toBe(0.8)
  })

  test('a period in which nothing waited at the end, or work paused, does not count', () => {
    const meter = createUsageMeter(10)
    meter.elapse(0, idle, 100)
    sendTimes(meter, 2)
    meter.elapse(100, { waiting: 0, inFlight: 1 }, 100)
    expect(meter.share).toBeUndefined()
    meter.elapse(110, waits, 100)
    meter.elapse(150, idle, 100)
    sendTimes(meter, 3)
    meter.elapse(205, waits, 100)
    expect(meter.share).toBeUndefined()
    sendTimes(meter, 7)
    meter.elapse(305, waits, 100)
    expect(meter.share).toBe(0.7)
  })

  test('starts anew with another period', () => {
    const meter = createUsageMeter(10)
    meter.elapse(0, idle, 1000)
    meter.elapse(1000, waits, 1000)
    expect(meter.share).toBe(0)
    meter.elapse(1001, waits, 50)
    expect(meter.share).toBeUndefined()
  })
})
