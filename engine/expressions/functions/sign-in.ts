import type { FunctionDefinition } from '../function-definition.ts'
import { text as textType } from '../type-algebra.ts'
import { defineFunction } from './define.ts'
import { text } from './parameters.ts'

const basicAuth = defineFunction({
  name: 'basicAuth',
  summary: 'The value of an Authorization header for basic authentication (RFC 7617, UTF-8). For connectors.',
  parameters: [
    text('user', {
      code: 'wrong-argument',
      be: 'a text without a colon',
      test: (value) => !(value as string).includes(':'),
    }),
    text('password'),
  ],
  returns: textType,
  evaluate: (user, password) => `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`,
  examples: [
    { expression: "$basicAuth('Aladdin', 'open sesame')", result: 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==' },
    { expression: "$basicAuth('test', '123£')", result: 'Basic dGVzdDoxMjPCow==' },
  ],
})

export const signIn: readonly FunctionDefinition[] = [basicAuth]
