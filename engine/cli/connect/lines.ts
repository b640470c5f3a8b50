import type { Readable } from 'node:stream'

/** Lines of an input that is no terminal, one after the other. Undefined at its end. */
export interface Lines {
  next(): Promise<string | undefined>
}

export function linesOf(input: Readable): Lines {
  let iterator: AsyncIterator<string> | undefined
  let rest = ''
  let ended = false
  return {
    async next() {
      iterator ??= input.setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string>
      for (;;) {
        const end = rest.indexOf('\n')
        if (end >= 0 || (ended && rest !== '')) {
          const line = end < 0 ? rest : rest.slice(0, end)
          rest = end < 0 ? '' : rest.slice(end + 1)
          return line.replace(/\r$/, '')
        }
        if (ended) return undefined
        const chunk = await iterator.next()
        if (chunk.done) ended = true
        else rest += chunk.value
      }
    },
  }
}
