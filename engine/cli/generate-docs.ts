import { readFileSync, writeFileSync } from 'node:fs'
import { packageFile } from '../config/package-files.ts'
import { program } from './main.ts'
import { renderCodes } from './reference/codes.ts'
import { renderCommands } from './reference/commands.ts'
import { renderFunctions } from './reference/functions.ts'

/** Pages of the docs that are made from the code. `npm run docs` writes them; with --check they are only compared. */
export async function generatedPages(): Promise<ReadonlyMap<string, string>> {
  const mark = (text: string): string => `<!-- Made by \`npm run docs\`; do not edit. -->\n\n${text}`
  return new Map([
    ['docs/codes.md', mark(renderCodes())],
    ['docs/functions.md', mark(renderFunctions())],
    ['docs/commands.md', mark(renderCommands(await program()))],
  ])
}

export async function stalePages(): Promise<readonly string[]> {
  return [...(await generatedPages())].filter(([path, text]) => textOf(path) !== text).map(([path]) => path)
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(packageFile(path), 'utf8')
  } catch {
    return undefined
  }
}

if (import.meta.main) {
  const stale = await stalePages()
  if (process.argv.includes('--check')) {
    if (stale.length > 0) {
      process.stderr.write(`Not up to date: ${stale.join(', ')}. Run npm run docs.\n`)
      process.exitCode = 1
    }
  } else {
    for (const [path, text] of await generatedPages()) writeFileSync(packageFile(path), text)
  }
}
