import type { Person } from '../../connectors/connect/connect-types.ts'
import type { Lines } from './lines.ts'

export interface NobodyOptions {
  say(line: string): void
  readonly open: ((address: string) => Promise<boolean>) | undefined
  /** Where a pasted answer is read from; undefined where nothing is pasted. */
  readonly lines: Lines | undefined
}

/** Nobody answers questions; but the address on which somebody agrees is shown or opened all the same. */
export function createNobody({ say, open, lines }: NobodyOptions): Person {
  const unanswered = (): Promise<never> => Promise.reject(new Error('Nobody can be asked.'))
  return {
    answers: false,
    say,
    ask: unanswered,
    choose: unanswered,
    async authorise(address) {
      if (open && (await open(address))) say('A browser opens this page; somebody has to agree there:')
      else say('Somebody has to open this page in a browser, and agree there:')
      say(address)
      const pasted = await lines?.next()
      // Without one, the answer can only be received.
      return pasted ?? new Promise<never>(() => {})
    },
  }
}
