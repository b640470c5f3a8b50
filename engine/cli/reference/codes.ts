import { causeCodes } from '../../diagnostics/cause-codes.ts'
import { type CodeEntry, type CodeGroup, configCodes, documentCodes } from '../../diagnostics/codes.ts'
import { connectCodes } from '../../diagnostics/connect-codes.ts'
import { mappingCodes } from '../../diagnostics/mapping-codes.ts'
import { commandCodes, recordCodes, systemCodes } from '../../diagnostics/run-codes.ts'
import { serviceCodes } from '../../diagnostics/service-codes.ts'
import { stepCodes, stepFindingCodes } from '../../diagnostics/step-codes.ts'
import { functionErrorCodes } from '../../expressions/functions/errors.ts'
import { problemCodes } from '../../expressions/problem-codes.ts'
import { valueProblemCodes } from '../../expressions/values/index.ts'
import { storeErrorCodes } from '../../store/store-error.ts'

/** Every code that a user can meet, in the order in which they are documented. */
export function codeGroups(): readonly CodeGroup[] {
  return merged([
    { title: 'Configuration files', codes: configCodes },
    { title: 'Mappings and connectors', codes: { ...mappingCodes, ...stepFindingCodes } },
    { title: 'Expressions', codes: fromMeaningAndTask({ ...problemCodes, ...functionErrorCodes }) },
    {
      title: 'Values of records',
      codes: fromMeaning(valueProblemCodes, 'Correct the value in its system, or what the mapping makes of it.'),
    },
    { title: 'Records in a run', codes: { ...recordCodes, ...stepCodes } },
    { title: 'Calls to systems', codes: systemCodes },
    { title: 'Likely causes that syncline check names', codes: causeCodes },
    {
      title: 'The state',
      codes: fromMeaning(storeErrorCodes, 'The message says what to do in its case. Exit status 2.'),
    },
    { title: 'Messages to syncline serve', codes: serviceCodes },
    { title: 'Connecting', codes: connectCodes },
    { title: 'Commands', codes: commandCodes },
  ])
}

export function renderCodes(): string {
  return documentCodes(codeGroups())
}

function fromMeaningAndTask(
  codes: Readonly<Record<string, { readonly means: string; readonly todo: string }>>,
): Record<string, CodeEntry> {
  return mapped(codes, ({ means, todo }, title) => ({ title, meaning: means, advice: todo }))
}

function fromMeaning(codes: Readonly<Record<string, string>>, advice: string): Record<string, CodeEntry> {
  return mapped(codes, (meaning, title) => ({
    title,
    meaning: meaning.endsWith('.') ? meaning : `${meaning}.`,
    advice,
  }))
}

function mapped<T>(
  codes: Readonly<Record<string, T>>,
  entry: (value: T, title: string) => CodeEntry,
): Record<string, CodeEntry> {
  return Object.fromEntries(
    Object.entries(codes).map(([code, value]) => {
      const words = code.replaceAll('-', ' ')
      return [code, entry(value, `${words.charAt(0).toUpperCase()}${words.slice(1)}`)]
    }),
  )
}

/** One code means one thing: where several parts use it, it stands once, with what each says about it. */
function merged(groups: readonly CodeGroup[]): readonly CodeGroup[] {
  const entries = new Map<string, { title: string; meanings: Set<string>; advices: Set<string> }>()
  const homes = groups.map(({ title, codes }) => ({
    title,
    codes: Object.entries(codes).flatMap(([code, { title, meaning, advice }]) => {
      const known = entries.get(code)
      known?.meanings.add(meaning)
      known?.advices.add(advice)
      if (known) return []
      entries.set(code, { title, meanings: new Set([meaning]), advices: new Set([advice]) })
      return [code]
    }),
  }))
  return homes.map(({ title, codes }) => ({
    title,
    codes: Object.fromEntries(
      codes.flatMap((code): [string, CodeEntry][] => {
        const entry = entries.get(code)
        if (!entry) return []
        return [
          [code, { title: entry.title, meaning: [...entry.meanings].join(' '), advice: [...entry.advices].join(' ') }],
        ]
      }),
    ),
  }))
}
