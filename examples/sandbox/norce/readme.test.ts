import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { EVENT_TYPES } from './events/event-types.ts'
import { MESSAGES } from './messages/endpoint.ts'
import { exampleReferenceData } from './reference-data.ts'
import { defaultSwitches } from './switches.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const { applications = [], paymentMethods = [], deliveryMethods = [], orderInfoTypes = [] } = exampleReferenceData

test('the README lists what tables of orders name', () => {
  for (const { id, key, name, currency, priceList, country } of applications) {
    expect(readme).toContain(`| ${id} | \`${key}\` | ${name} | ${currency}, \`${priceList}\` | ${country} |`)
  }
  for (const { code } of [...paymentMethods, ...deliveryMethods, ...orderInfoTypes])
    expect(readme).toContain(`\`${code}\``)
  for (const method of Object.keys(MESSAGES)) expect(readme).toContain(`${method}\``)
})

test('what the README calls a switch or an event is one', () => {
  const names = [...readme.matchAll(/`((?:push|event)[A-Z]\w*Every|retrySpeed|captures)\b/g)].map(
    ([, name]) => name as string,
  )
  expect(names.length).toBeGreaterThan(8)
  for (const name of names) expect(Object.keys(defaultSwitches)).toContain(name)
  for (const [, name] of readme.matchAll(/\b(\w+(?:Event|Notification))\b/g)) expect(EVENT_TYPES).toContain(name)
})
