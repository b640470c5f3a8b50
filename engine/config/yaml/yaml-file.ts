import { isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import { type Document, isAlias, parseAllDocuments, type YAMLError } from 'yaml'
import type { ConfigCode } from '../../diagnostics/codes.ts'
import { createFinding, displayPath, excerptOf, type Finding, type Position } from '../../diagnostics/finding.ts'
import { deepFreeze } from '../deep-freeze.ts'
import type { Problem, YamlDocument } from '../origin.ts'
import { maskSecrets } from '../secret-mask.ts'
import { placedLater, plainJson } from './plain-json.ts'
import { type CutText, findCutTexts, inQuotes } from './unquoted-expression.ts'
import { createDocument } from './yaml-document.ts'
import { explainYamlError } from './yaml-errors.ts'
import { eachNode } from './yaml-nodes.ts'
import { type AliasTargets, aliasProblems, isEmpty, offsetOf, refused, tooDeep } from './yaml-refused.ts'

export interface YamlFile {
  /** Absolute path. */
  readonly path: string
  readonly text: string
  readonly documents: readonly YamlDocument[]
}

export interface LoadOptions {
  /** Findings name files relative to it when they lie below. */
  readonly currentFolder?: string
  /** Only table files may hold several documents. Default: one. */
  readonly documents?: 'one' | 'many'
  /** Hide what stands under `credentials` in excerpts. */
  readonly secrets?: boolean
}

export interface LoadedYaml {
  /** Absent when the text cannot be read as YAML. */
  readonly file?: YamlFile
  readonly findings: readonly Finding[]
}

const maxAliasCount = 100
/** Characters of a file; far more than any hand-written file, few enough to parse in moments. */
const maxLength = 20_000_000

/** Reads a YAML or JSON file. `from` is where the path was named, for the finding when it cannot be read. */
export async function loadYaml(
  path: string,
  from: (problem: Problem) => Finding,
  options: LoadOptions = {},
): Promise<LoadedYaml> {
  let bytes: Buffer
  try {
    bytes = await readFile(path)
  } catch (error) {
    return { findings: [from(unreadable(displayPath(path, options.currentFolder), error))] }
  }
  return parseYaml(path, bytes, options)
}

/** Behind a mistake the parser finds nothing in its place any more: each of these tells only of the first again. */
function withoutEchoes(errors: readonly YAMLError[]): readonly YAMLError[] {
  const sorted = [...errors].sort((a, b) => a.pos[0] - b.pos[0])
  return sorted.filter((error, index) => index === 0 || error.code !== 'UNEXPECTED_TOKEN')
}

function unreadable(shown: string, error: unknown): Problem {
  const reason = error instanceof Error && 'code' in error ? error.code : undefined
  const why =
    reason === 'ENOENT' || reason === 'ENOTDIR'
      ? 'does not exist'
      : reason === 'EISDIR'
        ? 'is a folder'
        : reason === 'EACCES' || reason === 'EPERM'
          ? 'may not be read by this user'
          : `cannot be read (${String(reason ?? 'unknown reason')})`
  return {
    code: 'file-not-readable' satisfies ConfigCode,
    message: `The file ${shown} ${why}.`,
    advice:
      reason === 'EACCES' || reason === 'EPERM'
        ? 'Give this user the right to read it.'
        : 'Correct the path; it is relative to the file that names it.',
  }
}

export function parseYaml(path: string, bytes: Uint8Array, options: LoadOptions = {}): LoadedYaml {
  const shown = displayPath(path, options.currentFolder)
  if (!isUtf8(bytes)) return { findings: [notUtf8(shown, bytes)] }
  // Decoding drops a byte order mark, so that columns are those of an editor.
  const text = new TextDecoder().decode(bytes)
  const value = text.length > maxLength ? undefined : plainJson(text)
  if (!value) return parseText(path, text, options)
  const placed = (): YamlDocument => {
    const [document] = parseText(path, text, options).file?.documents ?? []
    if (!document) throw new Error(`${shown} is JSON, but no YAML.`)
    return document
  }
  return { file: { path, text, documents: [placedLater(path, deepFreeze(value), placed)] }, findings: [] }
}

function parseText(path: string, text: string, options: LoadOptions): LoadedYaml {
  const shown = displayPath(path, options.currentFolder)
  const place = placesOf(text)
  let shownText = text
  let shownLines = text.split(/\r?\n/)
  const finding = (problem: Problem & { readonly at: Position }): Finding => {
    const { code, severity, message, advice, at } = problem
    const excerpt = excerptOf(shownLines, at.line)
    return createFinding({
      code,
      ...(severity && { severity }),
      message,
      advice,
      file: shown,
      line: at.line,
      column: at.column,
      ...(excerpt && { excerpt }),
    })
  }

  if (text.length > maxLength) {
    const advice = 'Divide it into several files.'
    const message = `The file has more than ${maxLength / 1_000_000} million characters.`
    return { findings: [finding({ code: 'yaml-syntax', message, advice, at: { line: 1, column: 1 } })] }
  }

  const { documents: parsedDocuments, cuts } = parseWhole(text)
  for (const document of parsedDocuments) {
    const deep = tooDeep(document)
    if (deep) return { findings: [finding({ ...deep, at: place(deep.offset) })] }
  }
  if (options.secrets) {
    shownText = maskSecrets(text, parsedDocuments)
    shownLines = shownText.split(/\r?\n/)
  }

  const findings = cuts.map((cut) => finding(cutProblem(cut, shownText, place)))
  let broken = false
  const targets: AliasTargets = new Map()
  for (const document of parsedDocuments) {
    const problems = [
      ...withoutEchoes(document.errors).map((error) => ({ ...explainYamlError(error, text), offset: error.pos[0] })),
      ...aliasProblems(document, targets),
    ]
    if (problems.length > 0) broken = true
    for (const { offset, ...problem } of [...problems, ...refused(document)]) {
      findings.push(finding({ ...problem, at: place(offset) }))
    }
  }

  const empty = parsedDocuments.every((document) => document.contents === null || isEmpty(document.contents))
  if (!broken && empty) {
    findings.push(
      finding({
        code: 'empty-file' satisfies ConfigCode,
        message: 'The file holds nothing.',
        advice: 'Fill it, or remove it from the project.',
        at: { line: 1, column: 1 },
      }),
    )
  }
  const [, second] = parsedDocuments
  if (!broken && !empty && options.documents !== 'many' && second) {
    findings.push(
      finding({
        code: 'several-documents' satisfies ConfigCode,
        message: 'A second document begins here, but only table files may hold several.',
        advice: 'Put it into a file of its own, or remove the line ---.',
        at: place(second.contents?.range?.[0] ?? second.range[0]),
      }),
    )
  }
  if (broken || empty) return { findings }

  const documents: YamlDocument[] = []
  const cutPlaces = cuts.map(({ start, end }) => ({ from: place(start), to: place(end) }))
  for (const document of parsedDocuments) {
    if (document.contents === null || isEmpty(document.contents)) continue
    try {
      const value = deepFreeze(document.toJS({ maxAliasCount }) as unknown)
      documents.push(createDocument({ file: path, document, targets, value, cuts: cutPlaces, place, finding }))
    } catch {
      // The only failure of toJS behind a parse without errors is the bound on aliases.
      let at: number | undefined
      eachNode(document, (node) => {
        if (isAlias(node)) at = offsetOf(node)
      })
      findings.push(
        finding({
          code: 'too-many-aliases' satisfies ConfigCode,
          message: `The aliases of this file repeat too much: more than ${maxAliasCount} values.`,
          advice: 'Write the content out, or use fewer aliases.',
          at: place(at ?? 0),
        }),
      )
    }
  }
  return { file: { path, text, documents }, findings }
}

function notUtf8(file: string, bytes: Uint8Array): Finding {
  // The longest beginning that is UTF-8; a streaming decoder allows that it ends within a character.
  let good = 0
  let bad = bytes.length
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2)
    if (begins(bytes.subarray(0, middle))) good = middle
    else bad = middle
  }
  const before = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, good), { stream: true }).split('\n')
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  return createFinding({
    code: 'not-utf8' satisfies ConfigCode,
    message: utf16 ? 'The file is UTF-16, not UTF-8.' : 'Here stands a byte that is not UTF-8.',
    advice: 'Save the file as UTF-8.',
    file,
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
  })
}

