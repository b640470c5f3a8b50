import type { CompiledEntity } from '../../connectors/compiled-connector.ts'
import type { Connection } from '../../connectors/connection.ts'

/** The entity whose list is asked for changes: the entity itself, or the one that it is listed over. */
export function listedEntity(connection: Connection, entity: CompiledEntity): CompiledEntity {
  const over = entity.list?.over?.entity
  return (over !== undefined && connection.connector.entities.get(over)) || entity
}

export function canReadChanges(connection: Connection, entity: CompiledEntity): boolean {
  return (listedEntity(connection, entity).list?.since.length ?? 0) > 0
}
