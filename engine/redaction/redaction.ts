import { secretMark, withoutSecretForms, withoutValues } from './text.ts'

/**
 * The secrets that this process has met, and the one way in which text is freed of them. What is personal is decided by
 * entity schemas (`personal.ts`), since it depends on the record in hand.
 */
export interface Redaction {
  /** A value that must never be shown: a credential, a token, the value of an authorisation header or a cookie. */
  secret(value: string): void
  /** The text without secrets. */
  text(text: string): string
}

/**
 * Values shorter than this are no secrets that could be told from ordinary text; hiding them would make every message
 * unreadable and betray them at once.
 */
const shortestSecret = 5

/** Old access tokens need not be known for ever; those of a day's work are. */
const mostSecrets = 2_000

export function createRedaction(): Redaction {
  const secrets = new Set<string>()
  const add = (form: string): void => {
    if (form.length < shortestSecret) return
    secrets.delete(form)
    secrets.add(form)
    if (secrets.size <= mostSecrets) return
    const [oldest] = secrets
    if (oldest !== undefined) secrets.delete(oldest)
  }
  return {
    secret(value) {
      for (const form of formsOf(value)) add(form)
    },
    text: (text) => withoutSecretForms(withoutValues(text, secrets, secretMark)),
  }
}

/** A secret as it is, and as JSON, addresses and forms write it. */
function formsOf(value: string): readonly string[] {
  const trimmed = value.trim()
  if (trimmed === '') return []
  const encoded = encodeURIComponent(trimmed.toWellFormed())
  return [
    ...new Set([
      trimmed,
      JSON.stringify(trimmed).slice(1, -1),
      trimmed.replaceAll('=', '\\u003d'),
      encoded,
      encoded.replaceAll('%20', '+'),
      // The first half of a two-part header value is a name, and base64 of user and password is neither of the two.
      Buffer.from(trimmed).toString('base64'),
    ]),
  ]
}

/**
 * Whether what stands under a connection's `credentials` is hidden. A name is not: the id of a client, the user of a
 * sign-in. It is shown where it helps, and as a common word it would hide that word everywhere.
 */
export function isSecretName(name: string): boolean {
  return !/(?:Id|User|Username|Name)$/.test(name) && !/^(?:id|user|username|name)$/i.test(name)
}
