/** `url` answers `text/event-stream`, each message a LiveEvent as JSON; `sinceMs` is how old the page already is (epoch). */
export type Live = { url: string; topics: string[]; sinceMs: number }

export type LiveEvent = { topic: string; ids?: string[]; announce?: string }

/** Events come over the wire: anything that is not one is ignored. */
export function parseLiveEvent(data: string): LiveEvent | null {
  try {
    const value: unknown = JSON.parse(data)
    if (typeof value !== 'object' || value === null || !('topic' in value) || typeof value.topic !== 'string') return null
    const ids = 'ids' in value && Array.isArray(value.ids) ? value.ids.filter((id) => typeof id === 'string') : []
    const words = 'announce' in value && typeof value.announce === 'string' ? value.announce : undefined
    return { topic: value.topic, ids, ...(words ? { announce: words } : {}) }
  } catch {
    return null
  }
}

export function reconnectDelayMs(attempt: number): number {
  return Math.min(30_000, 1000 * 2 ** attempt)
}

const settleMs = 300
const longestSettleMs = 1_000
const holdStepMs = 400
const longestHoldMs = 8_000

/**
 * How long to wait before a page that is out of date is read again; 0: not any longer. `waitedMs` is since the first change
 * that it does not show, `quietMs` since the last. Changes come in bursts, of which the end is waited for; a list that is pointed
 * at (`held`) moves later; however many more changes come, neither is for ever. Only `writing` in a dialog is never disturbed.
 */
export function refreshWaitMs({ waitedMs, quietMs, held, writing }: { waitedMs: number; quietMs: number; held: boolean; writing: boolean }): number {
  if (writing || (held && waitedMs < longestHoldMs)) return holdStepMs
  if (waitedMs >= longestSettleMs || quietMs >= settleMs) return 0
  return Math.min(settleMs - quietMs, longestSettleMs - waitedMs)
}
