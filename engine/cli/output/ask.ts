import { createInterface } from 'node:readline'
import { SynclineError } from '../../diagnostics/syncline-error.ts'

/** Asks people questions on a terminal: on standard error, so that standard output stays for results. */
export interface Asker {
  /**
   * The answer, or `fallback` for an empty one. `refuse` says what is wrong with an answer; then it is asked again.
   *
   * @throws SynclineError `not-answered` when the input ends.
   */
  ask(question: string, fallback: string | undefined, refuse: (answer: string) => string | undefined): Promise<string>
  close(): void
}

export function createAsker(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Asker {
  const reader = createInterface({ input, output })
  // Lines that are typed or pasted ahead wait for their question.
  const lines: string[] = []
  let ended = false
  let wake = (): void => {}
  reader.on('line', (line) => {
    lines.push(line)
    wake()
  })
  reader.once('close', () => {
    ended = true
    wake()
  })

  async function nextLine(): Promise<string> {
    while (lines.length === 0 && !ended) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    const line = lines.shift()
    if (line !== undefined) return line
    throw new SynclineError({
      code: 'not-answered',
      message: 'A question was not answered. Nothing was written.',
      advice: 'Run it again, or give --yes and the options that it needs.',
      exitStatus: 2,
    })
  }

  return {
    async ask(question, fallback, refuse) {
      for (;;) {
        reader.setPrompt(fallback === undefined ? `${question}: ` : `${question} [${fallback}]: `)
        reader.prompt()
        const answer = (await nextLine()).trim() || fallback
        if (answer === undefined) continue
        const problem = refuse(answer)
        if (problem === undefined) return answer
        output.write(`${problem}\n`)
      }
    },
    close: () => reader.close(),
  }
}
