import { spawn } from 'node:child_process'
import { appendFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

export type RunningApp = { pid: number; stop(): Promise<void>; kill(): void; exited: Promise<number | null> }

/** Variables of the outside world that the application under the local stack must not see: real AWS accounts, proxies. */
const foreign = /^(AWS_|LATCHKEY_|OIDC_|NEXTAUTH_|DATABASE_URL$|HTTPS?_PROXY$|https?_proxy$)/

/**
 * Runs the standalone production server, exactly as it is deployed, with `environment` and nothing of this shell's AWS
 * or proxy settings. Resolves when it is ready; rejects with its own last words when it ends before.
 */
export async function startApp(environment: Record<string, string>, logFile: string): Promise<RunningApp> {
  writeFileSync(logFile, '')
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)))
  const child = spawn(process.execPath, [path.resolve('.next/standalone/server.js')], {
    env: { ...inherited, ...environment } as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: process.cwd(),
  })
  const lastWords: string[] = []
  const note = (chunk: Buffer): void => {
    appendFileSync(logFile, chunk)
    lastWords.push(chunk.toString('utf8'))
    if (lastWords.length > 20) lastWords.shift()
  }
  child.stdout.on('data', note)
  child.stderr.on('data', note)
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const ready = waitUntilReady(`${environment.PUBLIC_URL}/api/health/ready`, exited)
  if (!(await ready)) {
    child.kill('SIGKILL')
    throw new Error(`The application did not start. It said:\n${lastWords.join('').trim() || 'nothing'}`)
  }
  return {
    pid: child.pid ?? 0,
    exited,
    kill: () => child.kill('SIGKILL'),
    stop: async () => {
      child.kill('SIGTERM')
      const hard = setTimeout(() => child.kill('SIGKILL'), 12_000)
      await exited
      clearTimeout(hard)
    },
  }
}

async function waitUntilReady(url: string, exited: Promise<number | null>): Promise<boolean> {
  const giveUpAt = Date.now() + 60_000
  let over = false
  void exited.then(() => {
    over = true
  })
  while (!over && Date.now() < giveUpAt) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok) return true
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return false
}
