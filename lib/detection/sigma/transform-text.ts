import type { Comparing } from './modifiers.ts'

const dashes = ['-', '/', '\u2013', '\u2014', '\u2015']

/** What a text may stand for after a transformation: each result counts. `expand` is done where the lists are known. */
export function transformText(text: string, transformation: Exclude<Comparing['transformations'][number], 'expand'>): string[] {
  switch (transformation) {
    case 'windash':
      return windash(text)
    case 'base64':
      return [bytesOf(text).toString('base64')]
    case 'base64offset':
      return [0, 1, 2].map((shift) => base64At(bytesOf(text), shift))
    case 'utf16le':
      return [latin(Buffer.from(text, 'utf16le'))]
    case 'utf16be':
      return [latin(Buffer.from(text, 'utf16le').swap16())]
    case 'utf16':
      return [latin(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]))]
  }
}

/** Bytes as one character each, so that Base64 after an encoding sees the bytes. */
const latin = (bytes: Buffer): string => bytes.toString('latin1')
const encoded = /^[\0-\u00ff]*$/
const bytesOf = (text: string): Buffer => (text.includes('\0') && encoded.test(text) ? Buffer.from(text, 'latin1') : Buffer.from(text, 'utf8'))

/** The part of the Base64 text that is the same wherever in a longer text the value begins with this shift. */
function base64At(bytes: Buffer, shift: number): string {
  const whole = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
  const start = [0, 2, 3][shift] as number
  const end = [whole.length, whole.length - 3, whole.length - 2][(bytes.length + shift) % 3] as number
  return whole.slice(start, end)
}

/** Every permutation of the dashes that begin a word; at most a few words of a rule have one. */
function windash(text: string): string[] {
  const pieces = text.split(/(?<=^|\s)([-/\u2013\u2014\u2015])(?=\w)/)
  return pieces.reduce<string[]>((texts, piece, index) => (index % 2 === 0 ? texts.map((begun) => begun + piece) : texts.flatMap((begun) => dashes.map((dash) => begun + dash))), [''])
}
