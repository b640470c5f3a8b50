import type { ConnectOptions, Current, StepResult } from './connect-types.ts'
import { keepingIn } from './keeping.ts'

/** Lets a person choose the way to sign in, with a word on when each is right. */
export async function chooseWay(
  { config, connector }: Current,
  { person, environment, name }: ConnectOptions,
  again: boolean,
): Promise<Partial<StepResult>> {
  const ways = [...connector.signIn.values()]
  const told = (way: string): string => {
    const title = connector.signIn.get(way)?.title
    return title === undefined ? way : `${way}: ${title}`
  }
  const { signIn, settingFrom } = config
  if (settingFrom.signIn === 'project' && signIn !== undefined)
    return { found: [`${told(signIn)} (in the project file)`] }
  if (ways.length === 1 || (signIn !== undefined && (!person.answers || (settingFrom.signIn === 'saved' && !again))))
    return { found: signIn === undefined ? [] : [told(signIn)] }
  if (!person.answers) {
    const about = ways.map((way) => `${told(way.name)}${way.when === undefined ? '' : ` (${way.when})`}`).join('; ')
    return { missing: [{ kind: 'choice', name: 'signIn', about }] }
  }
  const chosen = await person.choose(
    'Which way to sign in?',
    ways.map((way) => ({ value: way.name, label: told(way.name), hint: way.when })),
    signIn,
  )
  keepingIn(environment.store, name).setting('signIn', chosen)
  return { found: [told(chosen)] }
}
