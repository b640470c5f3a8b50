import type { ScheduleStore } from '../state-store.ts'
import type { Connection } from './connection.ts'

export function scheduleTable(connection: Connection): ScheduleStore {
  const last = connection.prepare<{ readonly last: string }>(
    'SELECT last FROM schedules WHERE mapping = ? AND trigger = ?',
  )
  const set = connection.prepare(
    'INSERT INTO schedules (mapping, trigger, last) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET last = excluded.last',
  )
  return {
    last: (mapping, trigger) => last.get(mapping, trigger)?.last,
    set: (mapping, trigger, at) => {
      set.run(mapping, trigger, at)
    },
  }
}
