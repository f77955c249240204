import 'server-only'

/**
 * A file that goes to the browser as it is made: nothing is made before it is read, and whoever stops reading ends the
 * making. Never stored by a cache on the way.
 */
export function streamFile(chunks: AsyncIterable<Uint8Array>, { name, type }: { name: string; type: string }): Response {
  const iterator = chunks[Symbol.asyncIterator]()
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await iterator.next()
        if (done) controller.close()
        else if (value.length > 0) controller.enqueue(value)
        else await this.pull?.(controller)
      },
      cancel: async () => void (await iterator.return?.()),
    },
    { highWaterMark: 1 },
  )
  return new Response(body, { headers: { 'Content-Type': type, 'Content-Disposition': `attachment; filename="${name}"`, 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' } })
}

/** The refusal of a route that hands out files: its code, and a status that fits. */
export function refusedFile(status: 401 | 403 | 404 | 409, code: string): Response {
  return Response.json({ code }, { status, headers: { 'Cache-Control': 'no-store' } })
}
