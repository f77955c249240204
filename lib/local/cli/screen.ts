import { appendFileSync, writeFileSync } from 'node:fs'
import { format } from 'node:util'

/** What a person sees of a start: one line a step with its seconds, counting while it runs where there is a terminal. */
export type Screen = {
  step(name: string): void
  /** What the running step is at, behind its name. */
  detail(text: string): void
  done(): void
  print(text: string): void
}

const width = 34

export function openScreen(out: NodeJS.WriteStream = process.stdout): Screen {
  let name: string | undefined
  let more = ''
  let since = 0
  let timer: NodeJS.Timeout | undefined
  // Somebody may close the pipe that reads this; that is no reason to stop.
  out.on('error', () => undefined)
  const line = (): string => `  ${`${name}${more && `  ${more}`}`.padEnd(width)} ${`${((performance.now() - since) / 1_000).toFixed(1)} s`.padStart(8)}`
  const draw = (): void => void (name !== undefined && out.isTTY && out.write(`\r\u001b[2K${line()}`))
  const done = (): void => {
    clearInterval(timer)
    if (name === undefined) return
    more = ''
    out.write(out.isTTY ? `\r\u001b[2K${line()}\n` : `${line().slice(`  ${name}`.length)}\n`)
    name = undefined
  }
  return {
    step: (next) => {
      done()
      name = next
      more = ''
      since = performance.now()
      if (out.isTTY) draw()
      else out.write(`  ${name}`)
      timer = setInterval(draw, 200)
      timer.unref()
    },
    detail: (text) => {
      more = text
      draw()
    },
    done,
    print: (text) => {
      done()
      out.write(`${text}\n`)
    },
  }
}

export type LogFile = { path: string; note(text: string): void }

/**
 * Sends what libraries say through `console` to a file: the screen is for the person. Nothing is lost, among it
 * oidc-provider's warning that its sign-ins live in memory, which is what a demo wants.
 */
export function openLog(path: string): LogFile {
  writeFileSync(path, '')
  const note = (text: string): void => {
    try {
      appendFileSync(path, text.endsWith('\n') ? text : `${text}\n`)
    } catch {
      // A full disk: whatever fails for it will say so by itself.
    }
  }
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) console[method] = (...words: unknown[]) => note(format(...words))
  return { path, note }
}
