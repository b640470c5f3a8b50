import { isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  type Scalar,
  visit,
} from 'yaml'
import type { ConfigCode } from '../diagnostics/codes.ts'
import {
  createFinding,
  displayPath,
  excerptOf,
  type Finding,
  type Position,
  type Severity,
} from '../diagnostics/finding.ts'
import { deepFreeze } from './deep-freeze.ts'
import { scalarOffsets } from './scalar-offsets.ts'
import { maskSecrets } from './secret-mask.ts'
import { findCutTexts, inQuotes } from './unquoted-expression.ts'
import { explainYamlError } from './yaml-errors.ts'

/** Keys and list positions (from 0) that lead from a document's root to a value. */
export type Path = readonly (string | number)[]

/**
 * Where a document was read from. Compilers get it beside the document, so that they can place their findings.
 * A path that leads nowhere stands for the nearest value above it that exists. An alias stands for what it repeats.
 */
export interface Origin {
  /** Absolute path of the file. */
  readonly file: string
  /** Place of the value at `path`, or of its key. */
  at(path: Path, what?: 'key' | 'value'): Position
  /**
   * Place of one character inside of a text: `offset` counts from 0 in the text's VALUE, as it is after quotes,
   * escapes and folded lines are read. The text's length stands for the place behind its last character.
   */
  inScalar(path: Path, offset: number): Position
  /** A finding at a place of this file, with its excerpt. */
  finding(problem: Problem): Finding
}

/** A finding before it has a file. Give `at` (a place), or `path` with `key` or `offset` where they apply. */
export interface Problem {
  readonly code: string
  readonly severity?: Severity
  readonly message: string
  readonly advice: string
  readonly at?: Position
  readonly path?: Path
  /** The place is that of the key and not of the value. */
  readonly key?: boolean
  /** The place is this character of the text at `path`, as `inScalar` counts. */
  readonly offset?: number
}

