/** Which event ids were seen: sixteen bytes each for UUIDs, which AWS's are, in an open-addressed table; others as text. */
export class SeenEvents {
  #slots = new Uint32Array(4 * 1_024)
  #count = 0
  readonly #others = new Set<string>()

  get size(): number {
    return this.#count + this.#others.size
  }

  /** False when it was seen before. */
  add(eventId: string): boolean {
    const a = hex(eventId, 0)
    const b = hex2(eventId, 9, 14)
    const c = hex2(eventId, 19, 24)
    const d = hex(eventId, 28)
    if (eventId.length !== 36 || a < 0 || b < 0 || c < 0 || d < 0 || (a === 0 && b === 0 && c === 0 && d === 0)) {
      const before = this.#others.size
      return this.#others.add(eventId).size > before
    }
    if (this.#count * 8 >= this.#slots.length) this.#grow()
    return this.#insert(a, b, c, d)
  }

  /** For another thread; not to be used here any more. */
  export(): { slots: Uint32Array; count: number; others: string[] } {
    return { slots: this.#slots, count: this.#count, others: [...this.#others] }
  }

  static import({ slots, count, others }: { slots: Uint32Array; count: number; others: readonly string[] }): SeenEvents {
    const seen = new SeenEvents()
    seen.#slots = slots as Uint32Array<ArrayBuffer>
    seen.#count = count
    for (const other of others) seen.#others.add(other)
    return seen
  }

  addAll(other: SeenEvents): void {
    for (const id of other.#others) this.#others.add(id)
    const slots = other.#slots
    for (let at = 0; at < slots.length; at += 4) {
      const [a, b, c, d] = [slots[at] as number, slots[at + 1] as number, slots[at + 2] as number, slots[at + 3] as number]
      if (a === 0 && b === 0 && c === 0 && d === 0) continue
      if (this.#count * 8 >= this.#slots.length) this.#grow()
      this.#insert(a, b, c, d)
    }
  }

  #insert(a: number, b: number, c: number, d: number): boolean {
    const slots = this.#slots
    const mask = slots.length / 4 - 1
    for (let slot = (a ^ (c * 31)) & mask; ; slot = (slot + 1) & mask) {
      const at = slot * 4
      if (slots[at] === 0 && slots[at + 1] === 0 && slots[at + 2] === 0 && slots[at + 3] === 0) {
        slots[at] = a
        slots[at + 1] = b
        slots[at + 2] = c
        slots[at + 3] = d
        this.#count += 1
        return true
      }
      if (slots[at] === a && slots[at + 1] === b && slots[at + 2] === c && slots[at + 3] === d) return false
    }
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Uint32Array(old.length * 2)
    this.#count = 0
    for (let at = 0; at < old.length; at += 4) {
      const [a, b, c, d] = [old[at] as number, old[at + 1] as number, old[at + 2] as number, old[at + 3] as number]
      if (a !== 0 || b !== 0 || c !== 0 || d !== 0) this.#insert(a, b, c, d)
    }
  }
}

/** Eight digits of lower-case hexadecimal as a number; -1 where there are others. */
function hex(text: string, from: number): number {
  let value = 0
  for (let at = from; at < from + 8; at += 1) {
    const digit = digitOf(text.charCodeAt(at))
    if (digit < 0) return -1
    value = value * 16 + digit
  }
  return value
}

function hex2(text: string, first: number, second: number): number {
  let value = 0
  for (const from of [first, second]) {
    for (let at = from; at < from + 4; at += 1) {
      const digit = digitOf(text.charCodeAt(at))
      if (digit < 0) return -1
      value = value * 16 + digit
    }
  }
  return value
}

function digitOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  return code >= 97 && code <= 102 ? code - 87 : -1
}
