import { isUnfinished, type RawAnswer, type RawRequest } from './raw-http.ts'

/** What only somebody who reads the source or the log should ever see. */
const internal = /\n\s+at [\w.<>[\]]+ \(|node_modules|PrismaClient|(?:Type|Syntax|Reference|Range|Zod)Error\b|byte sequence|\.next\/server|file:\/\/\/|ECONNREFUSED/
/** A page that failed after its answer began; its digest is a number. The framework's own have names. */
export const brokenPage = /digest\\?":\\?"\d|data-dgst="\d|\$RX\("[^"]*","\d/

/** What is wrong with an answer, in a few words; undefined when nothing is. */
export function faultOf(request: RawRequest, { status, text }: RawAnswer): string | undefined {
  if (status === 0 && !isUnfinished(request) && request.body.length < 200_000) return 'no answer'
  if (status >= 500) return `status ${status}`
  // What an action did not expect is answered with 200 and this code.
  if (/"code":"unexpected"/.test(text)) return 'an unexpected failure behind status 200'
  const broken = status < 400 ? brokenPage.exec(text) : null
  if (broken) return `a page that broke after its answer began: ${text.slice(Math.max(0, broken.index - 120), broken.index + 60)}`
  const leak = internal.exec(text)?.[0]
  return leak === undefined ? undefined : `internal text: ${leak.trim().slice(0, 80)}`
}
