import { nameAdvice } from '../../config/nearest-name.ts'
import { SynclineError } from '../../diagnostics/syncline-error.ts'
import type { ConnectOptions, Current } from './connect-types.ts'
import { keepingIn, setByProject, settingProblem } from './keeping.ts'

/** Keeps what was given on the command line, all or nothing. */
export function keepGiven(current: Current, { given, environment, name, hide }: ConnectOptions): void {
  const { document } = current.config.connector
  const refuse = (code: string, message: string, advice: string): never => {
    throw new SynclineError({ code, message, advice, exitStatus: 2 })
  }
  const settings = Object.entries(given.settings)
  for (const [setting, value] of settings) {
    if (document.settings?.properties[setting] === undefined) {
      const known = Object.keys(document.settings?.properties ?? {})
      refuse('unknown-setting', `There is no setting ${setting}.`, nameAdvice(setting, known, 'settings'))
    }
    const problem = settingProblem(current, setting, value)
    if (problem !== undefined) refuse('wrong-setting', `The value given for ${setting} does not fit.`, problem)
    const set = setByProject(current, setting, value)
    if (set) refuse(set.code, set.message, set.advice)
  }
  const secrets = Object.entries(given.secrets)
  for (const [credential, value] of secrets) {
    hide(value)
    if (document.credentials?.[credential] === undefined) {
      const known = Object.keys(document.credentials ?? {})
      refuse(
        'unknown-credential',
        `There is no credential ${credential}.`,
        nameAdvice(credential, known, 'credentials'),
      )
    }
    if (current.config.credentialFrom[credential] === 'project' && current.config.credentials[credential] !== value) {
      const message = `The credential ${credential} of ${name} is given in the project file (or in a variable that it reads).`
      refuse(
        'set-by-project',
        message,
        'Correct it there, or remove it there: then what is given here is kept, sealed.',
      )
    }
  }
  const keeping = keepingIn(environment.store, name)
  for (const [setting, value] of settings) keeping.setting(setting, value)
  for (const [credential, value] of secrets) keeping.credential(credential, value)
}
