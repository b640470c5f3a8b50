import type { CodeEntry } from './codes.ts'

/** Why a step of `syncline connect` failed, beside what calls and settings say. */
export const connectCodes = {
  'unknown-step': {
    title: 'No such step',
    meaning: '--again names a step that the connection does not have. Exit status 2.',
    advice: 'Write one of the steps that the message lists.',
  },
  'set-by-project': {
    title: 'The project file says otherwise',
    meaning:
      'What was given, pasted or told by the system differs from what the project file sets, which would win. Exit status 2.',
    advice: 'Correct it in the project file or its variable, or remove it there: then the state keeps what was given.',
  },
  'answers-missing': {
    title: 'Nobody can answer',
    meaning: 'Something has to be pasted or answered, and standard input is no terminal. Exit status 2.',
    advice: 'The message says what can be given instead.',
  },
  'authorisation-refused': {
    title: 'Access was not granted',
    meaning:
      'The authorisation page came back with an error: somebody refused, or it does not know the app. Exit status 3.',
    advice: 'Agree on the page; compare app and redirect address with what is registered.',
  },
  'authorisation-timed-out': {
    title: 'Nobody agreed in time',
    meaning: 'No answer of the authorisation page came in the time that --wait gives. Exit status 3.',
    advice: 'Run the command again; without a browser on this machine, with --no-browser.',
  },
  'authorisation-failed': {
    title: 'No tokens for the answer',
    meaning:
      'The answer of the authorisation page, or of the token endpoint after it, does not hold what is needed. Exit status 3.',
    advice: 'The message says which part. A code can be used once: run the command again.',
  },
  'state-mismatch': {
    title: 'An answer to something else',
    meaning:
      'The answer address does not carry the state of this sign-in: it is an older one, or made up. Exit status 3.',
    advice: 'Open the address that was printed last, and take the address that the browser then ends on.',
  },
  'address-outside': {
    title: 'An address outside of the vendor’s domains',
    meaning:
      'The token’s answer names a host for further calls that is not within the domains of the connector file. Credentials would be sent there, so nothing is saved. Exit status 3.',
    advice: 'Check the address of the sign-in in the settings.',
  },
  'not-verified': {
    title: 'The connection does not work yet',
    meaning: 'A step of the check failed at the end of connecting.',
    advice: 'The step says what was found and what to do.',
  },
} as const satisfies Record<string, CodeEntry>
