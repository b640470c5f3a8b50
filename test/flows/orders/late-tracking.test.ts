import { expect, it, onTestFinished } from 'vitest'
import { loadProject } from '../../../engine/config/load-project.ts'
import { testMappings } from '../../../engine/pipeline/mapping-tests/test-mappings.ts'
import { startOrders } from '../../support/orders.ts'

const beside = ['mappings/optional/late-tracking.yaml']

/** F8: tracking may be added to a note that has left, and there is no second shipment for it. */
it('tracking that comes after shipping reaches a shop that replaces the note, once', async () => {
  const at = await startOrders({ beside })
  onTestFinished(at.stop)
  at.shop.setSwitches({ repeatedNoteNo: 'replace' })
  const ref = await at.order({ items: [{ partNo: 'TJ-MOS-S', price: 20, quantity: 3 }], freight: 5 })
  const [sent] = at.do({ action: 'ship', order: String(ref), rows: [{ sku: 'TJ-MOS-S', quantity: 1 }] })
  await at.follow()
  const [last] = at.do({ action: 'ship', order: String(ref), tracking: 'T2' })
  await at.follow()
  const before = at.view(ref)
  expect(before.notes.map(({ parcels }) => parcels)).toEqual([[], ['T2']])

  at.do({ action: 'track', note: sent?.note, reference: 'T1a, T1b' })
  const told = { keys: [String(sent?.note), String(last?.note)] }
  const late = async () => (await at.run({ mappings: ['lateTracking'], given: new Map([['lateTracking', told]]) })).of
  expect((await late()).lateTracking).toMatchObject({ created: 1, skipped: { 'nothing-new': 1 }, failed: {} })
  const after = at.view(ref)
  expect(after.notes.map(({ parcels }) => parcels).sort()).toEqual([['T1a', 'T1b'], ['T2']])
  expect(after.rows.map(({ delivered }) => delivered)).toEqual(before.rows.map(({ delivered }) => delivered))
  expect((await late()).lateTracking).toMatchObject({ created: 0, updated: 0, skipped: { 'nothing-new': 2 } })

  at.do({ action: 'track', note: sent?.note, reference: 'T1c' })
  expect((await late()).lateTracking).toMatchObject({ updated: 1, failed: {} })
  expect(
    at
      .view(ref)
      .notes.map(({ parcels }) => parcels)
      .sort(),
  ).toEqual([['T1c'], ['T2']])
  expect((await at.follow()).of.shipments).toMatchObject({ created: 0, updated: 0, failed: {} })
})

it('its examples hold', async () => {
  const at = await startOrders({ beside })
  onTestFinished(at.stop)
  const { project, findings } = await loadProject({ file: at.project, environment: {}, mode: 'validate' })
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
  const results = project ? await testMappings(project, ['lateTracking']) : []
  expect(results.map(({ differences }) => differences)).toEqual([[], [], []])
})
