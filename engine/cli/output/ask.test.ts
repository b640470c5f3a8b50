import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { createAsker } from './ask.ts'

function terminal() {
  const input = new PassThrough()
  const output = new PassThrough()
  let shown = ''
  output.on('data', (data) => {
    shown += String(data)
  })
  return { input, asker: createAsker(input, output), shown: () => shown }
}

const none = (): undefined => undefined

it('takes an answer without the spaces around it, and the fallback for none', async () => {
  const { input, asker, shown } = terminal()
  const first = asker.ask('Which?', 'this', none)
  input.write('  that \n')
  expect(await first).toBe('that')
  const second = asker.ask('Which?', 'this', none)
  input.write('\n')
  expect(await second).toBe('this')
  expect(shown()).toContain('Which? [this]: ')
  asker.close()
})

it('asks again after an answer that is refused, and says why', async () => {
  const { input, asker, shown } = terminal()
  const answer = asker.ask('How many?', undefined, (text) => (/^\d+$/.test(text) ? undefined : 'Give a number.'))
  input.write('some\n')
  await expect.poll(shown).toContain('Give a number.')
  input.write('\n3\n')
  expect(await answer).toBe('3')
  asker.close()
})

it('ends with a failure when the input ends', async () => {
  const { input, asker } = terminal()
  const answer = asker.ask('Which?', undefined, none)
  input.end()
  await expect(answer).rejects.toMatchObject({ code: 'not-answered', exitStatus: 2 })
})
