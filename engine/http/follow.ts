/** One link of a Link header. Parameter names are lower-case. */
export interface Link {
  readonly target: string
  readonly parameters: Readonly<Record<string, string>>
}

/** The links of a Link header (RFC 8288 §3), in order. What cannot be understood is left out. */
export function parseLinkHeader(value: string): Link[] {
  const links: Link[] = []
  // A target may hold commas and semicolons, and so may a quoted parameter: splitting at them would be wrong.
  const linkPattern = /<([^>]*)>((?:\s*;\s*[^\s=;,]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]*))?)*)/g
  for (const [, target = '', rest = ''] of value.matchAll(linkPattern)) {
    const parameters: Record<string, string> = Object.create(null)
    const parameterPattern = /;\s*([^\s=;,]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?/g
    for (const [, name = '', quoted, token] of rest.matchAll(parameterPattern)) {
      const key = name.toLowerCase()
      // RFC 8288 §3.3: only the first occurrence of a parameter counts.
      if (!(key in parameters)) parameters[key] = quoted?.replace(/\\(.)/g, '$1') ?? token ?? ''
    }
    links.push({ target: target.trim(), parameters })
  }
  return links
}

/** The target of the first link whose `rel` holds the relation (a list of words, in any case); undefined if none. */
export function linkTarget(header: string | undefined, relation: string): string | undefined {
  if (header === undefined) return undefined
  const wanted = relation.toLowerCase()
  return parseLinkHeader(header).find(({ parameters }) =>
    (parameters.rel ?? '').toLowerCase().split(/\s+/).includes(wanted),
  )?.target
}

/** True when both addresses have the same scheme, host and port; `next` may be relative to `base`. */
export function sameOrigin(base: string, next: string): boolean {
  return URL.canParse(next, base) && new URL(next, base).origin === new URL(base).origin
}

/**
 * The address of the next page, absolute. A server's answer must not lead our credentials to another host, so another
 * scheme, host or port is refused.
 */
export function nextAddress(base: string, next: string): string {
  if (!URL.canParse(next, base)) {
    throw new Error(
      `The answer of ${new URL(base).origin} names a next page that is no address. Check \`follow\` in the connector file.`,
    )
  }
  const url = new URL(next, base)
  if (url.origin !== new URL(base).origin) {
    throw new Error(
      `The answer of ${new URL(base).origin} names a next page on ${url.origin}; following it would send the credentials to another host. If that host belongs to the same system, make it a setting of the connector.`,
    )
  }
  url.username = ''
  url.password = ''
  return url.href
}
