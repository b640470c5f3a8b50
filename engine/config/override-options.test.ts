import { describe, expect, it } from 'vitest'
import type { OptionDeclaration } from './dsl.generated.ts'
import { overrideOptions } from './override-options.ts'
import type { MappingSource, Project } from './project.ts'

function projectWith(
  mappings: Readonly<Record<string, Readonly<Record<string, Partial<OptionDeclaration>>>>>,
): Project {
  const named = Object.entries(mappings).map(([name, options]) => [name, { name, document: { options } }] as const)
  return {
    mappings: new Map(named as unknown as readonly (readonly [string, MappingSource])[]),
    options: { buffer: 1, other: 'as it is' },
  } as unknown as Project
}
const project = projectWith({
  stock: {
    buffer: { type: 'integer', minimum: 0 },
    mode: { type: 'string', enum: ['fast', 'slow'] },
    all: { type: 'boolean' },
    statuses: { type: 'array', items: { type: 'integer' } },
  },
  prices: { culture: { type: 'string' } },
})
const refused = (given: Readonly<Record<string, string>>, mappings = ['stock']): unknown => {
  try {
    return overrideOptions(project, given, mappings)
  } catch (error) {
    const { code, message, advice, exitStatus } = error as Record<string, unknown>
    return { code, exitStatus, said: `${message} ${advice}` }
  }
}

describe('options of one run', () => {
  it('are typed as they are declared, and the others stay', () => {
    const given = { buffer: '5', mode: 'slow', all: 'true', statuses: '[30, 33]' }
    const { project: changed, values } = overrideOptions(project, given, ['stock'])
    expect(values).toEqual({ buffer: 5, mode: 'slow', all: true, statuses: [30, 33] })
    expect(changed.options).toEqual({ ...values, other: 'as it is' })
    expect(project.options).toEqual({ buffer: 1, other: 'as it is' })
  })

  it('keep what a text holds, an equals sign and brackets included', () => {
    expect(overrideOptions(project, { culture: '[a=b]' }, ['prices']).values).toEqual({ culture: '[a=b]' })
  })

  it.each([
    [{ buffer: 'many' }, 'wrong-option', 'The option buffer is not a whole number: "many". Write a whole number.'],
    [{ buffer: '-1' }, 'wrong-option', 'is less than 0'],
    [{ mode: 'fats' }, 'wrong-option', 'Write fast. Allowed: fast, slow.'],
    [{ all: 'yes' }, 'wrong-option', 'is not true or false'],
    [{ statuses: '30,33' }, 'wrong-option', "'statuses=[1, 2]'"],
    [{ statuses: '[a' }, 'wrong-option', 'is no list'],
    [{ bufer: '5' }, 'unknown-option', 'The mapping stock has no option bufer. Write buffer.'],
    [
      { culture: 'en' },
      'unknown-option',
      'The option culture belongs to prices, and not to stock. Run prices with it.',
    ],
  ])('%j is refused', (given, code, said) => {
    expect(refused(given)).toEqual({ code, exitStatus: 2, said: expect.stringContaining(said) })
  })

  it('of all mappings may be those of any, and no others', () => {
    expect(refused({ nothing: '1' }, ['stock', 'prices'])).toMatchObject({ code: 'unknown-option' })
    expect(overrideOptions(project, { culture: 'sv' }, ['stock', 'prices']).values).toEqual({ culture: 'sv' })
  })
})
