import type { CodeEntry } from './codes.ts'

/** Why a step of `syncline check` probably failed. Connector files add causes of their own. */
export const causeCodes = {
  'clock-differs': {
    title: 'The clocks differ',
    meaning: 'The clock of this machine and the system’s, by the date of its answers, are more than 30 seconds apart.',
    advice: 'Set the machine’s clock by a time service (NTP); in a container, that of its host.',
  },
  'host-unknown': {
    title: 'The host is not known',
    meaning: 'No address was found for the name of the host.',
    advice: 'Correct the host in the settings; else look whether this machine can look names up (DNS).',
  },
  'connection-refused': {
    title: 'Nothing listens there',
    meaning: 'The host refuses the connection.',
    advice: 'Correct host and port in the settings; else the system is down, or a firewall refuses.',
  },
  'no-network': {
    title: 'No way to the host',
    meaning: 'The host accepted no connection in time, or there is no way to its network.',
    advice:
      'Look whether this machine may call out: network, firewall, the container’s network, a proxy that must be used.',
  },
  'tls-refused': {
    title: 'The certificate is not trusted',
    meaning:
      'The connection was ended since the host’s certificate is not valid for it, or its maker is not known here.',
    advice: 'Correct the host; behind a proxy that opens connections, name its authority in NODE_EXTRA_CA_CERTS.',
  },
  'proxy-refused': {
    title: 'The proxy does not let it through',
    meaning: 'Calls go through a proxy of the environment, and the connection failed there.',
    advice: 'Correct HTTPS_PROXY, its user and password, or name the host in NO_PROXY.',
  },
  'no-answer': {
    title: 'No answer in time',
    meaning: 'The call was sent, and no answer came in time, or the connection was lost.',
    advice: 'Try again; if it stays so, look at the system’s status page and at what lies between.',
  },
  'page-for-people': {
    title: 'A page for people',
    meaning: 'The answer is a web page and not what an API says: of another host, a login, a proxy or a firewall.',
    advice: 'Correct the host in the settings; else let the calls of this machine through.',
  },
  'secret-wrong': {
    title: 'Client or secret are not right',
    meaning: 'The token endpoint does not know the client, or its secret is another one.',
    advice: 'Set both anew from where the system shows them; a secret that was made anew makes the old one worthless.',
  },
  'grant-revoked': {
    title: 'The authorisation was taken back',
    meaning: 'The refresh token is used up, expired or revoked.',
    advice: 'Authorise the app again with syncline connect.',
  },
  'scope-wrong': {
    title: 'The scope is not right',
    meaning: 'The token endpoint does not give this client a token of the scope that is asked for.',
    advice: 'Set the scope that the client is valid for.',
  },
  'sign-in-not-offered': {
    title: 'This way to sign in is not offered',
    meaning: 'The system does not offer this way to sign in, or the client may not use it.',
    advice: 'Choose another signIn for the connection, or allow it in the system.',
  },
  'token-refused-at-once': {
    title: 'A new token is refused',
    meaning: 'The system refuses a token that its own token endpoint has just given.',
    advice: 'Compare host of the API, host of the sign-in and account: they are of different environments or accounts.',
  },
  'token-not-valid-now': {
    title: 'The token is not valid at this time',
    meaning: 'By its own dates the token is not valid yet, or not any more, at the system’s time.',
    advice: 'Set the machine’s clock; if it is right, the system’s own clocks differ: tell its support.',
  },
  'credentials-not-accepted': {
    title: 'The credentials are not accepted',
    meaning: 'The system answers that the call is not signed in: a static token is wrong, or was disabled.',
    advice: 'Set the credentials anew from where the system shows them.',
  },
  'right-missing': {
    title: 'A right is missing',
    meaning: 'The call was signed in, and is forbidden.',
    advice: 'Give the client of this connection the right that the step names, in the system.',
  },
  'address-wrong': {
    title: 'There is nothing at this address',
    meaning: 'The host answers that it does not have what was asked for.',
    advice: 'Correct account, host and paths in the settings.',
  },
  'throttled-by-others': {
    title: 'Others use the account’s calls',
    meaning: 'The account’s calls are used up, or nearly so, by calls that this check did not make.',
    advice:
      'Find the other program of the account (also another process of Syncline), and divide the calls with share in the project file.',
  },
  throttled: {
    title: 'Too many calls',
    meaning: 'The system takes no more calls for now.',
    advice: 'Wait, and run fewer processes with one account or from one address.',
  },
  'system-failing': {
    title: 'The system fails',
    meaning: 'The system answers that it failed itself.',
    advice: 'Look at the system’s status page, and try again later.',
  },
} as const satisfies Record<string, CodeEntry>

export type CauseCode = keyof typeof causeCodes
