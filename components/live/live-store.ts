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
