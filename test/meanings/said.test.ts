import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type MadeUpSystem, startMadeUpSystem } from '../support/made-up-system.ts'

let system: MadeUpSystem
beforeEach(async () => {
  system = await startMadeUpSystem()
})
afterEach(() => system.stop())

const mapping = (conditions: string): string => `
mapping: remarks
from: depot.article
join: { figure: { entity: depot.figure, by: "no" } }
to: window.remark
write: put
fields: { sku: "$default(code, '')", text: "$default(name, '')" }
${conditions}
`

async function letters(conditions: string): Promise<{ code: string; message: string }[]> {
  system.put({ no: 1, name: 'one' })
  system.figures.set(1, 7)
  const engine = await system.engine({ remarks: mapping(conditions) })
  await engine.run()
  return engine.store.deadLetters.list({ limit: 9 }).map(({ code, message }) => ({ code, message }))
}

describe('a condition that says what is wrong', () => {
  it('has both amounts in the message of the record that fails', async () => {
    const say =
      "say: \"$string($default($figure.onHand, 0)) & ' on hand, ' & $string($length($default($target.text, ''))) & ' letters'\""
    expect(
      await letters(
        `ensure: { differs: { that: "$default($figure.onHand, 0) = $length($default($target.text, ''))", ${say} } }`,
      ),
    ).toEqual([{ code: 'differs', message: 'differs: 7 on hand, 3 letters' }])
  })

  it('may stand under accept, before anything is joined', async () => {
    expect(await letters(`accept: { odd: { that: "no > 1", say: "'number ' & $string(no)" } }`)).toEqual([
      { code: 'odd', message: 'odd: number 1' },
    ])
  })

  it('and where it can say nothing, the reason is not lost', async () => {
    const say = `say: "$string($number($default(name, '')))"`
    expect(await letters(`ensure: { differs: { that: "$default($figure.onHand, 0) = 8", ${say} } }`)).toEqual([
      { code: 'differs', message: 'differs: it does not hold that $default($figure.onHand, 0) = 8' },
    ])
  })
})
