import type { ConnectorFile, ConnectStep } from '../../config/dsl.generated.ts'
import type { ExpressionCompiler, Scope } from '../../config/expression-compiler.ts'
import type { ExpressionFunction } from '../../expressions/compile.ts'
import type { StaticType } from '../../expressions/static-type.ts'
import type { CompiledConnect, CompiledConnectStep } from '../compiled-connect.ts'

const text: StaticType = { kind: 'string' }

/** A pasted address, as the expressions of `paste` see it. */
const address: StaticType = {
  kind: 'object',
  title: 'the pasted address',
  fields: new Map<string, StaticType>([
    ['scheme', text],
    ['host', text],
    ['path', text],
    ['query', { kind: 'any' }],
  ]),
}

/**
 * Compiles what `syncline connect` needs. Its expressions are asked only where every setting that they read is known,
 * so for the checker no setting is ever absent.
 */
export function compileConnect(
  { settings, connect }: ConnectorFile,
  compiler: ExpressionCompiler,
  functions: ReadonlyMap<string, ExpressionFunction>,
): CompiledConnect {
  const fields = Object.entries(settings?.properties ?? {}).map(([name, { type }]): [string, StaticType] => [
    name,
    { kind: type === 'integer' ? 'number' : type },
  ])
  const known: StaticType = { kind: 'object', title: '$settings', fields: new Map(fields) }
  const scope: Scope = { input: { kind: 'any' }, variables: new Map([['settings', known]]), functions }
  const step = (index: number, raw: ConnectStep): CompiledConnectStep => {
    const path = ['connect', index]
    const { paste } = raw
    return {
      step: raw.step,
      title: raw.title,
      if: raw.if === undefined ? undefined : compiler.formula([...path, 'if'], raw.if, scope, 'condition'),
      say: raw.say,
      link: raw.link === undefined ? undefined : compiler.text([...path, 'link'], raw.link, scope),
      paste: paste && {
        ask: paste.ask,
        example: paste.example,
        gives: new Map(
          Object.entries(paste.gives).map(([name, formula]) => [
            name,
            compiler.formula([...path, 'paste', 'gives', name], formula, { ...scope, input: address }),
          ]),
        ),
      },
      settings: raw.settings ?? [],
      credentials: raw.credentials ?? [],
      do: raw.do,
    }
  }
  return {
    connect: (connect ?? []).map((raw, index) => step(index, raw)),
    rules: (settings?.rules ?? []).map(({ when, say, fix }, index) => ({
      when: compiler.formula(['settings', 'rules', index, 'when'], when, scope, 'condition'),
      say: compiler.text(['settings', 'rules', index, 'say'], say, scope),
      fix,
    })),
    suggest: new Map(
      Object.entries(settings?.properties ?? {}).flatMap(([name, { suggest }]) =>
        suggest === undefined
          ? []
          : [[name, compiler.formula(['settings', 'properties', name, 'suggest'], suggest, scope)] as const],
      ),
    ),
  }
}
