/** Why a text is no address that may be called; undefined when it is one: https, or http on a loopback host. */
export function addressProblem(text: string): string | undefined {
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return 'is no address that begins with https://'
  if (url.username !== '' || url.password !== '')
    return 'holds a user name or a password, which belong to the credentials'
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) return 'is http, which is allowed on a loopback host only'
  return undefined
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host)
}
