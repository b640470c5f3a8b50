import { createInterface, type Interface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { styleText } from 'node:util'
import type { Choice, Person, Question } from '../../connectors/connect/connect-types.ts'
import { Stopped } from './stopped.ts'

export interface TerminalOptions {
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream
  readonly colour: boolean
  /** Opens an address; undefined where it is only to be shown. */
  readonly open: ((address: string) => Promise<boolean>) | undefined
  /** Called for Ctrl-C and for the end of the input. */
  readonly stop: () => void
}

/** A person at a terminal. What is typed for a masked question is shown nowhere. */
export function createTerminal({ input, output, colour, open, stop }: TerminalOptions): Person & { close(): void } {
  let hidden = false
  const echo = new Writable({
    write(chunk: Buffer, _, done) {
      if (!hidden) output.write(chunk)
      done()
    },
  })
  const reader: Interface = createInterface({ input, output: echo, terminal: true, historySize: 0 })
  let closed = false
  const stopped = Promise.withResolvers<never>()
  stopped.promise.catch(() => {})
  const end = (): void => {
    stopped.reject(new Stopped())
    stop()
  }
  reader.on('SIGINT', end)
  reader.on('close', end)
  const say = (line: string): void => void output.write(`${line}\n`)
  const dim = (line: string): string => (colour ? styleText('dim', line, { validateStream: false }) : line)

  /** One line. The prompt is the reader's own, since it draws the line anew; it is shown before anything is hidden. */
  async function read(prompt: string, masked: boolean, signal?: AbortSignal): Promise<string> {
    if (closed) throw new Stopped()
    const answer = reader.question(prompt, signal ? { signal } : {})
    hidden = masked
    try {
      return (await Promise.race([answer, stopped.promise])).trim()
    } catch (error) {
      throw signal?.aborted ? signal.reason : error
    } finally {
      hidden = false
      if (masked) output.write('\n')
    }
  }

  return {
    answers: true,
    say,
    async ask({ label, help, fallback, optional, masked, refuse }: Question) {
      for (const line of help) say(dim(`  ${line}`))
      for (;;) {
        const shown = fallback === undefined ? '' : ` [${fallback}]`
        const answer = (await read(`  ${label}${shown}: `, masked)) || fallback || ''
        if (answer === '' && optional) return ''
        const problem = answer === '' ? 'An answer is needed.' : refuse(answer)
        if (problem === undefined) return answer
        say(`  ${problem}`)
      }
    },
    async choose(label: string, choices: readonly Choice[], fallback: string | undefined) {
      say(`  ${label}`)
      for (const [index, choice] of choices.entries()) {
        say(`    ${index + 1}  ${choice.label}`)
        if (choice.hint !== undefined) say(dim(`       ${choice.hint}`))
      }
      const preset = choices.findIndex(({ value }) => value === fallback) + 1
      for (;;) {
        const answer = (await read(`  Number${preset > 0 ? ` [${preset}]` : ''}: `, false)) || String(preset)
        const chosen = choices[Number(answer) - 1] ?? choices.find(({ value }) => value !== '' && value === answer)
        if (chosen) return chosen.value
        say(`  Give a number from 1 to ${choices.length}.`)
      }
    },
    async authorise(address: string, receiving: boolean, signal: AbortSignal) {
      const opened = open ? await open(address) : false
      say(opened ? 'Your browser opens this page; agree there:' : 'Open this page in a browser, and agree there:')
      say(`\n${address}\n`)
      if (receiving)
        say(dim('  The answer is received here. If it cannot be, the browser ends on a page that does not load.'))
      return read('  Address that the browser ended on (only if it is not received): ', false, signal)
    },
    close: () => {
      closed = true
      reader.off('close', end)
      reader.close()
    },
  }
}
