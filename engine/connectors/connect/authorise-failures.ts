import type { AnswerPage } from '../../http/answer-page.ts'
import { describeRequest } from '../../http/failure.ts'
import type { TokenAnswer } from '../../http/token-request.ts'
import type { StepFailure } from './connect-types.ts'

/** Why an authorisation came to nothing. Codes and addresses without query only: what else came back is not repeated. */

export const foreignPage: AnswerPage = {
  ok: false,
  title: 'Not used',
  text: 'This answer does not belong to the sign-in that is waiting. Start again from the address in the terminal.',
}

export const foreignAnswer: StepFailure = {
  code: 'state-mismatch',
  message: 'The answer does not belong to this sign-in: its state is missing or another one.',
  advice: 'Open the address that was printed last, agree there, and take the address that the browser ends on, whole.',
  exitStatus: 3,
}

export const withoutCode: StepFailure = {
  code: 'authorisation-failed',
  message: 'The answer of the authorisation page holds neither a code nor an error.',
  advice:
    'Take the whole address that the browser ends on. If it is whole, check the address of the page in the settings.',
  exitStatus: 3,
}

export const withoutRefreshToken: StepFailure = {
  code: 'authorisation-failed',
  message: 'The answer of the token endpoint holds no refresh token, so the access would end with the first token.',
  advice: 'See in the system whether the app may have lasting access (a scope, or a kind of app).',
  exitStatus: 3,
}

export const noRedirect = (redirect: string): StepFailure => ({
  code: 'missing-setting',
  message: redirect === '' ? 'There is no redirect address.' : 'The redirect address of the connection is no address.',
  advice: 'Set the redirect address that is registered with the app.',
  exitStatus: 2,
})

export const notReceivable = (redirect: string): StepFailure => ({
  code: 'answers-missing',
  message: `The redirect address ${describeAddress(redirect)} leads to another machine, so the answer has to be pasted, and standard input is no terminal.`,
  advice:
    'Give --no-browser and write the answer address to standard input; or register a redirect address such as http://127.0.0.1:8417/callback.',
  exitStatus: 2,
})

export const portTaken = (redirect: string): StepFailure => ({
  code: 'port-in-use',
  message: `The port of the redirect address ${describeAddress(redirect)} cannot be listened on.`,
  advice: 'End the program that uses it, or register another redirect address; without a listener, use --no-browser.',
  exitStatus: 1,
})

export const wrongAddress = (message: string): StepFailure => ({
  code: 'address-refused',
  message,
  advice: 'Correct the address in the settings of the connection.',
  exitStatus: 2,
})

export const timedOut = (waitMs: number, foreign: number): StepFailure => ({
  code: 'authorisation-timed-out',
  message: `No answer came within ${Math.round(waitMs / 1000)} s.${foreign > 0 ? ` ${foreign} came that did not belong to this sign-in.` : ''}`,
  advice:
    'Run the command again and agree on the page that it opens. On a machine without a browser, give --no-browser and paste the address that the browser ends on. If the page says that the redirect address is wrong, register the one in the settings.',
  exitStatus: 3,
})

export const refused = (error: string): StepFailure => ({
  code: 'authorisation-refused',
  message:
    error === 'access_denied'
      ? 'Access was not granted on the page (access_denied).'
      : `The authorisation page answers with an error: ${error}.`,
  advice:
    error === 'access_denied'
      ? 'Run the command again, and agree. Whoever agrees needs the right to do so for this account.'
      : 'Compare app and redirect address with what is registered in the system.',
  exitStatus: 3,
})

const exchangeAdvice: Readonly<Record<string, string>> = {
  invalid_client: 'Check the id and the secret of the app; leave the secret out only for an app without one.',
  invalid_grant:
    'The code was used, too old, or given for another redirect address: compare the redirect address with the one that is registered, and run the command again.',
  unauthorized_client: 'Allow this way to sign in for the app, or choose another one.',
  unsupported_grant_type: 'The system does not offer this way to sign in: choose another one.',
}

export function notExchanged(answer: Exclude<TokenAnswer, { readonly is: 'token' }>, tokenUrl: string): StepFailure {
  const place = describeRequest('POST', tokenUrl)
  if (answer.is === 'unreachable') {
    return {
      code: 'token-endpoint-unreachable',
      message: `The code was not exchanged: ${answer.failure.message}`,
      advice:
        'Check the address of the token endpoint in the settings, the network and the proxy; then run the command again.',
      exitStatus: 3,
    }
  }
  const { error, status } = answer
  return {
    code: error === 'invalid_client' || error === 'unauthorized_client' ? 'client-refused' : 'authorisation-failed',
    message: `The code was not exchanged: ${place} answers with status ${status}${error === undefined ? '' : ` (${error})`}.`,
    advice:
      (error !== undefined && exchangeAdvice[error]) ||
      'Check the address of the token endpoint and the account in the settings; then run the command again.',
    exitStatus: 3,
  }
}

const describeAddress = (address: string): string => {
  const url = URL.parse(address)
  return url ? `${url.origin}${url.pathname}` : 'in the settings'
}
