import { createRequire } from 'node:module'
import type { Ajv2020, Options } from 'ajv/dist/2020.js'

const require = createRequire(import.meta.url)

/** A validator of JSON Schemas. The library is loaded at the first: many commands need none. */
export function newAjv(options: Options): Ajv2020 {
  const library = require('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js')
  return new library.Ajv2020(options)
}

/** One that knows the usual formats of texts. */
export function newAjvWithFormats(options: Options): Ajv2020 {
  const ajv = newAjv(options)
  const formats = require('ajv-formats') as typeof import('ajv-formats')
  formats.default(ajv)
  return ajv
}
