import { PassThrough } from 'node:stream'
import { afterEach, describe, expect, it } from 'vitest'
import type { Question } from '../../connectors/connect/connect-types.ts'
import { Stopped } from './stopped.ts'
import { createTerminal } from './terminal.ts'

const opened: { close(): void }[] = []
afterEach(() => {
  for (const terminal of opened.splice(0)) terminal.close()
})

function terminal(open?: (address: string) => Promise<boolean>) {
  const input = new PassThrough()
  const output = new PassThrough()
  let shown = ''
  output.on('data', (data) => {
    shown += String(data)
  })
  const stop = new AbortController()
  const made = createTerminal({ input, output, colour: false, open, stop: () => stop.abort(new Stopped()) })
  opened.push(made)
  return { ...made, input, stop, shown: () => shown }
}

const question = (more: Partial<Question> = {}): Question => ({
  label: 'tenant',
  help: ['Name of the quay.'],
  fallback: undefined,
  optional: false,
  masked: false,
  refuse: (answer) => (/^[a-z]+$/.test(answer) ? undefined : 'Small letters only.'),
  ...more,
})

/** Types a line once the text is shown: not before it is asked for. */
async function type({ input, shown }: ReturnType<typeof terminal>, after: string, line: string): Promise<void> {
  while (!shown().includes(after)) await new Promise((resolve) => setTimeout(resolve, 5))
  input.write(`${line}\n`)
}

describe('a question', () => {
  it('is asked again until the answer fits', async () => {
    const person = terminal()
    const answer = person.ask(question())
    await type(person, 'tenant: ', '')
    await type(person, 'An answer is needed.', 'North')
    await type(person, 'Small letters only.', 'north')
    expect(await answer).toBe('north')
    expect(person.shown()).toContain('Name of the quay.')
  })

  it('takes what is offered for an empty answer', async () => {
    const person = terminal()
    const answer = person.ask(question({ fallback: 'south' }))
    await type(person, '[south]', '')
    expect(await answer).toBe('south')
  })

  it('never shows what is typed for a secret', async () => {
    const person = terminal()
    const answer = person.ask(question({ label: 'secret', masked: true, refuse: () => undefined }))
    await type(person, 'secret: ', 'hush-hush')
    expect(await answer).toBe('hush-hush')
    const next = person.ask(question())
    await type(person, 'tenant: ', 'north')
    await next
    expect(person.shown()).not.toContain('hush')
    expect(person.shown()).toContain('north')
  })

  it('is ended by Ctrl-C', async () => {
    const person = terminal()
    const answer = person.ask(question())
    person.input.write('\u0003')
    await expect(answer).rejects.toBeInstanceOf(Stopped)
    expect(person.stop.signal.reason).toBeInstanceOf(Stopped)
  })
})

it('the end of the input ends a question too', async () => {
  const person = terminal()
  const answer = person.ask(question())
  person.input.end()
  await expect(answer).rejects.toBeInstanceOf(Stopped)
})

describe('a choice', () => {
  it('is made by number or by name; Enter takes what is usual', async () => {
    const choices = [
      { value: 'pilot', label: 'pilot: a pilot', hint: 'For those who come often.' },
      { value: 'pass', label: 'pass: a pass', hint: undefined },
    ]
    for (const [typed, chosen] of [
      ['2', 'pass'],
      ['pass', 'pass'],
      ['', 'pilot'],
    ] as const) {
      const person = terminal()
      const answer = person.choose('Which way?', choices, 'pilot')
      await type(person, 'Number [1]: ', typed)
      expect(await answer).toBe(chosen)
      expect(person.shown()).toContain('For those who come often.')
    }
  })

  it('that is none is asked again', async () => {
    const person = terminal()
    const answer = person.choose('Which?', [{ value: 'a', label: 'a', hint: undefined }], undefined)
    await type(person, 'Number: ', '7')
    await type(person, 'Give a number from 1 to 1.', '1')
    expect(await answer).toBe('a')
  })
})

describe('an authorisation', () => {
  it('opens the browser, shows the address, and takes a pasted answer', async () => {
    const seen: string[] = []
    const person = terminal(async (address) => seen.push(address) > 0)
    const answer = person.authorise('https://a.example/consent?state=1', true, new AbortController().signal)
    await type(person, 'browser ended on', 'http://127.0.0.1/back?code=1&state=1')
    expect(await answer).toBe('http://127.0.0.1/back?code=1&state=1')
    expect(seen).toEqual(['https://a.example/consent?state=1'])
    expect(person.shown()).toContain('https://a.example/consent?state=1\n')
  })

  it('stops asking when the answer was received', async () => {
    const person = terminal()
    const over = new AbortController()
    const answer = person.authorise('https://a.example/consent', true, over.signal)
    over.abort(new Error('answered'))
    await expect(answer).rejects.toThrow('answered')
    const next = person.ask(question())
    await type(person, 'tenant: ', 'north')
    expect(await next).toBe('north')
  })
})
