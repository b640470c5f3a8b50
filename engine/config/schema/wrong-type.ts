import type { Path, Problem } from '../origin.ts'
import { capital, kindOf, lastName, shown } from './wording.ts'

type Words = Pick<Problem, 'message' | 'advice'>

const typeWords: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'nothing',
}

/** A value of another type than its schema has. */
export function wrongType(path: Path, types: unknown, data: unknown): Words {
  const wanted = [types].flat().map((type) => typeWords[String(type)] ?? String(type))
  const words = wanted.length > 1 ? `${wanted.slice(0, -1).join(', ')} or ${wanted.at(-1)}` : (wanted[0] ?? '')
  const nothing = data === null || data === undefined
  const numeric = (typeof data === 'number' || typeof data === 'boolean') && [types].flat().includes('string')
  return {
    message: nothing
      ? `Nothing stands behind ${lastName(path)}; it needs ${words}.`
      : `The value of ${lastName(path)} is ${kindOf(data)}, but must be ${words}.`,
    advice: numeric
      ? `Put it into quotes: "${String(data)}".`
      : nothing
        ? `Write ${words}, or remove the key.`
        : `Write ${words}.`,
  }
}

/** Something that cannot be an expression. */
export function noExpression(path: Path, data: unknown): Words {
  const name = lastName(path)
  if (data === null || data === undefined) {
    return {
      message: `Nothing stands behind ${name}, which needs an expression.`,
      advice: 'Write an expression, or remove the key.',
    }
  }
  const scalar = typeof data !== 'object'
  return {
    message: `${capital(name)} needs an expression, but ${scalar ? `${shown(data)} is none that can stand here` : `${kindOf(data)} stands here`}.`,
    advice: Array.isArray(data)
      ? `Write the list as an expression in quotes: "[…]".`
      : scalar
        ? 'Write a condition: an expression as text, true or false.'
        : `Write the object as an expression in quotes: "{ 'name': value }".`,
  }
}
