import { describe, expect, it } from 'vitest'
import type { Formula } from '../../config/expression-compiler.ts'
import { settingsOfAnswers } from './answer-settings.ts'

type Headers = Readonly<Record<string, string>>
const fromHeader = (name: string): Formula =>
  ({
    evaluate: async (answer: { headers: Headers }) => {
      if (answer.headers.broken) throw new Error('This answer has another shape.')
      return answer.headers[name]
    },
  }) as unknown as Formula

function learningOf(given: Readonly<Record<string, unknown>>, fromProject: readonly string[] = []) {
  const saved: Record<string, string>[] = []
  const learning = settingsOfAnswers({
    name: 'shop',
    saves: new Map([['installation', fromHeader('x-installation')]]),
    given,
    fromProject: (setting) => fromProject.includes(setting),
    declared: { installation: { type: 'integer', description: 'Number of the installation', examples: [1] } },
    store: { set: (connection, values) => void saved.push({ connection, ...values }) },
  })
  const answers = (headers: Headers) => learning.learn({ status: 200, headers, body: {} })
  return { ...learning, saved, answers }
}

describe('settings that answers tell', () => {
  it('are typed, used and saved once, and again when they change', async () => {
    const { settings, saved, answers } = learningOf({ url: 'https://shop.example' })
    await answers({})
    expect(settings).toEqual({ url: 'https://shop.example' })
    for (const number of ['27', '27', '28']) await answers({ 'x-installation': number })
    expect(settings).toEqual({ url: 'https://shop.example', installation: 28 })
    expect(saved).toEqual([
      { connection: 'shop', installation: '27' },
      { connection: 'shop', installation: '28' },
    ])
  })

  it('do not change what the project file says', async () => {
    const { settings, saved, answers } = learningOf({ installation: 5 }, ['installation'])
    await answers({ 'x-installation': '27' })
    expect({ settings, saved }).toEqual({ settings: { installation: 5 }, saved: [] })
  })

  it.each([{ 'x-installation': 'many' }, { 'x-installation': '' }, { broken: 'yes', 'x-installation': '27' }])(
    'are left as they are by an answer that tells nothing usable: %o',
    async (headers) => {
      const { settings, saved, answers } = learningOf({ installation: 26 })
      await answers(headers)
      expect({ settings, saved }).toEqual({ settings: { installation: 26 }, saved: [] })
    },
  )
})
