import { formatWithOptions } from 'node:util'
import { currentRequestId } from './request-id.ts'
import { scrub } from './scrub.ts'

type Level = 'info' | 'warn' | 'error'

/** One JSON line: when, how bad, where, in which request, and facts, each without what looks like a credential or an e-mail address. */
function write(level: Level, place: string, facts: Record<string, string | undefined>): void {
  const scrubbed = Object.fromEntries(Object.entries(facts).map(([name, text]) => [name, text === undefined ? undefined : scrub(text)]))
  const line = JSON.stringify({ at: new Date().toISOString(), level, place, request: currentRequestId(), ...scrubbed })
  const stream = level === 'info' ? process.stdout : process.stderr
  stream.write(`${line}\n`)
}

/** A failure. Messages of errors may name hosts, never secrets. */
export function logError(place: string, error: unknown, reference?: string): void {
  const facts = error instanceof Error ? { name: error.name, message: error.message, stack: error.stack } : { name: 'Unknown', message: String(error) }
  write('error', place, { reference, ...facts })
}

/** A failure whose message says all there is to say. */
export function logProblem(place: string, message: string): void {
  write('error', place, { message })
}

export function logInfo(place: string, message: string): void {
  write('info', place, { message })
}

/** Something was refused that somebody may want to look into, such as a sign-in that was not completed. */
export function logRefusal(place: string, code: string): void {
  write('warn', place, { code })
}

/** From here on, what Next.js and other libraries print are lines like ours. */
export function takeConsole(): void {
  const as = (level: Level) => (...printed: unknown[]): void => write(level, 'server', { message: formatWithOptions({ colors: false, depth: 4, breakLength: Number.POSITIVE_INFINITY }, ...printed) })
  Object.assign(console, { log: as('info'), info: as('info'), debug: as('info'), warn: as('warn'), error: as('error') })
}
