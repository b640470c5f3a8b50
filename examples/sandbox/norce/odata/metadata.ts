import type { EntitySet, EntityType } from './edm.ts'

/** `$metadata` of one namespace: types, keys, navigations and the names of the sets. */
export function metadataXml(namespace: string, sets: readonly EntitySet[]): string {
  const types = new Map<string, EntityType>()
  const collect = (type: EntityType): void => {
    if (types.has(type.name)) return
    types.set(type.name, type)
    for (const { target } of type.navigations.values()) collect(target)
  }
  for (const { type } of sets) collect(type)
  const typeLines = [...types.values()].flatMap((type) => [
    `      <EntityType Name="${localName(type)}">`,
    `        <Key>${type.key.map((name) => `<PropertyRef Name="${name}" />`).join('')}</Key>`,
    ...[...type.properties].map(
      ([name, property]) =>
        `        <Property Name="${name}" Type="${property.type}"${property.nullable ? '' : ' Nullable="false"'} />`,
    ),
    ...[...type.navigations].map(([name, { target, collection }]) => {
      const targetType = collection ? `Collection(${target.name})` : target.name
      return `        <NavigationProperty Name="${name}" Type="${targetType}" />`
    }),
    '      </EntityType>',
  ])
  const setLines = sets.map(({ name, type }) => `        <EntitySet Name="${name}" EntityType="${type.name}" />`)
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">',
    '  <edmx:DataServices>',
    `    <Schema Namespace="Norce.${namespace}" xmlns="http://docs.oasis-open.org/odata/ns/edm">`,
    ...typeLines,
    '      <EntityContainer Name="Container">',
    ...setLines,
    '      </EntityContainer>',
    '    </Schema>',
    '  </edmx:DataServices>',
    '</edmx:Edmx>',
    '',
  ].join('\n')
}

function localName(type: EntityType): string {
  return type.name.slice(type.name.lastIndexOf('.') + 1)
}
