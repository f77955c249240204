import { createHash } from 'node:crypto'
import { type PassThrough, Readable } from 'node:stream'
import { ZipFile } from 'yazl'

/** What a file in a pack holds, as its manifest says it. */
export type FileSum = { name: string; bytes: number; sha256: string }
export type PackFile = { name: string; chunks: (before: readonly FileSum[]) => AsyncIterable<Uint8Array> }

/**
 * A ZIP of files that are made one after the other as it is read, each told the sums of those before it. Memory stays
 * flat whatever they hold; who stops reading ends the making. Throws what making a file throws: the ZIP is cut off then,
 * and every reader notices, because its directory comes last.
 */
export async function* zipFiles(files: readonly PackFile[], at: Date): AsyncGenerator<Buffer> {
  const zip = new ZipFile()
  const out = zip.outputStream as PassThrough
  const sums: FileSum[] = []
  let current: Readable | undefined
  const fail = (error: Error): void => void out.destroy(error)
  zip.on('error', fail)
  for (const { name, chunks } of files) {
    zip.addReadStreamLazy(name, { mtime: at, mode: 0o100_644 }, (ready) => {
      current = Readable.from(summed(name, chunks(sums), (sum) => sums.push(sum)), { objectMode: false }).on('error', fail)
      ready(null, current)
    })
  }
  zip.end()
  try {
    for await (const chunk of out) yield chunk as Buffer
  } finally {
    current?.destroy()
  }
}

async function* summed(name: string, chunks: AsyncIterable<Uint8Array>, done: (sum: FileSum) => void): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of chunks) {
    hash.update(chunk)
    bytes += chunk.length
    // An empty chunk says nothing, and a stream would take it for its end.
    if (chunk.length > 0) yield chunk
  }
  done({ name, bytes, sha256: hash.digest('hex') })
}
