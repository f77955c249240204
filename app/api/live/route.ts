import { z } from 'zod'
import { listenLive, saidSince } from '#app/_server/live-hub.ts'
import { liveTopicOf } from '#lib/notify/live-topic.ts'
import { endWhenStopping, isStopping } from '#app/_server/stopping.ts'
import { getViewer } from '#app/_server/viewer.ts'

export const dynamic = 'force-dynamic'

/** A stream outlives no group check: the browser reconnects after this long and is looked at again. */
const longestStreamMs = 10 * 60_000
const heartbeatMs = 25_000
/** Hidden tabs close theirs, so a person needs a few; a loop that opens streams gets no more than these. */
const mostStreams = 20

const open = new Map<string, number>()

/**
 * Says that something changed, never what: pages read their own data again, each with its own authorization. Topics are
 * the first words of record kinds.
 */
export async function GET(request: Request): Promise<Response> {
  const result = await getViewer()
  if (!result.ok) return Response.json({ code: result.code }, { status: 401 })
  if (result.viewer.roles.length === 0) return Response.json({ code: 'no_access' }, { status: 403 })
  if (isStopping()) return Response.json({ code: 'stopping' }, { status: 503 })
  const { personId } = result.viewer
  if ((open.get(personId) ?? 0) >= mostStreams) return Response.json({ code: 'too_many_streams' }, { status: 429 })
  const asked = new URL(request.url).searchParams
  // The bell is on every page, and tells its own person only.
  const wanted = new Set([...(asked.get('topics') ?? '').split(',').filter((topic) => !topic.includes('/')).slice(0, 20), liveTopicOf(personId)])
  const sinceMs = z.coerce.number().catch(Number.POSITIVE_INFINITY).parse(asked.get('since') ?? undefined)
  return new Response(streamOf(personId, wanted, sinceMs), { headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store, no-transform', 'X-Accel-Buffering': 'no' } })
}

function streamOf(personId: string, wanted: ReadonlySet<string>, sinceMs: number): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let cleanUp = (): void => undefined
  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      const send = (text: string): void => controller.enqueue(encoder.encode(text))
      const tell = (topic: string): void => send(`data: ${JSON.stringify({ topic })}\n\n`)
      const end = (): void => {
        cleanUp()
        controller.close()
      }
      const stop = listenLive((topics) => {
        const topic = topics.find((candidate) => candidate === '*' || wanted.has(candidate))
        if (topic) tell(topic)
      })
      const beat = setInterval(() => send(': still here\n\n'), heartbeatMs)
      const enough = setTimeout(end, longestStreamMs)
      const forget = endWhenStopping(end)
      count(personId, 1)
      cleanUp = () => {
        cleanUp = () => undefined
        stop()
        forget()
        clearInterval(beat)
        clearTimeout(enough)
        count(personId, -1)
      }
      send('retry: 2000\n\n')
      const missed = saidSince(wanted, sinceMs)
      if (missed) tell(missed)
    },
    cancel: () => cleanUp(),
  })
}

function count(personId: string, change: number): void {
  const streams = (open.get(personId) ?? 0) + change
  if (streams > 0) open.set(personId, streams)
  else open.delete(personId)
}
