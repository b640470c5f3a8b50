/**
 * What may be shown of a subscription as a system lists it: its short plain fields, and of addresses only the host. What
 * stands behind it may be a secret, also that of somebody else.
 */
export function describeSubscription(listed: unknown): Readonly<Record<string, string>> {
  if (typeof listed !== 'object' || listed === null) return {}
  return Object.fromEntries(
    Object.entries(listed).flatMap(([name, value]): [string, string][] => {
      if (typeof value !== 'string' && typeof value !== 'number') return []
      const text = String(value)
      const address = /^https?:/i.test(text) ? URL.parse(text) : null
      if (address) return [[name, `${address.origin}/…`]]
      // An identifier or an event's name; no template, no token.
      return text.length <= 40 && /^[\w.-]+$/.test(text) && !/secret|token|key|password/i.test(name)
        ? [[name, text]]
        : []
    }),
  )
}
