import { nameAdvice } from '../../config/nearest-name.ts'
import { SynclineError } from '../../diagnostics/syncline-error.ts'
import type { CompiledConnectStep } from '../compiled-connect.ts'
import { findContradictions } from '../contradictions.ts'
import { isKnown, textWhenKnown } from '../known-settings.ts'
import { askStep } from './ask-step.ts'
import { authorise, isAuthorised } from './authorise.ts'
import { chooseWay } from './choose-way.ts'
import type { ConnectOptions, Current, StepFailure, StepResult } from './connect-types.ts'
import { keepGiven } from './given.ts'
import { planOf } from './plan.ts'

export interface ConnectReport {
  readonly steps: readonly StepResult[]
  /** Whether every step is done. */
  readonly connected: boolean
  readonly exitStatus: 0 | 1 | 2 | 3
}

/**
 * Walks through the steps of a connection. What is known is not asked again, so a walk that was stopped goes on at its
 * first step that is not done. A step that fails ends the walk, unless a person answers one of the steps again.
 */
export async function connect(options: ConnectOptions): Promise<ConnectReport> {
  const plan = planOf(options.current())
  const asked = options.again
  if (asked !== undefined && !plan.some(({ step }) => step === asked)) {
    throw new SynclineError({
      code: 'unknown-step',
      message: `There is no step ${asked}.`,
      advice: nameAdvice(
        asked,
        plan.map(({ step }) => step),
        'steps',
      ),
      exitStatus: 2,
    })
  }
  keepGiven(options.current(), options)
  const results = new Map<string, StepResult>()
  const again = new Set(asked === undefined ? [] : [asked])
  for (let index = 0; index < plan.length; index++) {
    const step = plan[index] as CompiledConnectStep
    const meant = await meantSteps(plan, options.current())
    if (!meant.includes(step)) continue
    options.began({ title: step.title, number: meant.indexOf(step) + 1, of: meant.length })
    // Nothing is sent while something that was asked for is missing.
    const mayAct = ![...results.values()].some(({ status }) => status === 'missing')
    const result = await walkStep(step, plan.slice(index + 1), options, again.has(step.step), mayAct)
    again.delete(step.step)
    results.set(step.step, result)
    options.ended(result)
    // Without a person everything that is missing is found before it ends.
    if (result.status === 'done' || (result.status === 'missing' && !options.person.answers)) continue
    const back = options.person.answers ? await stepToAnswer(plan, step, options) : undefined
    if (back === undefined) break
    again.add(back)
    index = plan.findIndex(({ step: name }) => name === back) - 1
  }
  const steps = [...results.values()]
  const last = steps.findLast(({ failure }) => failure)?.failure
  const isMissing = steps.some(({ status }) => status === 'missing')
  const connected = steps.every(({ status }) => status === 'done')
  return { steps, connected, exitStatus: isMissing ? 2 : connected ? 0 : (last?.exitStatus ?? 1) }
}

/** The steps that are for this connection, by what is known of it now. */
async function meantSteps(
  plan: readonly CompiledConnectStep[],
  { config: { settings } }: Current,
): Promise<readonly CompiledConnectStep[]> {
  const meant: CompiledConnectStep[] = []
  for (const step of plan) {
    const holds = !step.if || (isKnown(step.if, settings) && (await step.if.evaluate(undefined, { settings })) === true)
    if (holds) meant.push(step)
  }
  return meant
}

async function walkStep(
  step: CompiledConnectStep,
  later: readonly CompiledConnectStep[],
  options: ConnectOptions,
  again: boolean,
  mayAct: boolean,
): Promise<StepResult> {
  const { person } = options
  const result = (parts: Partial<StepResult>): StepResult => ({
    step: step.step,
    title: step.title,
    status: parts.failure ? 'failed' : parts.notTried || (parts.missing?.length ?? 0) > 0 ? 'missing' : 'done',
    found: [],
    ...parts,
  })
  const current = options.current()
  if (person.answers) {
    if (step.say !== undefined) person.say(step.say)
    const link = await textWhenKnown(step.link, current.config.settings)
    if (link !== undefined) person.say(link)
  }
  const asked = await askStep(step, current, options, again)
  const failure = asked.failure ?? (await contradiction(options.current(), later))
  if (failure) return result({ found: asked.found, failure })
  if (asked.missing.length > 0) return result(asked)
  if (!mayAct && step.do !== 'choose') return result({ ...asked, ...(step.do && { notTried: true }) })
  const done = await act(step, options, again)
  return result({ ...done, found: [...asked.found, ...(done.found ?? [])] })
}

async function act(step: CompiledConnectStep, options: ConnectOptions, again: boolean): Promise<Partial<StepResult>> {
  const current = options.current()
  switch (step.do) {
    case 'choose':
      return chooseWay(current, options, again)
    case 'authorise': {
      const already = again ? undefined : await isAuthorised(current, options)
      if (already !== undefined) return { found: [already] }
      const { found = [], failure } = await authorise(current, options)
      return { found, ...(failure && { failure }) }
    }
    case 'verify':
      return verify(current, options)
    case undefined:
      return {}
  }
}

/** A default that a later step still asks for contradicts nothing yet. */
async function contradiction(
  { connector, config }: Current,
  later: readonly CompiledConnectStep[],
): Promise<StepFailure | undefined> {
  const asked = new Set(later.flatMap(({ settings, paste }) => [...settings, ...(paste?.gives.keys() ?? [])]))
  const settled = Object.entries(config.settings).filter(
    ([name]) => !(asked.has(name) && config.settingFrom[name] === 'default'),
  )
  const [first] = await findContradictions(connector, Object.fromEntries(settled))
  return first && { code: 'settings-contradict', message: `${first.message}.`, advice: first.advice, exitStatus: 2 }
}

async function verify(current: Current, options: ConnectOptions): Promise<Partial<StepResult>> {
  const checks = await options.verify(current)
  const failed = checks.filter(({ status }) => status === 'failed')
  const [first] = failed
  if (!first) return { checks }
  const advice = first.causes?.[0]?.fix ?? first.fix ?? 'Compare the settings and credentials with the system.'
  const exitStatus = failed.some(({ configuration }) => configuration) ? 2 : failed.some(({ system }) => system) ? 3 : 1
  return { checks, failure: { code: 'not-verified', message: `${first.step}: ${first.found}`, advice, exitStatus } }
}

/** Which step a person answers again after a failure; nothing when they stop here. */
async function stepToAnswer(
  plan: readonly CompiledConnectStep[],
  failed: CompiledConnectStep,
  { person, current }: ConnectOptions,
): Promise<string | undefined> {
  const meant = await meantSteps(plan, current())
  const choices = [{ value: failed.step, label: 'Try this step again', hint: undefined }]
  for (const { step, title } of meant.slice(0, meant.indexOf(failed)))
    choices.push({ value: step, label: `Answer again: ${title}`, hint: undefined })
  const stop = ''
  const answer = await person.choose(
    'What now?',
    [...choices, { value: stop, label: 'Stop here; what was answered is kept', hint: undefined }],
    stop,
  )
  return answer === stop ? undefined : answer
}
