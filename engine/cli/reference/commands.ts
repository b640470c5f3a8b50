import type { Command } from 'commander'

/** The page of all commands: exactly what their --help says. */
export function renderCommands(program: Command): string {
  const parts = program.commands.map((command) =>
    [`## ${command.name()}\n`, ...[command, ...command.commands].map((each) => fenced(helpOf(each)))].join('\n'),
  )
  return [
    '# Commands',
    '',
    'What `syncline --help` and the help of each command say. Every command takes `--project FILE`; without it the',
    'project file is `syncline.yaml` in the current folder or the nearest folder above.',
    '',
    fenced(helpOf(program)),
    ...parts,
  ].join('\n')
}

function helpOf(command: Command): string {
  let text = ''
  command.configureOutput({
    writeOut: (more) => (text += more),
    getOutHelpWidth: () => 100,
    getOutHasColors: () => false,
  })
  command.outputHelp()
  return text.trimEnd()
}

function fenced(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\`\n`
}
