import { spawn } from 'node:child_process'

/** Opens an address in the browser that this machine uses; false when there is no way to. */
export function openBrowser(address: string): Promise<boolean> {
  const [command, ...args] = commandFor(process.platform, process.env.BROWSER)
  return new Promise((resolve) => {
    const child = spawn(command, [...args, address], { stdio: 'ignore', detached: true })
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}

/** `BROWSER` as other programs read it: the first of a list, which gets the address as its argument. */
export function commandFor(platform: NodeJS.Platform, browser: string | undefined): readonly [string, ...string[]] {
  const [own] = (browser ?? '').split(':')
  if (own) return [own]
  if (platform === 'darwin') return ['open']
  // Not `start`: a shell would read the ampersands of the address.
  return platform === 'win32' ? ['rundll32', 'url.dll,FileProtocolHandler'] : ['xdg-open']
}
