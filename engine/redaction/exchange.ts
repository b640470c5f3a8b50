/** One call as far as it can hold secrets. Header names are in any case. */
export interface ExchangeParts {
  readonly request: { readonly headers: Readonly<Record<string, string>>; readonly body?: string | undefined }
  readonly response?: { readonly headers: Readonly<Record<string, string>>; readonly body: unknown } | undefined
}

/** Headers whose value signs a call in, whoever names them: authorization, cookie, x-api-key, app-staff-token, … */
const secretHeader = /^(?:proxy-)?authorization$|^(?:set-)?cookie$|token|secret|password|api-?key/i

const secretField =
  /^(?:access_token|refresh_token|id_token|client_secret|client_assertion|code|code_verifier|password)$/

/** What travelled as a secret: values of headers, fields of a form, tokens of an answer. */
export function* secretsOf({ request, response }: ExchangeParts): Generator<string> {
  yield* ofHeaders(request.headers)
  if (request.body !== undefined && isForm(request.headers)) {
    for (const [name, value] of new URLSearchParams(request.body)) if (secretField.test(name)) yield value
  }
  if (!response) return
  yield* ofHeaders(response.headers)
  if (typeof response.body !== 'object' || response.body === null) return
  for (const [name, value] of Object.entries(response.body))
    if (typeof value === 'string' && name !== 'code' && secretField.test(name)) yield value
}

function* ofHeaders(headers: Readonly<Record<string, string>>): Generator<string> {
  for (const [name, value] of Object.entries(headers)) {
    if (!secretHeader.test(name)) continue
    if (/^set-cookie$/i.test(name)) {
      // name=value and its attributes; the value alone is secret.
      for (const cookie of value.split(/, (?=[^;,\s]+=)/))
        yield cookie.split(';')[0]?.split('=').slice(1).join('=') ?? ''
    } else if (/^cookie$/i.test(name)) {
      for (const cookie of value.split(';')) yield cookie.split('=').slice(1).join('=')
    } else {
      const [scheme, rest] = splitScheme(value)
      yield rest
      if (/^basic$/i.test(scheme)) yield Buffer.from(rest, 'base64').toString().split(':').slice(1).join(':')
    }
  }
}

function splitScheme(value: string): readonly [string, string] {
  const match = /^([A-Za-z][\w-]*) +(\S.*)$/.exec(value.trim())
  return match ? [match[1] as string, match[2] as string] : ['', value.trim()]
}

function isForm(headers: Readonly<Record<string, string>>): boolean {
  return Object.entries(headers).some(
    ([name, value]) => name.toLowerCase() === 'content-type' && value.includes('form-urlencoded'),
  )
}
