type Numbers = Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>

/** A list of numbers that takes no more than their own bytes, and goes to another thread without being copied. */
export class Column<Values extends Numbers> {
  values: Values
  length = 0
  readonly #make: (length: number) => Values

  constructor(make: (length: number) => Values) {
    this.#make = make
    this.values = make(256)
  }

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = this.#make(this.length * 2)
      grown.set(this.values)
      this.values = grown
    }
    this.values[this.length] = value
    this.length += 1
  }
}

export const integers = (): Column<Uint32Array<ArrayBuffer>> => new Column((length) => new Uint32Array(length))
export const floats = (): Column<Float64Array<ArrayBuffer>> => new Column((length) => new Float64Array(length))

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
