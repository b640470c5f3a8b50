import type { CodeEntry } from './codes.ts'

/** Why `syncline serve` did not take a message, or answered it otherwise than declared; they stand in its log. */
export const serviceCodes = {
  'message-unfit': {
    title: 'A message that cannot be used',
    meaning:
      'The message has not the form that the event declares: no record, no key, no ids, or it cannot be told whether it is refused.',
    advice: 'Compare the message with the event in the connector file. The sender was told; nothing was stored.',
  },
  'sender-unknown': {
    title: 'A sender who may not send',
    meaning: 'Name and password, or the secret in the address, are not those of the event.',
    advice: 'Compare what is set up at the sender with the credentials of the connection.',
  },
  'message-too-large': {
    title: 'A message that is too large',
    meaning: 'The body is longer than the event’s maxBody.',
    advice: 'Raise maxBody of the event, if messages may be so large.',
  },
  'message-type': {
    title: 'A message of another type',
    meaning: 'The message is not JSON, and its content type says so; or it is compressed, or not in UTF-8.',
    advice: 'Set the sender to JSON in UTF-8, without compression.',
  },
  'message-not-json': {
    title: 'A message that is no JSON',
    meaning: 'The body cannot be read as JSON.',
    advice: 'Look into the sender’s log; nothing was stored.',
  },
  'message-broken-off': {
    title: 'A message that broke off',
    meaning: 'The sender went away before it had sent the whole message.',
    advice: 'Nothing to do here: nothing was stored, and the sender knows that it had no answer.',
  },
  'answer-unfit': {
    title: 'An answer without its body',
    meaning: 'The body that the event declares for the answer cannot be made; the status was sent alone.',
    advice: 'Correct the answer of the event in the connector file.',
  },
} satisfies Record<string, CodeEntry>
