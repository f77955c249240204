import { type IntegerColumn, type Integers, integers, numberAt } from './columns.ts'

/** The ids that one thread saw, in the order of coming, as plain data for another. */
export type IdList = { count: number; parts: Integers; /** Those that are no UUID, by their place. */ others: ReadonlyMap<number, string> }

/**
 * Which event ids were seen, and where in their order: sixteen bytes each for UUIDs, which AWS's are, found by an
 * open-addressed table of places; others as text.
 */
export class EventIds {
  readonly #parts: IntegerColumn = integers()
  /** Places plus one, so that 0 is free. */
  #table = new Uint32Array(1 << 16)
  readonly #others = new Map<string, number>()
  #count = 0
  readonly #read = new Uint32Array(4)

  get size(): number {
    return this.#count
  }

  /** Its place, or -1 when it was seen before. */
  add(eventId: string): number {
    if (readUuid(eventId, this.#read)) return this.#addParts(this.#read[0] as number, this.#read[1] as number, this.#read[2] as number, this.#read[3] as number)
    if (this.#others.has(eventId)) return -1
    this.#others.set(eventId, this.#count)
    return this.#append(0, 0, 0, 0)
  }

  addAll(list: IdList): void {
    for (let place = 0; place < list.count; place += 1) {
      const other = list.others.get(place)
      const at = place * 4
      if (other !== undefined) this.add(other)
      else this.#addParts(numberAt(list.parts, at), numberAt(list.parts, at + 1), numberAt(list.parts, at + 2), numberAt(list.parts, at + 3))
    }
  }

  /** For another thread; not to be added to any more. */
  get list(): IdList {
    return { count: this.#count, parts: this.#parts.chunks, others: new Map([...this.#others].map(([text, place]) => [place, text])) }
  }

  #addParts(a: number, b: number, c: number, d: number): number {
    if (this.#count * 2 >= this.#table.length) this.#grow()
    const slot = this.#slotOf(a, b, c, d)
    if (this.#table[slot] !== 0) return -1
    this.#table[slot] = this.#count + 1
    return this.#append(a, b, c, d)
  }

  #append(a: number, b: number, c: number, d: number): number {
    this.#parts.push(a)
    this.#parts.push(b)
    this.#parts.push(c)
    this.#parts.push(d)
    this.#count += 1
    return this.#count - 1
  }

  /** Where it lies, or the free slot where it belongs. */
  #slotOf(a: number, b: number, c: number, d: number): number {
    const { chunks } = this.#parts
    const mask = this.#table.length - 1
    for (let slot = slotFor(a, c, mask); ; slot = (slot + 1) & mask) {
      const place = this.#table[slot] as number
      if (place === 0) return slot
      const at = (place - 1) * 4
      if (numberAt(chunks, at) === a && numberAt(chunks, at + 1) === b && numberAt(chunks, at + 2) === c && numberAt(chunks, at + 3) === d) return slot
    }
  }

  /** In the order of coming, and without comparing: each is there once, and memory that lies side by side is read fastest. */
  #grow(): void {
    const { chunks } = this.#parts
    const table = new Uint32Array(this.#table.length * 2)
    const mask = table.length - 1
    const others = new Set(this.#others.values())
    for (let place = 0; place < this.#count; place += 1) {
      if (others.size > 0 && others.has(place)) continue
      let slot = slotFor(numberAt(chunks, place * 4), numberAt(chunks, place * 4 + 2), mask)
      while (table[slot] !== 0) slot = (slot + 1) & mask
      table[slot] = place + 1
    }
    this.#table = table
  }
}

/** Where the search for an id begins, by its first and its third part. */
const slotFor = (a: number, c: number, mask: number): number => (a ^ Math.imul(c, 31)) & mask

/** Events of several lists: known by a number, whose text is made when it is asked for. */
export type EventKeys = { keyOf: (list: number, place: number) => number; idOf: (key: number) => string; /** What `compare` looks at first. */ headOf: (key: number) => number; /** In an order that does not depend on who saw which first; 0 for the same event. */ compare: (one: number, other: number) => number }

const perList = 2 ** 32

export function eventKeys(lists: readonly IdList[]): EventKeys {
  const listOf = (key: number): IdList => lists[Math.floor(key / perList)] as IdList
  const otherOf = (key: number): string | undefined => listOf(key).others.get(key % perList)
  return {
    keyOf: (list, place) => list * perList + place,
    idOf: (key) => otherOf(key) ?? uuidText(listOf(key).parts, key % perList),
    headOf: (key) => numberAt(listOf(key).parts, (key % perList) * 4),
    compare: (one, other) => {
      if (one === other) return 0
      const [a, b] = [listOf(one).parts, listOf(other).parts]
      const [from, to] = [(one % perList) * 4, (other % perList) * 4]
      for (let part = 0; part < 4; part += 1) {
        const difference = numberAt(a, from + part) - numberAt(b, to + part)
        if (difference !== 0) return difference
      }
      const [text, text2] = [otherOf(one) ?? '', otherOf(other) ?? '']
      return text < text2 ? -1 : text > text2 ? 1 : 0
    },
  }
}

/** Two digits for each byte, made once: a scan may print millions. */
const bytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const pair = (part: number, shift: number): string => (bytes[(part >>> (shift + 8)) & 255] as string) + (bytes[(part >>> shift) & 255] as string)

function uuidText(parts: Integers, place: number): string {
  const at = place * 4
  const [a, b, c, d] = [numberAt(parts, at), numberAt(parts, at + 1), numberAt(parts, at + 2), numberAt(parts, at + 3)]
  return `${pair(a, 16)}${pair(a, 0)}-${pair(b, 16)}-${pair(b, 0)}-${pair(c, 16)}-${pair(c, 0)}${pair(d, 16)}${pair(d, 0)}`
}

const dash = 45
const digitOf = (code: number): number => (code >= 48 && code <= 57 ? code - 48 : code >= 97 && code <= 102 ? code - 87 : -1)

/** Whether it is a UUID in lower case, with dashes; then its four parts are in `into`. Written out, because a scan reads millions. */
function readUuid(text: string, into: Uint32Array): boolean {
  if (text.length !== 36 || text.charCodeAt(8) !== dash || text.charCodeAt(13) !== dash || text.charCodeAt(18) !== dash || text.charCodeAt(23) !== dash) return false
  for (let part = 0; part < 4; part += 1) {
    const high = fourDigits(text, highPlaces[part] as number)
    const low = fourDigits(text, lowPlaces[part] as number)
    if ((high | low) < 0) return false
    into[part] = (high << 16) | low
  }
  return true
}

/** Where the halves of each part begin. */
const highPlaces = [0, 9, 19, 28]
const lowPlaces = [4, 14, 24, 32]

/** Their number; negative when one is no digit. */
function fourDigits(text: string, at: number): number {
  const one = digitOf(text.charCodeAt(at))
  const two = digitOf(text.charCodeAt(at + 1))
  const three = digitOf(text.charCodeAt(at + 2))
  const four = digitOf(text.charCodeAt(at + 3))
  return (one << 12) | (two << 8) | (three << 4) | four
}
