import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['engine/**/*.test.ts', 'examples/**/*.test.ts', 'test/**/*.test.ts'],
    // For what hangs, and not for what is slow: a machine may have ten other things to do.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 90_000 } },
    // The default leaves one core idle, and on two cores that is half of them.
    maxWorkers: '100%',
  },
})
