import type { Link, LinkStore } from '../state-store.ts'
import { StoreError } from '../store-error.ts'
import type { Connection } from './connection.ts'

interface LinkRow {
  readonly mapping: string
  readonly step: string
  readonly source_key: string
  readonly target_key: string
  readonly target: string
  readonly fingerprint: string
  readonly state: 'live' | 'gone'
  readonly made: string | null
}

/** Rows of one page of the walk over live links. */
const pageSize = 500

const columns = 'l.mapping, l.step, l.source_key, l.target_key, l.target, l.fingerprint, l.state, l.made'
const select = `SELECT ${columns} FROM links AS l`
// Named, because the planner would rather read all links of a mapping's step in the table itself: it knows no figures.
const selectBySource = `${select} INDEXED BY links_by_source`

export function linkTable(connection: Connection): LinkStore {
  const byTarget = connection.prepare<LinkRow>(`${select} WHERE l.mapping = ? AND l.step = ? AND l.target_key = ?`)
  const bySource = connection.prepare<LinkRow>(
    `${selectBySource} WHERE l.mapping = ? AND l.step = ? AND l.source_key = ? ORDER BY l.target_key`,
  )
  // CROSS JOIN fixes the order: for each key a search in the index, never a scan of the table.
  const bySources = connection.prepare<LinkRow>(
    `SELECT ${columns} FROM (SELECT DISTINCT value FROM json_each(?)) AS k
     CROSS JOIN links AS l INDEXED BY links_by_source
     WHERE l.mapping = ? AND l.step = ? AND l.source_key = k.value ORDER BY l.source_key, l.target_key`,
  )
  // A target key belongs to whom had it first, until that record has given it up.
  const put = connection.prepare(
    `INSERT INTO links (mapping, step, target_key, source_key, target, fingerprint, state, made) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (mapping, step, target_key) DO UPDATE
     SET source_key = excluded.source_key, target = excluded.target, fingerprint = excluded.fingerprint, state = excluded.state,
         made = excluded.made
     WHERE links.source_key = excluded.source_key OR links.state = 'gone'`,
  )
  const remove = connection.prepare(
    'DELETE FROM links WHERE mapping = ? AND step = ? AND target_key IN (SELECT value FROM json_each(?))',
  )
  const countLiveSources = connection.prepare<{ readonly n: number }>(
    "SELECT count(DISTINCT source_key) AS n FROM links WHERE mapping = ? AND step = ? AND state = 'live'",
  )
  const liveOrder = `l.step = ? AND l.state = 'live' ORDER BY l.source_key, l.step, l.target_key LIMIT ${pageSize}`
  const liveFirst = connection.prepare<LinkRow>(`${selectBySource} WHERE l.mapping = ? AND ${liveOrder}`)
  const liveNext = connection.prepare<LinkRow>(
    `${selectBySource} WHERE l.mapping = ? AND (l.source_key, l.step, l.target_key) > (?, ?, ?) AND ${liveOrder}`,
  )
  const byMade = connection.prepare<LinkRow>(
    `${select} WHERE l.mapping = ? AND l.step = ? AND l.made = ? AND l.state = 'live' ORDER BY l.source_key`,
  )
  const isLinked = connection.prepare(
    "SELECT 1 FROM links WHERE mapping = ? AND source_key = ? AND state = 'live' LIMIT 1",
  )
  /** Counts writes, so that a walk knows when what it has fetched may have changed. */
  let writes = 0

  function* live(mapping: string, step: string): Generator<Link> {
    let page = liveFirst.all(mapping, step)
    for (;;) {
      const fetchedAt = writes
      for (const row of page) {
        const current = writes === fetchedAt ? row : byTarget.get(mapping, step, row.target_key)
        if (current?.state === 'live' && current.source_key === row.source_key) yield linkOf(current)
      }
      const last = page.at(-1)
      if (last === undefined || page.length < pageSize) return
      page = liveNext.all(mapping, last.source_key, step, last.target_key, step)
    }
  }

  return {
    byTarget: (mapping, step, targetKey) => {
      const row = byTarget.get(mapping, step, targetKey)
      return row && linkOf(row)
    },
    bySource: (mapping, step, sourceKey) => bySource.all(mapping, step, sourceKey).map(linkOf),
    bySources: (mapping, step, sourceKeys) => {
      const links = bySources.all(JSON.stringify(sourceKeys), mapping, step).map(linkOf)
      return Map.groupBy(links, (link) => link.sourceKey)
    },
    put: (links) => {
      writes++
      connection.transaction(() => {
        for (const link of links) {
          const { mapping, step, targetKey, sourceKey, target, fingerprint, state, made } = link
          const changed = put.run(
            mapping,
            step,
            targetKey,
            sourceKey,
            JSON.stringify(target),
            fingerprint,
            state,
            made ?? null,
          )
          if (changed === 0) throw keyTaken(link)
        }
      })
    },
    remove: (mapping, step, targetKeys) => {
      writes++
      remove.run(mapping, step, JSON.stringify(targetKeys))
    },
    countLiveSources: (mapping, step) => countLiveSources.get(mapping, step)?.n ?? 0,
    live: (mapping, step) => ({ [Symbol.iterator]: () => live(mapping, step) }),
    byMade: (mapping, step, made) => byMade.all(mapping, step, made).map(linkOf),
    isLinked: (mapping, sourceKey) => isLinked.get(mapping, sourceKey) !== undefined,
  }
}

function linkOf(row: LinkRow): Link {
  return {
    mapping: row.mapping,
    step: row.step,
    sourceKey: row.source_key,
    targetKey: row.target_key,
    target: JSON.parse(row.target) as Readonly<Record<string, unknown>>,
    fingerprint: row.fingerprint,
    state: row.state,
    ...(row.made !== null && { made: row.made }),
  }
}

function keyTaken(link: Link): StoreError {
  return new StoreError(
    'store-key-taken',
    `Mapping ${link.mapping}, step ${link.step}: a target key already belongs to a live link of another source record`,
    'Give the two source records different keys; if the key has moved for good, remove the old link first',
  )
}
