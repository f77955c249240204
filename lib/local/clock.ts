/**
 * The one clock of the local stack. Nothing that ships can move time (ARCHITECTURE, "Time"); the processes of `lib/local`
 * can, so that a test sees a grant end without waiting for it.
 */
export type MovableClock = {
  now(): Date
  /** Stops at `date`, until `follow()` lets time run on from there. */
  setTo(date: Date): void
  /** Jumps ahead (or back, if negative); a running clock goes on running. */
  advance(ms: number): void
  /** Real time plus the offset there is now. */
  follow(): void
  /** Back to real time. */
  reset(): void
}

export function createMovableClock(realNow: () => number = Date.now): MovableClock {
  let offset = 0
  let frozenAt: number | undefined
  const current = () => frozenAt ?? realNow() + offset
  return {
    now: () => new Date(current()),
    setTo: (date) => {
      frozenAt = date.getTime()
    },
    advance: (ms) => {
      if (frozenAt === undefined) offset += ms
      else frozenAt += ms
    },
    follow: () => {
      if (frozenAt !== undefined) offset = frozenAt - realNow()
      frozenAt = undefined
    },
    reset: () => {
      offset = 0
      frozenAt = undefined
    },
  }
}
