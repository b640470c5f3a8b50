import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'

/** Tells processes with one number apart: in a container that is started again, ours has the number of the one that died. */
const processMark = Math.round(performance.timeOrigin)

/** A text that says who holds a lock: machine, process, and what in it. */
export function lockOwner(what: string = randomUUID()): string {
  return `${hostname()} ${process.pid} ${processMark} ${what}`
}

/** For messages. */
export function ownerOf(owner: string): { readonly process: string; readonly host: string } {
  const [host = '', process = ''] = owner.split(' ')
  return { process, host }
}

/** True when the owner was a process of this machine that is gone: its lock need not be waited for. */
export function isDeadOwner(owner: string): boolean {
  const [host, pid, mark] = owner.split(' ')
  if (host !== hostname()) return false
  if (Number(pid) === process.pid) return Number(mark) !== processMark
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