function begins(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}

/**
 * Parses a file. Where YAML cut a text, everything behind it may be read wrongly, so a stand-in in quotes takes its
 * place and the file is parsed again: what else is wrong is then found at its true place.
 */
function parseWhole(text: string): { documents: Document.Parsed[]; cuts: CutText[] } {
  const cuts: CutText[] = []
  let patched = text
  for (;;) {
    const parsed = parseAllDocuments(patched, {
      keepSourceTokens: true,
      prettyErrors: false,
      stringKeys: true,
      // The core schema of YAML 1.2 has no merge keys, and NO is a text.
      version: '1.2',
      schema: 'core',
      merge: false,
    })
    const documents: Document.Parsed[] = Array.isArray(parsed) ? parsed : []
    const found = documents.flatMap((document) => findCutTexts(document, patched))
    if (found.length === 0) return { documents, cuts: cuts.sort((a, b) => a.start - b.start) }
    for (const { start, end } of found) {
      const inner = patched.slice(start + 1, end - 1).replace(/[^\s]/g, 'x')
      patched = `${patched.slice(0, start)}"${inner}"${patched.slice(end)}`
    }
    cuts.push(...found)
  }
}

function cutProblem(
  cut: CutText,
  text: string,
  place: (offset: number) => Position,
): Problem & { readonly at: Position } {
  const fixed = inQuotes(text.slice(cut.start, cut.end))
  return {
    code: 'unquoted-expression' satisfies ConfigCode,
    message: `Inside { } and [ ] this text ends for YAML after ${quoted(text.slice(cut.start, cut.read))}, and the rest becomes something else.`,
    advice: `Put it into quotes: ${cut.key === undefined ? '' : `${cut.key}: `}${fixed}`,
    at: place(cut.start),
  }
}

function placesOf(text: string): (offset: number) => Position {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => {
    const bounded = Math.min(Math.max(offset, 0), text.length)
    let low = 0
    let high = starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= bounded) low = middle
      else high = middle
    }
    return { line: low + 1, column: bounded - (starts[low] ?? 0) + 1 }
  }
}

function quoted(text: string): string {
  return `"${text.length > 60 ? `${text.slice(0, 57)}…` : text}"`
}
