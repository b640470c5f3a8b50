import { describe, expect, it } from 'vitest'
import { personalFields } from './personal.ts'

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    id: { type: 'integer' },
    email: { type: 'string', 'x-personal': true },
    // Everything in it, whatever it is.
    address: {
      type: 'object',
      'x-personal': true,
      additionalProperties: false,
      properties: {
        street: { type: 'string' },
        lines: { type: 'array', items: { type: 'string' } },
        floor: { type: 'integer' },
      },
    },
    rows: { type: 'array', items: { $ref: '#/$defs/row' } },
    parent: { $ref: '#' },
    notes: { type: 'object', additionalProperties: { type: 'string', 'x-personal': true } },
  },
  $defs: {
    row: {
      type: 'object',
      properties: {
        sku: { type: 'string' },
        giftTo: { $ref: '#/$defs/name' },
        free: { type: 'boolean', 'x-personal': true },
      },
    },
    name: { type: 'string', 'x-personal': true },
  },
} as const

const record = {
  id: 7,
  email: ' anna@example.com ',
  address: { street: 'Storgatan 1', lines: ['c/o Berg'], floor: 12 },
  rows: [{ sku: 'A-1', giftTo: 'Bo Ek', free: true }],
  parent: { id: 6, email: 'old@example.com' },
  notes: { a: 'Call Eva' },
  unknown: 'stays',
}

describe('personal fields', () => {
  const fields = personalFields(schema)

  it('are masked at any depth, and nothing else is', () => {
    expect(fields.mask(record)).toEqual({
      id: 7,
      email: '[personal]',
      address: { street: '[personal]', lines: ['[personal]'], floor: '[personal]' },
      rows: [{ sku: 'A-1', giftTo: '[personal]', free: true }],
      parent: { id: 6, email: '[personal]' },
      notes: { a: '[personal]' },
      unknown: 'stays',
    })
  })

  it('give their values, as they are and trimmed', () => {
    expect([...fields.valuesOf(record)].sort()).toEqual(
      [
        ' anna@example.com ',
        '12',
        'Bo Ek',
        'Call Eva',
        'Storgatan 1',
        'anna@example.com',
        'c/o Berg',
        'old@example.com',
      ].sort(),
    )
  })

  it('a field holds something personal, or does not', () => {
    expect(['id', 'email', 'address', 'rows', 'parent', 'nowhere'].filter((name) => fields.holds(name))).toEqual([
      'email',
      'address',
      'rows',
      'parent',
    ])
  })

  it('a schema without marks has none, and a record of another shape is no failure', () => {
    expect(personalFields({ type: 'object', properties: { id: { type: 'integer' } } }).any).toBe(false)
    expect(fields.mask('text')).toBe('text')
    expect([...fields.valuesOf({ email: null, address: 'odd text' })]).toEqual(['odd text'])
  })
})
