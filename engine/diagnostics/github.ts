import type { FindingsFormat } from './format.ts'

/**
 * Workflow commands of GitHub Actions, which show each finding at its line in a pull request.
 * Source: https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
 */
export const github: FindingsFormat = (findings) =>
  findings
    .map(({ severity, file, line, column, code, message, advice }) => {
      const place = `file=${property(file)},line=${line},col=${column},title=${property(code)}`
      return `::${severity} ${place}::${data(`${message} ${advice}`)}\n`
    })
    .join('')

function data(value: string): string {
  return value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(value: string): string {
  return data(value).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
