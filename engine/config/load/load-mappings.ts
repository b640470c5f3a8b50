import type { MappingFile } from '../dsl.generated.ts'
import { environmentUses } from '../environment.ts'
import { extendMapping, type ReadYaml } from '../extend-mapping.ts'
import type { MappingSource } from '../project.ts'
import { readFitting } from '../schema/schema-check.ts'
import { loadYaml } from '../yaml/yaml-file.ts'
import type { FoundFiles } from './find-files.ts'
import { duplicateName, type Loading, type Named } from './loading.ts'

/** Reads mappings, each with what it extends. */
export async function loadMappings(
  { files, incomplete: filesMissing }: FoundFiles,
  { report, options }: Loading,
): Promise<Named<MappingSource>> {
  const named = new Map<string, MappingSource>()
  const readBase: ReadYaml = async (path, from) => {
    const loaded = await loadYaml(path, from, options)
    loaded.findings.forEach(report)
    return loaded.file?.documents[0]
  }
  let incomplete = filesMissing
  for (const { file, from } of files) {
    const loaded = await loadYaml(file, from, options)
    loaded.findings.forEach(report)
    const written = loaded.file?.documents[0]
    const read = written && (await extendMapping(written, readBase, report))
    const { findings: found = [], usable: origin = undefined } = read ? readFitting('mapping', read) : {}
    found.forEach(report)
    if (written) environmentUses(written).forEach(report)
    if (!origin) {
      incomplete = true
      continue
    }
    const document = origin.value as MappingFile
    const mapping = Object.freeze({ name: document.mapping, document, origin })
    const other = named.get(mapping.name)
    if (other) report(duplicateName('mappings', 'mapping', mapping, other, options))
    else named.set(mapping.name, mapping)
  }
  return { named, incomplete }
}
