import { distance } from 'fastest-levenshtein'

/** The name that was probably meant, if one is near enough. Upper and lower case count little. */
export function nearestName(name: string, names: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.max(1, Math.floor(name.length / 3)) + 0.5
  for (const candidate of names) {
    const far = farness(candidate.toLowerCase(), name.toLowerCase())
    if (far < least) {
      best = candidate
      least = far
    }
  }
  return best
}

function farness(a: string, b: string): number {
  if (a === b) return 0.25
  // Letters that changed places (form, from) are one slip, and two for the usual distance.
  const swapped = a.length === b.length && [...a].sort().join('') === [...b].sort().join('')
  return swapped ? Math.min(1, distance(a, b)) : distance(a, b)
}

/** `a, b, c`; long lists are cut. */
export function listNames(names: Iterable<string>, most = 24): string {
  const all = [...names]
  const shown = all.slice(0, most).join(', ')
  return all.length > most ? `${shown} and ${all.length - most} more` : shown
}

/** Advice for a name that is not known. */
export function nameAdvice(name: string, names: Iterable<string>, what: string): string {
  const all = [...names]
  const near = nearestName(name, all)
  if (all.length === 0) return `Remove it: there are no ${what}.`
  const list = `The ${what} are ${listNames(all)}.`
  return near === undefined ? list : `Write ${near}. ${list}`
}
