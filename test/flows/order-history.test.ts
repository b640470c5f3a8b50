import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { root } from '../support/command.ts'
import { type Shop, shopProject, startShop } from '../support/sandbox.ts'

/** F14: orders of other channels, switched on by two options. */
let at: Shop
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'history-'))
  const project = join(folder, 'syncline.yaml')
  const text = (await readFile(shopProject, 'utf8'))
    .replaceAll('../../', `${root}/`)
    .replaceAll('tables/*.yaml', `${root}/examples/shop/tables/*.yaml`)
    .replace(
      'options:',
      'options:\n  orderHistory: true\n  historyApplication: 7d7a5b35-2c1d-4c1f-9a8e-3f6d2b7c1e90\n  #',
    )
  await writeFile(project, text)
  at = await startShop({ products: 40, project })
})
afterAll(async () => {
  await at.stop()
  await rm(folder, { recursive: true, force: true })
})

it('an order taken by telephone is shown once, and not sent back', async () => {
  const phone = at.backOffice.staff.orders({ type: 'SO' })
  expect(phone.length).toBeGreaterThan(0)
  await at.run({ mappings: ['orderHistory'] })
  await at.run({ mappings: ['orderHistory'], full: true })
  const shown = at.shop.shop.orders().filter(({ orderNo }) => phone.some(({ id }) => String(id) === orderNo))
  expect(shown).toHaveLength(phone.length)
  expect(at.shop.shop.messageCounts().repeated).toEqual({})
  const before = at.backOffice.staff.orders().length
  await at.run({ mappings: ['orders'], atOnce: true })
  expect(at.backOffice.staff.orders()).toHaveLength(before)
})
