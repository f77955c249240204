export type Integers = readonly Uint32Array<ArrayBuffer>[]
export type Floats = readonly Float64Array<ArrayBuffer>[]

const chunkBits = 15
const chunkSize = 1 << chunkBits
const mask = chunkSize - 1

/**
 * A list of numbers that takes no more than their own bytes, in pieces, so that growing copies nothing; the pieces go to
 * another thread without being copied.
 */
class Column<Chunk extends Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>> {
  readonly chunks: Chunk[] = []
  length = 0
  readonly #make: (length: number) => Chunk

  constructor(make: (length: number) => Chunk) {
    this.#make = make
  }

  push(value: number): void {
    const place = this.length & mask
    if (place === 0) this.chunks.push(this.#make(chunkSize))
    ;(this.chunks[this.length >>> chunkBits] as Chunk)[place] = value
    this.length += 1
  }
}

export type IntegerColumn = Column<Uint32Array<ArrayBuffer>>
export const integers = (): IntegerColumn => new Column((length) => new Uint32Array(length))
export const floats = (): Column<Float64Array<ArrayBuffer>> => new Column((length) => new Float64Array(length))

/** The number at a place that was pushed. */
export const numberAt = (chunks: Integers | Floats, index: number): number => (chunks[index >>> chunkBits] as Uint32Array)[index & mask] as number

/** Each of many texts that are few as a number. */
export class Names {
  readonly list: string[] = []
  readonly #numbers = new Map<string, number>()

  numberOf(text: string): number {
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    this.#numbers.set(text, this.list.length)
    this.list.push(text)
    return this.list.length - 1
  }
}
