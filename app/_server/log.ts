/** One JSON line on standard error: when, where, what kind of failure. Messages of errors may name hosts, never secrets. */
export function logError(place: string, error: unknown, reference?: string): void {
  const facts = error instanceof Error ? { name: error.name, message: error.message, stack: error.stack } : { name: 'Unknown', message: String(error) }
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level: 'error', place, reference, ...facts })}\n`)
}

export function logInfo(place: string, message: string): void {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), level: 'info', place, message })}\n`)
}

/** Something was refused that somebody may want to look into, such as a sign-in that was not completed. */
export function logRefusal(place: string, code: string): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level: 'warn', place, code })}\n`)
}
