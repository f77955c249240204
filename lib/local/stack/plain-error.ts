/** A failure whose message is already the one sentence that a person needs. */
export class PlainError extends Error {
  override readonly name = 'PlainError'
}

const full = /ENOSPC|No space left on device|could not (write to|extend) file|free disk space|disk full/i
const forbidden = /EACCES|EPERM|EROFS|Permission denied|Read-only file system|Operation not permitted/i
const busy = /EADDRINUSE|could not bind|Address already in use/i

/**
 * Any failure of the local stack as one sentence that says what to do, never a stack trace. What is not known by its
 * face is told as it is, with the log that holds the rest.
 */
export function sayWhy(error: unknown, { dataDir, logFile }: { dataDir: string; logFile: string }): string {
  if (error instanceof PlainError) return error.message
  const text = wholeText(error)
  if (full.test(text)) return `The disk is full: the demo needs about 300 MB in ${dataDir}. Free some space, or put the data elsewhere: LATCHKEY_DATA_DIR=/path npm run demo`
  if (busy.test(text)) {
    const port = /(?::|port )(\d{2,5})\b/.exec(text)?.[1]
    return `${port ? `Port ${port}` : 'A port of the demo'} is in use by another program. Stop that program, or choose another port: PORT=3100 npm run demo`
  }
  if (forbidden.test(text)) {
    const place = (error as NodeJS.ErrnoException | undefined)?.path ?? dataDir
    return `A permission is missing: the demo may not write to or pass through ${place}. Give your user${asRoot()} that right, or put the data elsewhere: LATCHKEY_DATA_DIR=/path npm run demo`
  }
  if (/ENOTDIR|EEXIST/.test(text)) return `${(error as NodeJS.ErrnoException).path ?? dataDir} cannot be a folder, because there is a file of that name on its way. Put the data elsewhere: LATCHKEY_DATA_DIR=/path npm run demo`
  const lines = (error instanceof Error ? error.message : String(error)).split('\n')
  // PostgreSQL says much before it says what is wrong.
  const first = lines.find((line) => /FATAL|PANIC/.test(line)) ?? lines[0] ?? 'It stopped for an unknown reason'
  return `${first.trim().replace(/[.:]$/, '').slice(0, 400)}. The log has the rest: ${logFile}`
}

/** PostgreSQL refuses to run as root, so that another user has to reach its folder. */
const asRoot = (): string => (process.getuid?.() === 0 ? ' (and the user "postgres", as which PostgreSQL runs)' : '')

function wholeText(error: unknown): string {
  const parts: string[] = []
  if (!(error instanceof Error)) return String(error)
  for (let current: unknown = error; current !== undefined && current !== null && parts.length < 8; current = (current as { cause?: unknown }).cause) {
    const { code, message } = current as { code?: unknown; message?: unknown }
    parts.push(`${typeof code === 'string' ? code : ''} ${typeof message === 'string' ? message : ''}`)
  }
  return parts.join(' ')
}
