/** The body as text, read no further than `mostBytes`; undefined when there is more. */
export async function readSmallBody(request: Request, mostBytes = 20_000): Promise<string | undefined> {
  const reader = request.body?.getReader()
  if (!reader) return ''
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(chunks).toString('utf8')
    size += value.length
    if (size > mostBytes) {
      await reader.cancel()
      return undefined
    }
    chunks.push(value)
  }
}
