import { listenLive } from '#app/_server/live-hub.ts'
import { getViewer } from '#app/_server/viewer.ts'

export const dynamic = 'force-dynamic'

/** A stream outlives no group check: the browser reconnects after this long and is looked at again. */
const longestStreamMs = 10 * 60_000
const heartbeatMs = 25_000

/**
 * Says that something changed, never what: pages read their own data again, each with its own authorization. Topics are
 * the first words of record kinds.
 */
export async function GET(request: Request): Promise<Response> {
  const result = await getViewer()
  if (!result.ok) return Response.json({ code: result.code }, { status: 401 })
  if (result.viewer.roles.length === 0) return Response.json({ code: 'no_access' }, { status: 403 })
  const wanted = new Set((new URL(request.url).searchParams.get('topics') ?? '').split(',').slice(0, 20))
  const encoder = new TextEncoder()
  let cleanUp = (): void => undefined
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => {
      const send = (text: string): void => controller.enqueue(encoder.encode(text))
      const stop = listenLive((topics) => {
        const topic = topics.find((candidate) => candidate === '*' || wanted.has(candidate))
        if (topic) send(`data: ${JSON.stringify({ topic })}\n\n`)
      })
      const beat = setInterval(() => send(': still here\n\n'), heartbeatMs)
      const end = setTimeout(() => {
        cleanUp()
        controller.close()
      }, longestStreamMs)
      cleanUp = () => {
        stop()
        clearInterval(beat)
        clearTimeout(end)
      }
      send('retry: 2000\n\n')
    },
    cancel: () => cleanUp(),
  })
  return new Response(stream, { headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store, no-transform', 'X-Accel-Buffering': 'no' } })
}
