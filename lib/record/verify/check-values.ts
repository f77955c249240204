import type { Break } from './chain-verifier.ts'
import { differingValue } from './entry-words.ts'
import { json } from './json.ts'

const [newline, tab] = [0x0a, 0x09]
const [entryMark, valueMark] = [0x65, 0x70]

/**
 * Whether the personal values in a piece of a record file are what their entries committed to: the first that is not. It
 * begins with an entry; whether the entries themselves are what was sealed is the chain's question, asked elsewhere.
 */
export function checkValues(piece: Buffer): Break | undefined {
  let entry: Buffer | undefined
  let body: string | undefined
  for (let from = 0; from < piece.length; ) {
    const end = piece.indexOf(newline, from)
    const line = piece.subarray(from, end < 0 ? piece.length : end)
    from = end < 0 ? piece.length : end + 1
    if (line[0] === entryMark) {
      entry = line
      body = undefined
    } else if (line[0] === valueMark && entry) {
      body ??= bodyOf(entry)
      const [, field = '', salt = '', written] = line.toString('utf8').split('\t')
      const value = json(written)
      const wrong = typeof value !== 'string' || differingValue(body, [{ field, salt: Buffer.from(salt, 'hex'), value }]) !== undefined
      if (wrong) return { ...placeOf(entry), why: typeof value === 'string' ? `The ${field} shown is not what was committed to.` : 'A line of the file cannot be read.' }
    }
  }
  return undefined
}

/** The body is the last of an entry's five fields, and holds no tab. */
const bodyOf = (entry: Buffer): string => entry.toString('utf8', entry.lastIndexOf(tab) + 1)

function placeOf(entry: Buffer): { brokenAt: string; entryId: string } {
  const [, brokenAt = '', entryId = ''] = entry.toString('utf8').split('\t', 3)
  return { brokenAt, entryId }
}
