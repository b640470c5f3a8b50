import type { Path } from '../../config/origin.ts'
import type { MappingSource } from '../../config/project.ts'
import type { Finding } from '../../diagnostics/finding.ts'
import type { AnyMapping, EntityRef } from '../compiled-mapping.ts'

/** A field that a mapping writes again whenever it changes. */
interface Written {
  readonly mapping: string
  readonly owns: boolean
  readonly path: Path
}

/** Mappings that write the same field of the same target entity, where more than one of them claims every record. */
export function twoWriters(
  mappings: Iterable<AnyMapping>,
  sources: ReadonlyMap<string, MappingSource>,
): readonly Finding[] {
  const writers = new Map<string, Written[]>()
  for (const mapping of mappings) {
    const owns = sources.get(mapping.name)?.document.owns !== undefined
    for (const { to, field, path } of writtenBy(mapping)) {
      const name = `${to.name} ${field}`
      writers.set(name, [...(writers.get(name) ?? []), { mapping: mapping.name, owns, path }])
    }
  }
  const findings: Finding[] = []
  const reported = new Set<string>()
  for (const [name, all] of writers) {
    const unbound = [...new Map(all.filter(({ owns }) => !owns).map((each) => [each.mapping, each])).values()]
    const [first, second] = unbound
    const [entity, field] = name.split(' ')
    // One finding for each two mappings: what holds for a field mostly holds for the others.
    if (!first || !second || reported.has(`${entity} ${first.mapping} ${second.mapping}`)) continue
    reported.add(`${entity} ${first.mapping} ${second.mapping}`)
    const finding = sources.get(second.mapping)?.origin.finding({
      code: 'two-writers',
      message: `The mapping ${first.mapping} writes ${field} of ${entity} too, so that each would undo what the other wrote.`,
      advice: 'Remove the field from one of them, or say with owns which records are whose.',
      path: second.path,
    })
    if (finding) findings.push(finding)
  }
  return findings
}

/** What is written again; what only new records get, and a step that changes nothing afterwards, is nobody's rival. */
function writtenBy(mapping: AnyMapping): { readonly to: EntityRef; readonly field: string; readonly path: Path }[] {
  const of = (to: EntityRef, fields: Iterable<string>, path: Path) =>
    [...fields]
      .filter((field) => !to.entity.keyFields.includes(field))
      .map((field) => ({ to, field, path: [...path, field] }))
  if (!mapping.steps) return of(mapping.to, mapping.block.fields.keys(), ['fields'])
  return mapping.steps.flatMap(({ to, update, fields }, index) =>
    update ? of(to, fields.keys(), ['steps', index, 'fields']) : [],
  )
}
