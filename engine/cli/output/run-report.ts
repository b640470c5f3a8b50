import { styleText } from 'node:util'
import { sum } from '../../pipeline/counts.ts'
import type { PipelineReport, WouldWrite } from '../../pipeline/run-context.ts'
import type { RunReport } from '../../pipeline/run-project.ts'
import { renderTable } from './table.ts'

/** One row for each pipeline. */
export function renderRunTable(report: RunReport, { colour = false } = {}): string {
  const rows = report.pipelines.map((pipeline) => [
    pipeline.mapping,
    pipeline.read,
    pipeline.created,
    pipeline.updated,
    pipeline.unchanged,
    sum(pipeline.skipped),
    pipeline.parked,
    sum(pipeline.failed),
    sum(pipeline.calls),
    pipeline.throttled,
    pipeline.seconds.toFixed(1),
  ])
  return renderTable(
    [
      'mapping',
      'read',
      'created',
      'updated',
      'unchanged',
      'skipped',
      'parked',
      'failed',
      'calls',
      'throttled',
      'seconds',
    ],
    rows.map((row) => row.map(String)),
    { colour },
  )
}

/** A run's outcomes for people. */
export function renderRun(report: RunReport, { colour = false } = {}): string {
  const parts = [renderRunTable(report, { colour })]
  const details = report.pipelines.flatMap(pipelineDetails)
  if (details.length > 0) parts.push(details.join('\n'))
  const status = report.stopped ? 'stopped; the next run goes on' : report.status
  const paint = (value: string): string =>
    colour
      ? styleText(report.status === 'ok' ? 'green' : report.status === 'partial' ? 'yellow' : 'red', value, {
          validateStream: false,
        })
      : value
  const set = Object.entries(report.options ?? {}).map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
  if (set.length > 0) parts.push(`For this run only: ${set.join(', ')}. The cursor stays where it was.`)
  parts.push(
    `${report.dryRun ? 'Dry run: nothing was changed. ' : ''}Status: ${paint(status)}, after ${report.seconds.toFixed(1)} s.`,
  )
  return parts.join('\n\n')
}

function pipelineDetails(pipeline: PipelineReport): string[] {
  const lines: string[] = stepLines(pipeline)
  const reasons = (what: string, counts: Readonly<Record<string, number>>): void => {
    for (const [reason, count] of Object.entries(counts))
      lines.push(`  ${pipeline.mapping}: ${count} ${what}: ${reason}`)
  }
  reasons('skipped', pipeline.skipped)
  reasons('failed', pipeline.failed)
  reasons('warned', pipeline.warned)
  if (pipeline.gone > 0) lines.push(`  ${pipeline.mapping}: ${pipeline.gone} of the updated are gone from the source`)
  reasons('parked', pipeline.waits)
  const parked = pipeline.parked - sum(pipeline.waits)
  if (parked > 0) lines.push(`  ${pipeline.mapping}: ${parked} parked: they wait for what another mapping makes`)
  if (!pipeline.complete && !pipeline.stopped && (pipeline.mode === 'full' || pipeline.mode === 'changes'))
    lines.push(
      `  ${pipeline.mapping}: the source was not read to its end; nothing was taken as gone, and the next run starts at the same place`,
    )
  if (pipeline.error) lines.push(`  ${pipeline.mapping}: ${pipeline.error.code}: ${pipeline.error.message}`)
  if (pipeline.error?.exitStatus === 3) lines.push('    `syncline check` walks through the connections step by step.')
  for (const record of pipeline.wouldWrite ?? []) lines.push(...wouldWriteLines(pipeline.mapping, record))
  return lines
}

const wouldDo: Readonly<Record<WouldWrite['action'], string>> = {
  create: 'would create',
  update: 'would update',
  gone: 'would tell that it is gone',
  found: 'found',
}

/** What the steps came to; what is 0 is left out. */
function stepLines({ mapping, steps = {} }: PipelineReport): string[] {
  return Object.entries(steps).flatMap(([step, counts]) => {
    const said = Object.entries(counts).filter(([, count]) => count > 0)
    return said.length === 0
      ? []
      : [`  ${mapping}: step ${step}: ${said.map(([what, count]) => `${count} ${what}`).join(', ')}`]
  })
}

function wouldWriteLines(mapping: string, record: WouldWrite): string[] {
  return [
    `  ${mapping}: ${record.step === undefined ? '' : `step ${record.step}: `}${wouldDo[record.action]}: ${record.key}`,
    ...Object.entries(record.fields).map(
      ([name, value]) =>
        `      ${name}: ${JSON.stringify(value)}${record.createOnly.includes(name) ? '   (only when it is new)' : ''}`,
    ),
  ]
}
