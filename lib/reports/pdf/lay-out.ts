import type { Fonts } from './fonts.ts'

export type Piece = { font: string; text: string; width: number; x: number }
/** A line's pieces from left to right, each at its distance from the line's beginning. */
export type Line = Piece[]

const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u
const strong = /\p{L}/u
const spaceWidth = 0.26

type Word = { pieces: { font: string; text: string; width: number }[]; width: number; rtl: boolean }

/**
 * Breaks a text into lines no wider than `width` (points), at spaces and line breaks, and within a word that is wider.
 * Words of scripts that run from right to left stand in that order among themselves, as readers expect; within a word
 * the fonts see to it.
 */
export function layOut(text: string, { fonts, size, width }: { fonts: Fonts; size: number; width: number }): Line[] {
  const lines: Line[] = []
  for (const paragraph of text.split(/\r\n|[\r\n\u2028\u2029]/)) {
    const opposite = rightToLeft.test(strong.exec(paragraph)?.[0] ?? '')
    let words: Word[] = []
    let used = 0
    for (const word of paragraph.split(/[ \t]+/).filter(Boolean).flatMap((part) => cut(part, { fonts, size, width }))) {
      const needed = (words.length > 0 ? spaceWidth * size : 0) + word.width
      if (words.length > 0 && used + needed > width) {
        lines.push(placed(words, size, opposite))
        words = []
        used = 0
      }
      used += words.length > 0 ? needed : word.width
      words.push(word)
    }
    lines.push(placed(words, size, opposite))
  }
  return lines
}

/** A word as it is, or in as many parts as the width needs. */
function cut(text: string, { fonts, size, width }: { fonts: Fonts; size: number; width: number }): Word[] {
  const whole = measured(text, fonts, size)
  if (whole.width <= width) return [whole]
  const parts: string[] = []
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    const last = parts.at(-1)
    if (last !== undefined && measured(last + segment, fonts, size).width <= width) parts[parts.length - 1] = last + segment
    else parts.push(segment)
  }
  return parts.map((part) => measured(part, fonts, size))
}

function measured(text: string, fonts: Fonts, size: number): Word {
  const pieces = fonts.pieces(text, size)
  return { pieces, width: pieces.reduce((sum, piece) => sum + piece.width, 0), rtl: rightToLeft.test(text) }
}

function placed(words: readonly Word[], size: number, opposite: boolean): Line {
  const runs: Word[][] = []
  for (const word of words) {
    const last = runs.at(-1)
    if (last && last[0]?.rtl === word.rtl) last.push(word)
    else runs.push([word])
  }
  const ordered = (opposite ? runs.toReversed() : runs).flatMap((run) => (run[0]?.rtl ? run.toReversed() : run))
  let x = 0
  return ordered.flatMap((word) => {
    const pieces = (word.rtl ? word.pieces.toReversed() : word.pieces).map((piece) => {
      const at = { ...piece, x }
      x += piece.width
      return at
    })
    x += spaceWidth * size
    return pieces
  })
}
