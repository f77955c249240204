import type { Database } from './client.ts'

/** Fewer than the pool has connections, so that a crowd at one door leaves some for everybody else. */
const atOnce = 8

type Gate = { running: number; waiting: (() => void)[] }
const gates = new WeakMap<Database, Gate>()

/**
 * Runs `work` with at most eight of its kind at once on a database in this process, in the order they came. Work that
 * needs several connections one after another waits here, where waiting has no limit, instead of in the pool, where it
 * fails after some seconds: of a thousand approvals at the same moment none is lost.
 */
export async function throughGate<Result>(db: Database, work: () => Promise<Result>): Promise<Result> {
  const gate = gates.get(db) ?? { running: 0, waiting: [] }
  gates.set(db, gate)
  if (gate.running >= atOnce) await new Promise<void>((resolve) => gate.waiting.push(resolve))
  else gate.running += 1
  try {
    return await work()
  } finally {
    const next = gate.waiting.shift()
    // The place is handed on, so that nobody who comes now overtakes.
    if (next) next()
    else gate.running -= 1
  }
}
