import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stopLeftOver } from '../postgres/start-postgres.ts'
import { PlainError } from './plain-error.ts'

type Note = { pid: number; app?: number }

/** That one process at a time runs on a data folder, and what a killed one left behind. */
export type RunningCopy = { noteApp(pid: number): void; release(): void }

/**
 * Takes the folder for this process. A note whose process is gone is stale: the application and the database that it
 * left running are stopped, and the folder taken over.
 */
export async function takeFolder(dataDir: string, port: number): Promise<RunningCopy> {
  mkdirSync(dataDir, { recursive: true })
  const file = path.join(dataDir, 'running.json')
  const old = readNote(file)
  if (old) {
    if (isOurs(old.pid, /demo\.ts|dev\.ts/)) throw new PlainError(`The demo on port ${port} is already running (process ${old.pid}): http://localhost:${port}. Stop it with Ctrl-C there, or start another copy: PORT=${port + 100} npm run demo`)
    if (old.app !== undefined && isOurs(old.app, /next/)) await killAndWait(old.app)
    await stopLeftOver(dataDir)
    rmSync(file, { force: true })
  }
  let note: Note = { pid: process.pid }
  try {
    writeFileSync(file, JSON.stringify(note), { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw new PlainError(`The demo on port ${port} is being started by another process.`, { cause: error })
    throw error
  }
  return {
    noteApp: (app) => {
      note = { ...note, app }
      writeFileSync(file, JSON.stringify(note))
    },
    release: () => rmSync(file, { force: true }),
  }
}

function readNote(file: string): Note | undefined {
  if (!existsSync(file)) return undefined
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Note
  } catch {
    return { pid: 0 }
  }
}

/** Whether the process lives and is what the note says; where there is no /proc, that it lives has to do. */
function isOurs(pid: number, command: RegExp): boolean {
  if (pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  try {
    return command.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
  } catch {
    return true
  }
}

async function killAndWait(pid: number): Promise<void> {
  try {
    process.kill(pid, 'SIGKILL')
    for (let waited = 0; waited < 5_000; waited += 50) {
      await sleep(50)
      process.kill(pid, 0)
    }
  } catch {
    // It is gone.
  }
}
