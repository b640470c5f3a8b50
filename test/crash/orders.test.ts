import { expect, it } from 'vitest'
import { crashRun } from './crash-run.ts'

/** A small one of what `node test/crash/orders.ts` does at length: see there. */
it('every order is there once though the service is killed again and again, answers get lost and searches lag', async () => {
  const { differences, figures } = await crashRun({ orders: 24, kills: 10, seed: 11, speed: 30 })
  expect(differences).toEqual([])
  expect(figures).toMatchObject({ kills: { all: 10 }, backOffice: { records: { salesOrders: 25 } } })
}, 900_000)
