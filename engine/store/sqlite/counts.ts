import type { Connection } from './connection.ts'

/** Number of rows per mapping; a mapping without any is left out. */
export function countsByMapping(
  connection: Connection,
  table: 'parked' | 'dead_letters',
): () => ReadonlyMap<string, number> {
  const counts = connection.prepare<{ readonly mapping: string; readonly n: number }>(
    `SELECT mapping, count(*) AS n FROM ${table} GROUP BY mapping ORDER BY mapping`,
  )
  return () => new Map(counts.all().map((row) => [row.mapping, row.n]))
}
