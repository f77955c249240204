/** Whole lines that lie behind each other: `ends` are where each line's end is, before its newline. Only the last of a stream may lack one. */
export type Lines = { bytes: Buffer; ends: readonly number[] }

const newline = 0x0a

/** Cuts a stream of bytes into lines, as many at a time as a chunk holds. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Lines> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    const data = rest.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : Buffer.concat([rest, chunk])
    const ends: number[] = []
    for (let end = data.indexOf(newline); end >= 0; end = data.indexOf(newline, end + 1)) ends.push(end)
    const whole = (ends.at(-1) ?? -1) + 1
    rest = data.subarray(whole)
    if (whole > 0) yield { bytes: data.subarray(0, whole), ends }
  }
  if (rest.length > 0) yield { bytes: rest, ends: [rest.length] }
}
