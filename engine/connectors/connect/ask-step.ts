import { credentialText } from '../../config/sign-in-credentials.ts'
import { isSecretName } from '../../redaction/redaction.ts'
import type { CompiledConnectStep } from '../compiled-connect.ts'
import { whenKnown } from '../known-settings.ts'
import type { ConnectOptions, Current, Missing, StepFailure } from './connect-types.ts'
import { keepingIn, settingProblem } from './keeping.ts'
import { readAddress, settingsOf } from './pasted.ts'
import { usesOf } from './plan.ts'

/** What asking came to. What is known now is said by line. */
export interface Asked {
  readonly found: readonly string[]
  readonly missing: readonly Missing[]
  readonly failure?: StepFailure
}

/** Asks for what a step needs and is not known; each answer is kept at once. `again`: also for what was answered. */
export async function askStep(
  step: CompiledConnectStep,
  current: Current,
  options: ConnectOptions,
  again: boolean,
): Promise<Asked> {
  const failure = step.paste && (await askForAddress(step, current, options, again))
  if (failure) return { found: [], missing: [], failure }
  const found: string[] = []
  const missing: Missing[] = []
  const note = (line: string | Missing | undefined): void => {
    if (typeof line === 'string') found.push(line)
    else if (line) missing.push(line)
  }
  for (const name of namesOf(step)) note(await setting(name, options.current(), options, again))
  const { credentials } = usesOf(options.current())
  for (const name of step.credentials)
    if (credentials.has(name)) note(await credential(name, options.current(), options, again))
  return { found, missing }
}

/** Settings that a step is about: those it asks for, and those that its address tells. */
function namesOf({ settings, paste }: CompiledConnectStep): readonly string[] {
  return [...new Set([...settings, ...(paste?.gives.keys() ?? [])])]
}

async function askForAddress(
  { paste }: CompiledConnectStep,
  current: Current,
  options: ConnectOptions,
  again: boolean,
): Promise<StepFailure | undefined> {
  if (!paste) return undefined
  const { given, person, environment, name } = options
  const { settingFrom } = current.config
  const open = [...paste.gives.keys()].some((setting) => !['project', 'saved'].includes(settingFrom[setting] ?? ''))
  if (given.from === undefined && (!person.answers || !(open || again))) return undefined
  const noAddress = 'That is no address. Paste it as the browser shows it, or press Enter to answer one by one.'
  const text =
    given.from ??
    (await person.ask({
      label: paste.ask,
      help: paste.example === undefined ? [] : [`Such as ${paste.example}. Press Enter to answer one by one.`],
      fallback: undefined,
      optional: true,
      masked: false,
      refuse: (answer) => (readAddress(answer) ? undefined : noAddress),
    }))
  if (text === '') return undefined
  const address = readAddress(text)
  if (!address) {
    return {
      code: 'command-line',
      message: '--from is no address.',
      advice: 'Give it as the browser shows it.',
      exitStatus: 2,
    }
  }
  const { values, failure } = await settingsOf(paste, address, current)
  if (failure) return failure
  environment.store.identities.set(name, values)
  const told = Object.entries(values).map(([setting, value]) => `${setting}: ${value}`)
  person.say(
    told.length > 0 ? `The address says: ${told.join(', ')}.` : 'The address tells nothing that is needed here.',
  )
  return undefined
}

async function setting(
  name: string,
  current: Current,
  { person, environment, name: connection }: ConnectOptions,
  again: boolean,
): Promise<string | Missing | undefined> {
  const { config, connector } = current
  const declaration = config.connector.document.settings?.properties[name]
  const { settingFrom, settings } = config
  const value = settings[name] ?? declaration?.default
  if (settingFrom[name] === 'project') return `${name}: ${String(value)} (in the project file)`
  if (settingFrom[name] === 'saved' && !(again && person.answers)) return `${name}: ${String(value)}`
  const suggested = await whenKnown(connector.suggest.get(name), settings)
  const offered =
    settingFrom[name] === 'saved' || suggested === undefined || suggested === '' ? value : String(suggested)
  const needed = usesOf(current).settings.has(name)
  const keeping = keepingIn(environment.store, connection)
  if (!person.answers) {
    if (offered === undefined) return needed ? { kind: 'setting', name, about: aboutSetting(declaration) } : undefined
    // A variable of the project file that is not set would be missed by the next run; a default would not be used.
    const isNew = suggested !== undefined || config.unset.has(name)
    if (isNew && settingProblem(current, name, String(offered)) === undefined) keeping.setting(name, String(offered))
    return `${name}: ${String(offered)}`
  }
  const answer = await person.ask({
    label: name,
    help: [aboutSetting(declaration), ...(offered === undefined ? exampleOf(declaration) : [])],
    fallback: offered === undefined ? undefined : String(offered),
    optional: !needed,
    masked: false,
    refuse: (text) => settingProblem(current, name, text),
  })
  if (answer === '') return undefined
  keeping.setting(name, answer)
  return `${name}: ${answer}`
}

async function credential(
  name: string,
  current: Current,
  { person, environment, name: connection, hide }: ConnectOptions,
  again: boolean,
): Promise<string | Missing | undefined> {
  const { config } = current
  const keeping = keepingIn(environment.store, connection)
  const needed = usesOf(current).neededCredentials.has(name)
  const from = config.credentialFrom[name]
  if (from === 'project') return `${name}: given (in the project file)`
  if (!(again && person.answers)) {
    if (from === 'saved') return `${name}: in the state, sealed`
    if (!needed && keeping.answeredNone(name)) return `${name}: none`
  }
  const declaration = config.connector.document.credentials?.[name]
  const about = aboutCredential(declaration)
  if (!person.answers) return needed ? { kind: 'credential', name, about } : undefined
  const answer = await person.ask({
    label: needed ? name : `${name} (Enter: none)`,
    help: [about],
    fallback: undefined,
    optional: !needed,
    masked: isSecretName(name),
    refuse: (text) => (/[\r\n]/.test(text) ? 'A secret is one line.' : undefined),
  })
  hide(answer)
  keeping.credential(name, answer)
  return `${name}: ${answer === '' ? 'none' : 'in the state, sealed'}`
}

type Declarations = NonNullable<Current['config']['connector']['document']['settings']>['properties']

function aboutSetting(declaration: Declarations[string] | undefined): string {
  return sentences([declaration?.description, declaration?.where])
}

function exampleOf(declaration: Declarations[string] | undefined): readonly string[] {
  const example = declaration?.examples?.[0]
  return example === undefined ? [] : [`Such as ${String(example)}.`]
}

function aboutCredential(
  declaration: NonNullable<Current['config']['connector']['document']['credentials']>[string] | undefined,
): string {
  const more = typeof declaration === 'object' ? declaration : undefined
  return sentences([
    credentialText(declaration),
    more?.where,
    more?.once === true ? 'It is shown once only, when it is made' : undefined,
  ])
}

const sentences = (parts: readonly (string | undefined)[]): string =>
  parts
    .flatMap((part) => (part ? [part.replace(/\.$/, '')] : []))
    .join('. ')
    .concat('.')
