import type { ConfigCode } from '../diagnostics/codes.ts'
import { declarationProblems } from './declared-value.ts'
import type { ConnectorFile } from './dsl.generated.ts'
import { nameAdvice } from './nearest-name.ts'
import type { Path, Problem } from './origin.ts'

type Report = (problem: Problem) => void

const code = 'wrong-declaration' satisfies ConfigCode

/** What a connector file says of settings, credentials and ways to sign in must agree with itself. */
export function checkDeclarations(document: ConnectorFile, report: Report): void {
  checkSettings(document, report)
  checkSignIn(document, report)
  checkConnect(document, report)
  checkSaves(document, report)
}

function checkSettings({ settings }: ConnectorFile, report: Report): void {
  for (const [name, declaration] of Object.entries(settings?.properties ?? {})) {
    for (const { path, message } of declarationProblems(declaration)) {
      report({ code, message, advice: 'Correct the declaration.', path: ['settings', 'properties', name, ...path] })
    }
  }
  for (const [index, name] of (settings?.required ?? []).entries()) {
    if (settings?.properties[name] === undefined) {
      report({
        code,
        message: `The setting ${name} is required, but not declared.`,
        advice: 'Declare it under properties, or correct the name.',
        path: ['settings', 'required', index],
      })
    }
  }
}

function checkSignIn({ settings, signIn }: ConnectorFile, report: Report): void {
  const ways = Object.keys(signIn ?? {})
  if (ways.length > 1 && settings?.properties.signIn === undefined) {
    report({
      code,
      message: `There are ${ways.length} ways to sign in, but no setting signIn that chooses one.`,
      advice: `Declare the setting signIn: { type: string, enum: [${ways.join(', ')}], … }.`,
      path: ['signIn'],
      key: true,
    })
  }
  for (const [name, { oauth2 }] of Object.entries(signIn ?? {})) {
    const path: Path = ['signIn', name, 'oauth2']
    const asks = oauth2?.grant === 'authorization_code'
    if (asks && oauth2.authorise === undefined) {
      report({
        code,
        message: 'The grant authorization_code needs the page on which a person agrees.',
        advice: 'Add authorise with its address and the redirect address.',
        path: [...path, 'grant'],
      })
    }
    for (const key of asks ? [] : (['authorise', 'saves', 'hosts'] as const)) {
      if (oauth2?.[key] === undefined) continue
      report({
        code,
        message: `${key} is for the grant authorization_code only.`,
        advice: 'Remove it, or correct the grant.',
        path: [...path, key],
        key: true,
      })
    }
    expectSettings(settings, Object.keys(oauth2?.saves ?? {}), (setting) => [...path, 'saves', setting], true, report)
  }
}

/** What answers tell must be settings, and none that says where calls go: whoever answers would get the credentials. */
function checkSaves({ settings, http }: ConnectorFile, report: Report): void {
  const names = Object.keys(http.saves ?? {})
  const at = (name: string): Path => ['http', 'saves', name]
  expectSettings(settings, names, at, true, report)
  for (const name of names) {
    if (settings?.properties[name]?.format !== 'uri') continue
    report({
      code,
      message: `The setting ${name} is an address, which answers may not tell: calls and credentials would go there.`,
      advice: 'Remove it, or take it from the answer of the token endpoint (saves of a way to sign in, with hosts).',
      path: at(name),
      key: true,
    })
  }
}

function checkConnect({ settings, credentials, signIn, connect }: ConnectorFile, report: Report): void {
  const seen = new Set<string>()
  for (const [index, step] of (connect ?? []).entries()) {
    const path: Path = ['connect', index]
    if (seen.has(step.step)) {
      report({ code, message: `Two steps are named ${step.step}.`, advice: 'Rename one.', path: [...path, 'step'] })
    }
    seen.add(step.step)
    expectSettings(settings, step.settings ?? [], (_, at) => [...path, 'settings', at], false, report)
    expectSettings(
      settings,
      Object.keys(step.paste?.gives ?? {}),
      (setting) => [...path, 'paste', 'gives', setting],
      true,
      report,
    )
    for (const [at, name] of (step.credentials ?? []).entries()) {
      if (credentials?.[name] !== undefined) continue
      report({
        code,
        message: `There is no credential ${name}.`,
        advice: nameAdvice(name, Object.keys(credentials ?? {}), 'credentials'),
        path: [...path, 'credentials', at],
      })
    }
    const authorises = Object.values(signIn ?? {}).some(({ oauth2 }) => oauth2?.grant === 'authorization_code')
    if (step.do === 'authorise' && !authorises) {
      report({
        code,
        message: 'No way to sign in has the grant authorization_code.',
        advice: 'Remove the step, or declare such a way.',
        path: [...path, 'do'],
      })
    }
  }
}

function expectSettings(
  settings: ConnectorFile['settings'],
  names: readonly string[],
  at: (name: string, index: number) => Path,
  key: boolean,
  report: Report,
): void {
  for (const [index, name] of names.entries()) {
    if (settings?.properties[name] !== undefined) continue
    report({
      code,
      message: `There is no setting ${name}.`,
      advice: nameAdvice(name, Object.keys(settings?.properties ?? {}), 'settings'),
      path: at(name, index),
      key,
    })
  }
}
