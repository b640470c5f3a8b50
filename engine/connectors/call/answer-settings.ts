import type { SettingDeclaration } from '../../config/dsl.generated.ts'
import type { Formula, Variables } from '../../config/expression-compiler.ts'
import { savedValue } from '../../config/saved.ts'
import type { IdentityStore } from '../../store/state-store.ts'
import { quietly, type Told } from './told.ts'

export interface AnswerSettings {
  /** The connection's settings; one that an answer told is there as soon as the answer is. */
  readonly settings: Variables
  /** Takes what an answer tells of settings; the first time, and when it changes, it is saved before anything uses it. */
  learn(answer: Told): Promise<void>
}

/** Settings that the system's own answers tell (`http.saves`). What the project file says stands. */
export function settingsOfAnswers({
  name,
  saves,
  given,
  fromProject,
  declared,
  store,
}: {
  readonly name: string
  readonly saves: ReadonlyMap<string, Formula>
  readonly given: Variables
  /** Whether the project file gives the setting. */
  readonly fromProject: (setting: string) => boolean
  readonly declared: Readonly<Record<string, SettingDeclaration>>
  readonly store: Pick<IdentityStore, 'set'>
}): AnswerSettings {
  const open = [...saves].filter(([setting]) => !fromProject(setting))
  const settings: Record<string, unknown> = { ...given }
  return {
    settings,
    async learn(answer) {
      for (const [setting, formula] of open) {
        const declaration = declared[setting]
        const told = declaration && textOf(await quietly(formula, answer, { settings }))
        const value = declaration && savedValue(declaration, told)
        // What does not fit its declaration is nothing that could be used.
        if (told === undefined || value === undefined || settings[setting] === value) continue
        store.set(name, { [setting]: told })
        settings[setting] = value
      }
    },
  }
}

function textOf(value: unknown): string | undefined {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined
}