/** One document of a file. */
export interface YamlDocument extends Origin {
  /** Plain frozen data: objects, lists, texts, numbers, booleans and null. */
  readonly value: unknown
  /** Places of texts that YAML cut short; what stands there is no meant key. */
  readonly cuts: readonly { readonly from: Position; readonly to: Position }[]
  /** Every scalar below `path` with the path to it, in the order of the file. */
  scalars(path?: Path): Iterable<{ readonly path: Path; readonly value: unknown; readonly plain: boolean }>
}

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
  const lineCounter = new LineCounter()
  const place = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(Math.min(Math.max(offset, 0), text.length))
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
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

  const parsed = parseAllDocuments(text, {
    lineCounter,
    keepSourceTokens: true,
    prettyErrors: false,
    stringKeys: true,
    // The core schema of YAML 1.2 has no merge keys, and NO is a text.
    version: '1.2',
    schema: 'core',
    merge: false,
  })
  const parsedDocuments: Document.Parsed[] = Array.isArray(parsed) ? parsed : []
  if (options.secrets) {
    shownText = maskSecrets(text, parsedDocuments)
    shownLines = shownText.split(/\r?\n/)
  }

  const findings: Finding[] = []
  let broken = false
  const targets: AliasTargets = new Map()
  const cutsOf = new Map<Document.Parsed, { readonly from: Position; readonly to: Position }[]>()
  for (const document of parsedDocuments) {
    const cuts = findCutTexts(document, text)
    cutsOf.set(
      document,
      cuts.map((cut) => ({ from: place(cut.start), to: place(cut.end) })),
    )
    for (const cut of cuts) {
      const read = shownText.slice(cut.start, cut.read)
      const fixed = inQuotes(shownText.slice(cut.start, cut.end))
      findings.push(
        finding({
          code: 'unquoted-expression' satisfies ConfigCode,
          message: `Inside { } and [ ] this text ends for YAML after ${quoted(read)}, and the rest becomes something else.`,
          advice: `Put it into quotes: ${cut.key === undefined ? '' : `${cut.key}: `}${fixed}`,
          at: place(cut.start),
        }),
      )
    }
    for (const error of document.errors) {
      broken = true
      const [offset] = error.pos
      // What follows a cut text in the same collection is only its consequence.
      if (cuts.some((cut) => offset >= cut.start && offset <= cut.collectionEnd)) continue
      findings.push(finding({ ...explainYamlError(error, text), at: place(offset) }))
    }
    for (const { offset, ...problem } of aliasProblems(document, targets)) {
      broken = true
      findings.push(finding({ ...problem, at: place(offset) }))
    }
    findings.push(...refused(document).map(({ offset, ...problem }) => finding({ ...problem, at: place(offset) })))
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
  for (const document of parsedDocuments) {
    if (document.contents === null || isEmpty(document.contents)) continue
    try {
      const value = deepFreeze(document.toJS({ maxAliasCount }) as unknown)
      documents.push(createDocument(path, document, targets, value, cutsOf.get(document) ?? [], place, finding))
    } catch {
      // The only failure of toJS behind a parse without errors is the bound on aliases.
      let at: number | undefined
      visit(document, { Alias: (_key, node) => void (at = node.range?.[0] ?? at) })
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

function isEmpty(node: Node): boolean {
  return isScalar(node) && node.value === null && (node.source ?? '') === ''
}

type AliasTargets = Map<Alias, Node>

/** Notes what each alias repeats. An alias that repeats nothing, or what it stands in, is a problem. */
function aliasProblems(document: Document.Parsed, targets: AliasTargets): (Problem & { readonly offset: number })[] {
  const problems: (Problem & { readonly offset: number })[] = []
  const anchors = new Map<string, Node>()
  visit(document, {
    Value: (_key, node) => {
      if (node.anchor !== undefined) anchors.set(node.anchor, node)
    },
    Alias: (_key, node, path) => {
      const target = anchors.get(node.source)
      if (target !== undefined && !path.includes(target)) {
        targets.set(node, target)
        return
      }
      problems.push({
        code: 'yaml-syntax' satisfies ConfigCode,
        message: target
          ? `The alias *${node.source} stands inside of what it repeats.`
          : `The alias *${node.source} names nothing that stands above it.`,
        advice: target ? 'Write the content out.' : 'Correct the name. A text that begins with * stands in quotes.',
        offset: offsetOf(node),
      })
    },
  })
  return problems
}

/** What YAML allows and the configuration does not. */
function refused(document: Document.Parsed): (Problem & { readonly offset: number })[] {
  const problems: (Problem & { readonly offset: number })[] = []
  visit(document, {
    Pair: (_key, pair) => {
      if (isScalar(pair.key) && pair.key.value === '<<' && pair.key.type === 'PLAIN') {
        problems.push({
          code: 'unused-yaml-feature' satisfies ConfigCode,
          message: 'Merge keys (<<) are not read.',
          advice: 'Write the keys out. An alias may stand for a whole value: key: *name.',
          offset: offsetOf(pair.key),
        })
      }
    },
    Value: (_key, node) => {
      if (node.tag !== undefined) {
        problems.push({
          code: 'unused-yaml-feature' satisfies ConfigCode,
          message: `Tags (${node.tag}) are not read.`,
          advice: 'Remove the tag. A number that should be a text stands in quotes.',
          offset: offsetOf(node),
        })
      }
      if (isScalar(node) && typeof node.value === 'number' && !isExact(node)) {
        problems.push({
          code: 'inexact-number' satisfies ConfigCode,
          message: `The number ${node.source} cannot be kept exactly.`,
          advice: `Write it in quotes if it is an id or a code: "${node.source}". Else write at most 15 significant digits.`,
          offset: offsetOf(node),
        })
      }
    },
  })
  return problems
}

/** The same bound as for every number in an expression: 15 significant digits, which each double keeps. */
function isExact(node: Scalar): boolean {
  const source = (node.source ?? '').replace(/^[+-]/, '')
  if (!/^[\d.]+(e[+-]?\d+)?$/i.test(source)) return Number.isSafeInteger(node.value)
  const digits = source.replace(/e.*$/i, '').replace('.', '').replace(/^0+/, '').replace(/0+$/, '')
  return Number.isFinite(node.value) && digits.length <= 15
}

function offsetOf(node: Node): number {
  return node.range?.[0] ?? 0
}

function quoted(text: string): string {
  return `"${text.length > 60 ? `${text.slice(0, 57)}…` : text}"`
}

interface Found {
  readonly node: Node | null
  readonly pair?: Pair
  readonly complete: boolean
}

function createDocument(
  file: string,
  document: Document.Parsed,
  targets: AliasTargets,
  value: unknown,
  cuts: YamlDocument['cuts'],
  place: (offset: number) => Position,
  finding: (problem: Problem & { readonly at: Position }) => Finding,
): YamlDocument {
  const offsets = new WeakMap<Scalar, readonly number[] | undefined>()

  const resolve = (node: unknown): Node | null => {
    const target = isAlias(node) ? targets.get(node) : node
    return isNode(target) ? target : null
  }

  /** Follows the path as far as it leads. */
  const find = (path: Path): Found => {
    let found: Found = { node: resolve(document.contents), complete: true }
    for (const step of path) {
      const { node } = found
      if (isMap(node)) {
        const pair = node.items.find((item) => keyText(item) === String(step))
        if (!pair) return { ...found, complete: false }
        found = { node: resolve(pair.value), pair, complete: true }
      } else if (isSeq(node)) {
        const item = node.items[Number(step)]
        if (item === undefined) return { ...found, complete: false }
        found = { node: resolve(item), complete: true }
      } else {
        return { ...found, complete: false }
      }
    }
    return found
  }

  const at = (path: Path, what: 'key' | 'value' = 'value'): Position => {
    const { node, pair, complete } = find(path)
    const key = isNode(pair?.key) ? pair.key : undefined
    // What is missing is shown at the key of what should hold it.
    const useKey = key !== undefined && (what === 'key' || !complete || node === null || isEmpty(node))
    const target = useKey ? key : node
    return place(target?.range?.[0] ?? document.contents?.range?.[0] ?? 0)
  }

  const inScalar = (path: Path, offset: number): Position => {
    const { node, complete } = find(path)
    if (!complete || !isScalar(node)) return at(path)
    if (!offsets.has(node)) offsets.set(node, scalarOffsets(node))
    const map = offsets.get(node)
    const start = offsetOf(node)
    // A value that is no text (a number) is its own source.
    if (map === undefined) return place(typeof node.value === 'string' ? start : start + offset)
    return place(map[Math.min(Math.max(offset, 0), map.length - 1)] ?? start)
  }

  function* scalars(path: Path = []): Generator<{ path: Path; value: unknown; plain: boolean }> {
    const { node, complete } = find(path)
    if (complete) yield* walk(node, path)
  }

  function* walk(node: Node | null, path: Path): Generator<{ path: Path; value: unknown; plain: boolean }> {
    if (isScalar(node)) yield { path, value: node.value, plain: node.type === 'PLAIN' }
    if (isMap(node)) for (const pair of node.items) yield* walk(resolve(pair.value), [...path, keyText(pair)])
    if (isSeq(node)) for (const [index, item] of node.items.entries()) yield* walk(resolve(item), [...path, index])
  }

  return Object.freeze({
    file,
    value,
    cuts,
    at,
    inScalar,
    scalars,
    finding: (problem: Problem) =>
      finding({
        ...problem,
        at:
          problem.at ??
          (problem.offset === undefined
            ? at(problem.path ?? [], problem.key ? 'key' : 'value')
            : inScalar(problem.path ?? [], problem.offset)),
      }),
  })
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : ''
}
