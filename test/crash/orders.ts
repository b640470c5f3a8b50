/**
 * The crash run: an order flow in which the service is killed again and again.
 *
 * Both stand-ins run in this process, `syncline serve` in one of its own, which is killed with -9 at random moments and
 * begun again: while it starts, while it waits, while calls are under way. Meanwhile connections are dropped before and
 * after a call was carried out, answers get lost, searches lag by 40 seconds of the systems' clock, every tenth push comes
 * twice at once, every seventeenth push loses its answer, messages come twice, late or not at all. The warehouse ships,
 * partly in two notes; the shop captures. In the end every order has to be there exactly once, with its payments, its
 * contact, its notes and its number; the totals have to agree, and what was captured has to be what was invoiced; and
 * nothing may be left open in the state; and `syncline reconcile` has to find nothing.
 *
 * The systems' clocks run faster (`--speed`); how long searches may lag, schedules and the quota's period are as many times
 * shorter, so that every ratio is the real one. The seed chooses orders, moments and faults; how far a process has come at
 * a moment is the machine's to say.
 *
 *   node test/crash/orders.ts --orders 500 --kills 200 --seed 1
 */
import { parseArgs } from 'node:util'
import { crashRun } from './crash-run.ts'

const { values } = parseArgs({
  allowNegative: true,
  options: {
    orders: { type: 'string', default: '500' },
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    speed: { type: 'string', default: '12' },
    shipping: { type: 'boolean', default: true },
    'static-token': { type: 'boolean', default: false },
  },
})

const { differences, figures } = await crashRun({
  orders: Number(values.orders),
  kills: Number(values.kills),
  seed: Number(values.seed),
  speed: Number(values.speed),
  staticToken: values['static-token'],
  shipping: values.shipping,
  say: (line) => console.log(line),
})
console.log(JSON.stringify(figures, null, 2))
console.log(differences.length === 0 ? 'Every order is there once, and all amounts agree.' : differences.join('\n'))
process.exitCode = differences.length === 0 ? 0 : 1
