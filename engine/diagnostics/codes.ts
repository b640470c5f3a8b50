/** What a code means, for docs/codes.md and for people who look it up. */
export interface CodeEntry {
  /** A few words, as a heading. */
  readonly title: string
  /** When it is reported. */
  readonly meaning: string
  /** What to do in general; each finding says it for its own case. */
  readonly advice: string
}

/** Codes of one part of Syncline, in the order in which they are documented. */
export interface CodeGroup {
  readonly title: string
  readonly codes: Readonly<Record<string, CodeEntry>>
}

/** Every code that reading the configuration can report. */
export const configCodes = {
  'project-not-found': {
    title: 'No project file',
    meaning: 'The file named by --project does not exist, or no syncline.yaml is in this folder or one above it.',
    advice: 'Go to the folder of the project, or name its file with --project FILE.',
  },
  'file-not-readable': {
    title: 'A file cannot be read',
    meaning: 'A file that the configuration names does not exist, is a folder, or may not be read.',
    advice: 'Correct the path. Paths are relative to the file that names them.',
  },
  'nothing-matches': {
    title: 'A pattern matches no file',
    meaning: 'No file fits a path or pattern under mappings or tables of the project file.',
    advice: 'Correct the path or pattern. It is relative to the project file.',
  },
  'not-utf8': {
    title: 'Not UTF-8',
    meaning: 'The file holds bytes that are not UTF-8.',
    advice: 'Save the file as UTF-8.',
  },
  'yaml-syntax': {
    title: 'Not YAML',
    meaning: 'The text cannot be read as YAML 1.2.',
    advice: 'Correct the place that the finding names; further findings may go away with it.',
  },
  'duplicate-key': {
    title: 'A key stands twice',
    meaning: 'One object has the same key twice, and YAML would keep only one of them.',
    advice: 'Remove or rename one of the two.',
  },
  'too-many-aliases': {
    title: 'Too many aliases',
    meaning: 'The aliases (*name) of a file repeat so much content that the file may be meant to exhaust the memory.',
    advice: 'Write the content out, or use fewer aliases.',
  },
  'unused-yaml-feature': {
    title: 'A feature of YAML that is not read',
    meaning: 'Merge keys (<<) and tags (!name) are not part of the configuration files.',
    advice: 'Write the content out. Anchors (&name) and aliases (*name) for whole values are allowed.',
  },
  'several-documents': {
    title: 'Several documents in one file',
    meaning: 'The file is divided by ---. Only table files may hold several documents.',
    advice: 'Put each document into a file of its own.',
  },
  'empty-file': {
    title: 'Nothing in the file',
    meaning: 'The file holds nothing, or only comments.',
    advice: 'Fill it, or remove it from the project.',
  },
  'unquoted-expression': {
    title: 'A text in { } or [ ] is cut',
    meaning:
      'Inside { } and [ ] a comma, a bracket or a colon ends a text that is not quoted, so that YAML reads only the beginning of an expression and takes the rest for keys.',
    advice: 'Put the text into quotes, as the finding shows it.',
  },
  'inexact-number': {
    title: 'A number that is not exact',
    meaning: 'A number has more than 15 significant digits, or is infinite or no number, and would be changed.',
    advice: 'Write it in quotes if it is an id or a code; else write fewer digits.',
  },
  'unknown-key': {
    title: 'A key that is not known here',
    meaning:
      'An object has a key that its schema does not know. Every object is closed, so that no typing error is overlooked.',
    advice: 'Write one of the names that the finding lists.',
  },
  'missing-key': {
    title: 'A key is missing',
    meaning: 'An object lacks a key that its schema demands.',
    advice: 'Add it.',
  },
  'wrong-type': {
    title: 'A value of the wrong type',
    meaning: 'A value is, for example, a text where a list is needed.',
    advice: 'Write a value of the type that the finding names.',
  },
  'expression-needed': {
    title: 'No expression',
    meaning: 'A list, an object or nothing stands where an expression is needed.',
    advice: 'Write an expression as text. A list or an object can be made inside of it.',
  },
  'unknown-value': {
    title: 'A value that is not allowed here',
    meaning: 'Only certain values are allowed, and this is none of them.',
    advice: 'Write one of the values that the finding lists.',
  },
  'wrong-format': {
    title: 'A text of the wrong form',
    meaning: 'A text has not the form that is needed here: a name, a duration, a share, a request, an address.',
    advice: 'Write it as the finding shows.',
  },
  'out-of-range': {
    title: 'Too few, too many, too small or too great',
    meaning: 'A number is out of its range, or a list or an object holds too few or too many entries.',
    advice: 'Keep within the limit that the finding names.',
  },
  'duplicate-name': {
    title: 'One name for two things',
    meaning: 'Two tables or two mappings of the project have the same name.',
    advice: 'Rename one of them.',
  },
  'environment-outside-project': {
    title: 'The environment is read outside of the project file',
    meaning:
      '${NAME} stands in a mapping, table or connector file, or in an expression. Only values of the project file are read from the environment.',
    advice: 'Make it an option of the mapping or a setting of the connector, and set that in the project file.',
  },
  'wrong-variable': {
    title: 'A reference to the environment that cannot be read',
    meaning: '${ is not followed by a name, or by file: and a path, and }.',
    advice: 'Write ${NAME}, ${NAME:-default} or ${file:PATH}; for a plain dollar sign before { write $${.',
  },
  'missing-file': {
    title: 'A file that a value is read from cannot be read',
    meaning:
      'The project file reads a value from a file (${file:PATH}) that does not exist or cannot be read. Only commands that need the value report this.',
    advice: 'Put the value into the file, or correct the path: it is relative to the project file.',
  },
  'missing-variable': {
    title: 'A variable of the environment is not set',
    meaning:
      'The project file reads a variable of the environment that is neither set nor in the .env file beside it. Only commands that need the value report this.',
    advice: 'Set the variable, or put it into the file .env beside the project file.',
  },
  'wrong-store': {
    title: 'A store that is not known',
    meaning: 'The text under store names no place for the state.',
    advice: 'Write sqlite:PATH, with a path relative to the project file or an absolute one.',
  },
  'schema-invalid': {
    title: 'Not a JSON Schema',
    meaning: "An entity's schema is not valid by JSON Schema 2020-12.",
    advice: 'Correct the schema at the place that the finding names.',
  },
  'open-schema': {
    title: 'An open object in an entity schema',
    meaning:
      "An object of an entity's schema allows any further field, so that a typing error in an expression could not be found.",
    advice: 'Add "additionalProperties": false, or a schema for the fields of a map.',
  },
  'unknown-connection': {
    title: 'A connection that the project does not have',
    meaning: 'A name that should be one of the project’s connections is none.',
    advice: 'Write the name of a connection of the project file.',
  },
  'unknown-reference': {
    title: 'A table refers to what does not exist',
    meaning: 'A table’s refers names an entity or a field that the connector does not have.',
    advice: 'Write connection.entity.field, as the connector file declares them.',
  },
  'unknown-column': {
    title: 'A column that the table does not have',
    meaning: 'A column is named that no row has, or one row has a column whose name is nearly that of the other rows.',
    advice: 'Write the column as in the other rows.',
  },
  'key-column-missing': {
    title: 'A row without its key',
    meaning: 'A row of a table lacks a column of the key, or the key is a list.',
    advice: 'Give the row a value in each column of the key.',
  },
  'extends-too-deep': {
    title: 'Mappings extend one another without end',
    meaning: 'A mapping extends another, which extends a third, and so on: too many, or in a circle.',
    advice: 'Extend the mapping that holds the fields directly.',
  },
  'duplicate-row': {
    title: 'Two rows with one key',
    meaning: 'Two rows of a table have the same key, so that the second could never be found.',
    advice: 'Remove one of them, or add a column to the key.',
  },
  'unknown-setting': {
    title: 'A setting that the connector does not have',
    meaning: 'A connection sets what its connector does not declare.',
    advice: 'Write one of the settings that the finding lists.',
  },
  'missing-setting': {
    title: 'A setting is missing',
    meaning: 'A connection does not give a setting that its connector demands.',
    advice: 'Add it to the settings of the connection in the project file.',
  },
  'wrong-setting': {
    title: 'A setting with a wrong value',
    meaning: 'The value of a setting is not of the type or form that the connector declares.',
    advice: 'Write a value as the finding describes it.',
  },
  'wrong-declaration': {
    title: 'A declaration that contradicts itself',
    meaning:
      'A setting or an option has a default or an example that its own declaration refuses, or a pattern that is no regular expression; or the file uses a setting, a credential or a way to sign in that it does not declare.',
    advice: 'Correct the declaration.',
  },
  'unknown-credential': {
    title: 'A credential that the connector does not have',
    meaning: 'A connection gives a credential that its connector does not declare.',
    advice: 'Write one of the names that the finding lists.',
  },
  'missing-credential': {
    title: 'A credential is missing',
    meaning:
      'The way to sign in that the connection chose uses a credential that is absent or empty. Only commands that sign in report this.',
    advice: 'Set it through the environment.',
  },
  'unknown-sign-in': {
    title: 'A way to sign in that the connector does not have',
    meaning:
      'The setting signIn is none of the ways that the connector offers, or it is absent where there are several.',
    advice: 'Set signIn to one of the ways that the finding lists.',
  },
  'unknown-option': {
    title: 'An option that no mapping declares',
    meaning: 'The project file sets an option that no mapping of the project has.',
    advice: 'Write one of the options that the finding lists, or remove it.',
  },
  'missing-option': {
    title: 'An option is missing',
    meaning: 'A mapping declares an option without a default, and the project does not set it.',
    advice: 'Set it under options in the project file.',
  },
  'wrong-option': {
    title: 'An option with a wrong value',
    meaning: 'The value of an option is not of the type or form that its mapping declares.',
    advice: 'Write a value as the finding describes it.',
  },
  'option-conflict': {
    title: 'Two mappings declare one option differently',
    meaning: 'One name means the same in every mapping that declares it, but two declarations differ.',
    advice: 'Make the declarations the same, or rename one of the options.',
  },
} as const satisfies Record<string, CodeEntry>

export type ConfigCode = keyof typeof configCodes

/**
 * The text of docs/codes.md.
 *
 * @throws Error when two groups have one code: a code means one thing.
 */
export function documentCodes(groups: readonly CodeGroup[]): string {
  const seen = new Map<string, string>()
  const parts = groups.map((group) => {
    const entries = Object.entries(group.codes).map(([code, { title, meaning, advice }]) => {
      const other = seen.get(code)
      if (other !== undefined) throw new Error(`The code ${code} stands in two groups: ${other} and ${group.title}.`)
      seen.set(code, group.title)
      return `### \`${code}\`\n\n**${title}.** ${meaning}\n\n*What to do:* ${advice}\n`
    })
    return `## ${group.title}\n\n${entries.join('\n')}`
  })
  return `# Codes\n\nEvery finding and every failure has one of these codes.\n\n${parts.join('\n')}`
}
