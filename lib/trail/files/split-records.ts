/** What comes before the first record of a list, set out however widely. */
const longestOpening = 256

/**
 * Cuts the text of a log file into the texts of its records while it arrives: `{"Records": […]}`, `{"Events": […]}`, a JSON
 * array, or a record a line. Nothing is parsed here; what is cut wrongly cannot be parsed later and is told there.
 */
export class RecordSplitter {
  #rest = ''
  #mode: 'unknown' | 'array' | 'lines' | 'over' = 'unknown'

  /** The records that are complete by now. */
  push(chunk: string): string[] {
    this.#rest += chunk
    if (this.#mode === 'unknown') this.#begin()
    if (this.#mode === 'lines') return this.#lines()
    return this.#mode === 'array' ? this.#objects() : []
  }

  /** What is left at the end: the last lines of lines, or the beginning of a record that was cut off. */
  rest(): { texts: string[]; cut: boolean } {
    const texts = this.#rest.split('\n').filter((line) => line.trim() !== '')
    if (this.#mode === 'over') return { texts: [], cut: false }
    return this.#mode === 'array' ? { texts: [], cut: true } : { texts, cut: false }
  }

  #begin(): void {
    const opening = /^\uFEFF?\s*(?:\{\s*"(?:Records|Events)"\s*:\s*)?\[/.exec(this.#rest)
    if (opening) {
      this.#mode = 'array'
      this.#rest = this.#rest.slice(opening[0].length)
    } else if (this.#rest.length > longestOpening) this.#mode = 'lines'
  }

  #lines(): string[] {
    const lines = this.#rest.split('\n')
    this.#rest = lines.pop() ?? ''
    return lines.filter((line) => line.trim() !== '')
  }

  #objects(): string[] {
    const found: string[] = []
    const text = this.#rest
    let [start, depth, quoted, kept] = [-1, 0, false, 0]
    for (let at = 0; at < text.length; at += 1) {
      const char = text.charCodeAt(at)
      if (quoted) {
        if (char === 0x5c) at += 1
        else if (char === 0x22) quoted = false
      } else if (char === 0x22) quoted = true
      else if (char === 0x7b || char === 0x5b) {
        if (depth === 0) start = at
        depth += 1
      } else if (char === 0x7d || char === 0x5d) {
        if (depth === 0) {
          this.#mode = 'over'
          return found
        }
        depth -= 1
        if (depth === 0) {
          found.push(text.slice(start, at + 1))
          kept = at + 1
        }
      }
    }
    this.#rest = text.slice(kept).replace(/^[\s,]+/, '')
    return found
  }
}
