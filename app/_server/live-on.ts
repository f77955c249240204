import 'server-only'
import type { Live } from '#components/live/live-store.ts'

/** A page asks for its stream after it has read; what it read is not older than this. */
const readWithinMs = 5_000

/** What a page needs to follow changes of these topics (first words of record kinds), those since it was read included. */
export function liveOn(topics: string[]): Live {
  return { url: '/api/live', topics, sinceMs: Date.now() - readWithinMs }
}
