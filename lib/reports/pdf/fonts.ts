import { readFileSync } from 'node:fs'
import path from 'node:path'

const folder = path.join(process.cwd(), 'node_modules/@fontsource')
const emojiParts = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10', 'emoji']
const sansParts = ['latin', 'latin-ext', 'cyrillic', 'cyrillic-ext', 'greek', 'greek-ext', 'vietnamese', 'devanagari']
const fileOf = (family: string, part: string): string => `${family}/files/${family}-${part}-400-normal.woff`

/** The files of the type that reports are set in, in the order they are asked for a character. */
const files = [
  ...sansParts.map((part) => fileOf('noto-sans', part)),
  fileOf('noto-sans-hebrew', 'hebrew'),
  ...['arabic', 'symbols', 'math'].map((part) => fileOf('noto-sans-arabic', part)),
  ...emojiParts.map((part) => fileOf('noto-emoji', part)),
]

export type Face = { has(codePoint: number): boolean; width(text: string, size: number): number }
type Loader = (name: string, bytes: Buffer) => Face

/** Finds for each character the first font that has it; fonts are read when they are first needed. */
export class Fonts {
  readonly #load: Loader
  readonly #faces: { name: string; face: Face }[] = []
  #next = 0
  readonly #known = new Map<number, number>()

  constructor(load: Loader) {
    this.#load = load
  }

  #faceAt(index: number): { name: string; face: Face } | undefined {
    while (this.#faces.length <= index) {
      const file = files[this.#next++]
      if (file === undefined) return undefined
      const bytes = read(file)
      if (bytes) this.#faces.push({ name: file, face: this.#load(file, bytes) })
    }
    return this.#faces[index]
  }

  #indexFor(codePoint: number): number {
    const known = this.#known.get(codePoint)
    if (known !== undefined) return known
    let index = 0
    for (let found = this.#faceAt(0); found && !found.face.has(codePoint); ) found = this.#faceAt(++index)
    const chosen = this.#faceAt(index) ? index : 0
    this.#known.set(codePoint, chosen)
    return chosen
  }

  /** A word in pieces of one font each. What joins or varies a character stays with it. */
  pieces(word: string, size: number): { font: string; text: string; width: number }[] {
    const pieces: { index: number; text: string }[] = []
    for (const char of word) {
      const codePoint = char.codePointAt(0) as number
      const last = pieces.at(-1)
      const clings = codePoint === 0x200d || (codePoint >= 0xfe00 && codePoint <= 0xfe0f)
      const index = clings && last ? last.index : this.#indexFor(codePoint)
      if (last?.index === index) last.text += clings ? '' : char
      else pieces.push({ index, text: char })
    }
    return pieces.map(({ index, text }) => {
      const { name, face } = this.#faceAt(index) as { name: string; face: Face }
      return { font: name, text, width: face.width(text, size) }
    })
  }
}

function read(file: string): Buffer | undefined {
  try {
    return readFileSync(path.join(folder, file))
  } catch {
    return undefined
  }
}
