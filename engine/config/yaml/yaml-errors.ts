import type { ErrorCode, YAMLError } from 'yaml'
import type { ConfigCode } from '../../diagnostics/codes.ts'

interface Explanation {
  readonly code: ConfigCode
  readonly message: string
  readonly advice: string
}

/** What an error of the YAML parser means in plain words. `text` is the whole file. */
export function explainYamlError(error: YAMLError, text: string): Explanation {
  if (error.code === 'DUPLICATE_KEY') {
    return {
      code: 'duplicate-key',
      message: 'This key stands twice in one object.',
      advice: 'Remove or rename one of the two.',
    }
  }
  return { code: 'yaml-syntax', ...(syntax(error, text) ?? explanations[error.code]) }
}

type Words = Omit<Explanation, 'code'>

/** Cases that one code of the parser does not tell apart. */
function syntax(error: YAMLError, text: string): Words | undefined {
  const [from] = error.pos
  if (error.code === 'MISSING_CHAR' && /closing ['"]quote/.test(error.message)) {
    const quote = error.message.includes("'quote") ? "'" : '"'
    return { message: `A text in quotes has no closing ${quote}.`, advice: `Add the closing ${quote}.` }
  }
  if (error.code === 'BAD_INDENT' && error.message.startsWith('Flow')) {
    const closer = error.message.trim().slice(-1)
    return {
      message: `A ${closer === '}' ? '{' : '['} has no closing ${closer}, or its lines are not indented.`,
      advice: `Add the ${closer}, and indent the lines up to it.`,
    }
  }
  if (error.code === 'UNEXPECTED_TOKEN') {
    const char = text.charAt(from)
    return {
      message: `${char.trim() === '' ? 'Something' : `"${char}"`} stands where YAML allows nothing more.`,
      advice: 'Put a text with such characters into quotes, or check the indentation.',
    }
  }
  return undefined
}

const explanations: Readonly<Record<ErrorCode, Words>> = {
  ALIAS_PROPS: { message: 'An alias (*name) has an anchor or a tag of its own.', advice: 'Write only *name.' },
  BAD_ALIAS: {
    message: 'An alias (*name) names nothing that stands above it.',
    advice: 'Correct the name. A text that begins with * stands in quotes.',
  },
  BAD_COLLECTION_TYPE: { message: 'A tag does not fit the value behind it.', advice: 'Remove the tag.' },
  BAD_DIRECTIVE: {
    message: 'A line that begins with % is no directive.',
    advice: 'Remove it, or put the text into quotes.',
  },
  BAD_DQ_ESCAPE: {
    message: 'In a text in double quotes a backslash is followed by what it cannot escape.',
    advice: "Write \\\\ for a backslash, or use single quotes: '…'.",
  },
  BAD_INDENT: {
    message: 'The line is not indented like its neighbours.',
    advice: 'Keys of one object begin at the same column; what belongs to a key is indented more.',
  },
  BAD_PROP_ORDER: {
    message: 'An anchor (&name) or a tag stands at the wrong place.',
    advice: 'Write it directly before the value.',
  },
  BAD_SCALAR_START: {
    message: 'A text cannot begin with this character unless it is in quotes.',
    advice: 'Put the text into quotes.',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'A second "key:" stands in the value of a key.',
    advice: 'Put a text that holds ": " into quotes, or begin the inner object on a line of its own, indented.',
  },
  BLOCK_IN_FLOW: {
    message: 'Inside { } and [ ] a text that holds ": " or begins with "- " or "? " is not read as text.',
    advice: 'Put the text into quotes, or add the comma that is missing before the next key.',
  },
  DUPLICATE_KEY: { message: 'This key stands twice in one object.', advice: 'Remove or rename one of the two.' },
  IMPOSSIBLE: { message: 'The text cannot be read as YAML here.', advice: 'Check the quotes and the indentation.' },
  KEY_OVER_1024_CHARS: {
    message: 'A key is longer than 1,024 characters.',
    advice: 'A ": " may be missing, or stand too far behind.',
  },
  MISSING_CHAR: {
    message: 'A character is missing: a comma or a colon between entries, or a colon behind a key.',
    advice: 'Write "key: value", with commas between entries inside { } and [ ].',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'A key goes over several lines; a colon may be missing behind it.',
    advice: 'Write "key: value" on one line, or indent the lines that belong to the value above.',
  },
  MULTIPLE_ANCHORS: { message: 'A value has two anchors (&name).', advice: 'Keep one of them.' },
  MULTIPLE_DOCS: { message: 'A second document begins here.', advice: 'Put it into a file of its own.' },
  MULTIPLE_TAGS: { message: 'A value has two tags (!name).', advice: 'Remove them.' },
  NON_STRING_KEY: {
    message: 'A key is a list, an object or an alias, but only texts can be keys.',
    advice: 'Put a text that begins with [ or { into quotes.',
  },
  RESOURCE_EXHAUSTION: { message: 'The file is nested too deeply.', advice: 'Nest less.' },
  TAB_AS_INDENT: { message: 'The line is indented with a tab.', advice: 'Indent with spaces.' },
  TAG_RESOLVE_FAILED: { message: 'The value does not fit its tag.', advice: 'Remove the tag.' },
  UNEXPECTED_TOKEN: {
    message: 'Something stands where YAML allows nothing more.',
    advice: 'Put a text with such characters into quotes, or check the indentation.',
  },
}
