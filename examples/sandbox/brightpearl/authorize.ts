import type { SignIn } from './sign-in.ts'

export interface AuthorizeRequest {
  readonly account: string
  /** The address asked for, with its query. */
  readonly url: URL
  /** Which button was pressed; undefined when the page was asked for. */
  readonly decision: string | undefined
}

export type AuthorizeReply =
  | { readonly redirect: string }
  | { readonly status: 200 | 400 | 404 | 405; readonly page: string }

export interface AuthorizeOptions {
  readonly account: string
  readonly appRef: string
  readonly signIn: SignIn
}

/**
 * `/authorize/{account}`: the account is part of the path, the query holds `response_type=code`, `client_id` (the app
 * reference), `redirect_uri` and `state` [code]; the answer goes to the redirect address with `code` and `state`
 * [doc]. The staff member is taken to be signed in.
 *
 * Assumed: an unknown account, app or redirect address is a page and never a redirect; the other mistakes and a refusal
 * go back as `error` with `state`, in the words of RFC 6749; parameters that occur twice are a mistake.
 */
export function answerAuthorize(
  { account, url, decision }: AuthorizeRequest,
  { signIn, ...app }: AuthorizeOptions,
): AuthorizeReply {
  const query = url.searchParams
  const given = (name: string) => (query.getAll(name).length === 1 ? (query.get(name) ?? '') : '')
  if (account !== app.account) return { status: 404, page: page('There is no such account.') }
  if (given('client_id') !== app.appRef) return { status: 400, page: page('The app is not known to this account.') }
  const redirectUri = given('redirect_uri')
  if (!signIn.accepts(redirectUri)) {
    return { status: 400, page: page('The redirect address is not one that is registered for the app.') }
  }
  const back = (answer: Readonly<Record<string, string>>): AuthorizeReply => {
    const target = new URL(redirectUri)
    for (const [name, value] of Object.entries(answer)) target.searchParams.append(name, value)
    const state = query.get('state')
    if (state !== null) target.searchParams.append('state', state)
    return { redirect: target.href }
  }
  if (given('response_type') !== 'code') return back({ error: 'unsupported_response_type' })

  const { consent } = signIn.settings()
  switch (consent === 'page' ? decision : consent) {
    case undefined:
      return { status: 200, page: consentPage(app.account, app.appRef, `${url.pathname}${url.search}`) }
    case 'approve':
      signIn.count('codes')
      return back({ code: signIn.issueCode(redirectUri) })
    case 'deny':
      return back({ error: 'access_denied' })
    default:
      return { status: 400, page: page('Press one of the two buttons.') }
  }
}

function consentPage(account: string, appRef: string, action: string): string {
  return page(
    `The app ${appRef} wants to work with the data of the account ${account}.`,
    `<form method="post" action="${escaped(action)}">
<button name="decision" value="approve" id="approve">Approve</button>
<button name="decision" value="deny" id="deny">Deny</button>
</form>`,
  )
}

function page(message: string, form = ''): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Authorise an app (sandbox)</title></head>
<body><h1>Authorise an app</h1><p>${escaped(message)}</p>
${form}
</body></html>
`
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character)
}
