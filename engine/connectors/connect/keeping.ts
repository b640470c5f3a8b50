import { declaredValue } from '../../config/declared-value.ts'
import type { StateStore } from '../../store/state-store.ts'
import type { Current, StepFailure } from './connect-types.ts'

/** Where answers are kept, each as soon as it is given. */
export interface Keeping {
  setting(name: string, value: string): void
  /** An empty one is the answer that there is none. */
  credential(name: string, value: string): void
  /** Whether it was answered that there is none. */
  answeredNone(credential: string): boolean
}

export function keepingIn(store: Pick<StateStore, 'secrets' | 'identities'>, connection: string): Keeping {
  return {
    setting: (name, value) => store.identities.set(connection, { [name]: value }),
    credential: (name, value) => store.secrets.set(connection, `credential.${name}`, value),
    answeredNone: (credential) => store.secrets.get(connection, `credential.${credential}`) === '',
  }
}

/** Why a text is no value of a setting; undefined when it is one. It never repeats the text. */
export function settingProblem({ config }: Current, name: string, text: string): string | undefined {
  const declaration = config.connector.document.settings?.properties[name]
  if (!declaration) return `There is no setting ${name}.`
  const value = declaredValue(declaration, text, true)
  return 'is' in value ? `That ${value.is}. ${value.advice}` : undefined
}

/** A value that the project file says otherwise: what was given could not take effect. */
export function setByProject({ config }: Current, name: string, given: string): StepFailure | undefined {
  const written = config.settings[name]
  if (config.settingFrom[name] !== 'project' || plain(written) === plain(given)) return undefined
  return {
    code: 'set-by-project',
    message: `The setting ${name} of ${config.name} is ${String(written)} in the project file (or in a variable that it reads), not ${given}.`,
    advice: 'Correct it there, or remove it there: then what is given here is kept in the state.',
    exitStatus: 2,
  }
}

/** Two spellings of one address are one value. */
const plain = (value: unknown): string => URL.parse(String(value))?.href ?? String(value)
