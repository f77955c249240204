import { appendFileSync, existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { StackFacts } from './stack.setup.ts'

let read: StackFacts | undefined

/** What the running stack is reached by. */
export function stackFacts(): StackFacts {
  read ??= JSON.parse(readFileSync(process.env.LATCHKEY_E2E_FACTS ?? '', 'utf8')) as StackFacts
  return read
}

/** What every replica of the stack logged. */
export const appLog = (): string => globSync(path.join(path.dirname(stackFacts().logFile), 'app*.log')).map((file) => readFileSync(file, 'utf8')).join('\n')

const fileOf = (name: string): string => path.join(path.dirname(process.env.LATCHKEY_E2E_FACTS ?? ''), name)

/** Every secret a journey was handed: the last spec looks for each of them in all that was stored, logged or sent. */
export function noteSecret(...secrets: string[]): void {
  for (const secret of secrets) appendFileSync(fileOf('secrets.ndjson'), `${JSON.stringify(secret)}\n`, { mode: 0o600 })
}

/** What the server answered to a GET, kept for the same search. */
export function noteAnswer(url: string, body: string): void {
  appendFileSync(fileOf('answers.ndjson'), `${JSON.stringify({ url, body })}\n`, { mode: 0o600 })
}

const lines = (name: string): string[] => (existsSync(fileOf(name)) ? readFileSync(fileOf(name), 'utf8').split('\n').filter(Boolean) : [])

export const notedSecrets = (): string[] => [...new Set(lines('secrets.ndjson').map((line) => JSON.parse(line) as string))]
export const notedAnswers = (): { url: string; body: string }[] => lines('answers.ndjson').map((line) => JSON.parse(line) as { url: string; body: string })
