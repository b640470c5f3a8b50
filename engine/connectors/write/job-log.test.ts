import { describe, expect, it } from 'vitest'
import type { CompiledEntity } from '../compiled-connector.ts'
import { explainLog, type LogEntry } from './job-log.ts'
import type { OutgoingRecord } from './owned-fields.ts'

const entity = { keyFields: ['sku', 'list'] } as unknown as CompiledEntity

function record(sku: string, list: string): OutgoingRecord {
  return { key: JSON.stringify([sku, list]), fields: { sku, list }, createOnly: new Set() }
}

const records = [record('A-1', 'UK'), record('A-10', 'UK'), record('A-1', 'EU'), record('Ä 2', 'UK')]

function named(entry: Partial<LogEntry>): string[] {
  const { rows, unclear } = explainLog(entity, records, [
    { text: undefined, say: undefined, is: 'failed', code: undefined, ...entry },
  ])
  return unclear.length > 0 ? ['unclear'] : rows.map(({ record: { key } }) => key)
}

describe('the record that a log entry speaks of', () => {
  it.each<[string, Partial<LogEntry>, string[]]>([
    ['is named by its key fields', { record: { sku: 'A-1', list: 'UK', price: 3 } }, ['["A-1","UK"]']],
    ['however the fields are spelt', { record: { Sku: 'A-1', LIST: 'EU' } }, ['["A-1","EU"]']],
    ['by those that the row has', { record: { sku: 'A-1' } }, ['["A-1","UK"]', '["A-1","EU"]']],
    ['in a row that is cut', { text: '{"sku":"A-10","list":"UK","pri' }, ['["A-10","UK"]']],
    ['in a row that is no JSON', { text: 'row 2; Ä 2; UK; refused' }, ['["Ä 2","UK"]']],
    ['in the message, when there is no row', { say: 'SKU A-10 of list UK was not found' }, ['["A-10","UK"]']],
    [
      'of several in an item, the one that the message names',
      { text: '["A-1","A-10","UK"]', say: 'A-10 UK: bad' },
      ['["A-10","UK"]'],
    ],
    ['by no part of a longer word', { text: 'A-1000 UK' }, ['unclear']],
    ['not at all', { say: 'The import is slow today.' }, ['unclear']],
    ['not by a row of something else', { record: { image: 'x.png' } }, ['unclear']],
  ])('%s', (_, entry, expected) => {
    expect(named(entry)).toEqual(expected)
  })
})
