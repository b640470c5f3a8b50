import type { Command } from 'commander'

/** All commands by name, in the order of the help. Each is loaded when it is wanted: most need little of the engine. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./commands/init.ts')).initCommand(),
  connect: async () => (await import('./commands/connect.ts')).connectCommand(),
  run: async () => (await import('./commands/run.ts')).runCommand(),
  reconcile: async () => (await import('./commands/reconcile.ts')).reconcileCommand(),
  serve: async () => (await import('./commands/serve.ts')).serveCommand(),
  webhooks: async () => (await import('./commands/webhooks.ts')).webhooksCommand(),
  test: async () => (await import('./commands/test.ts')).testCommand(),
  explain: async () => (await import('./commands/explain.ts')).explainCommand(),
  validate: async () => (await import('./commands/validate.ts')).validateCommand(),
  check: async () => (await import('./commands/check.ts')).checkCommand(),
  disconnect: async () => (await import('./commands/disconnect.ts')).disconnectCommand(),
  status: async () => (await import('./commands/status.ts')).statusCommand(),
  'dead-letters': async () => (await import('./commands/dead-letters.ts')).deadLettersCommand(),
  sandbox: async () => (await import('./commands/sandbox.ts')).sandboxCommand(),
  demo: async () => (await import('./commands/demo.ts')).demoCommand(),
}
