import { spawn } from 'node:child_process'
import { appendFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

export type RunningApp = { pid: number; stop(): Promise<void>; kill(): void; exited: Promise<number | null> }

/** As it is deployed, or with the compiler that follows every change of the sources. */
export type AppMode = 'standalone' | 'dev'

/** Variables of the outside world that the application under the local stack must not see: real AWS accounts, proxies, collectors. */
const foreign = /^(AWS_|LATCHKEY_|OIDC_|NEXTAUTH_|OTEL_|DATABASE_URL$|HTTPS?_PROXY$|https?_proxy$)/

/** As in the Dockerfile. */
const heapLimit = '--max-old-space-size=512'

/**
 * Runs the application with `environment` and nothing of this shell's AWS or proxy settings: the standalone production
 * server, exactly as it is deployed, unless `mode` says otherwise. Resolves when it is ready; rejects with its own last
 * words when it ends before. It has a process group of its own, so that Ctrl-C in the terminal reaches only whoever
 * started it, who then stops everything in order.
 */
export async function startApp(environment: Record<string, string>, logFile: string, mode: AppMode = 'standalone', onStarted: (app: RunningApp) => void = () => undefined, server = '.next/standalone/server.js'): Promise<RunningApp> {
  writeFileSync(logFile, '')
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)))
  const args = mode === 'dev' ? [path.resolve('node_modules/next/dist/bin/next'), 'dev', '--hostname', '127.0.0.1', '--port', environment.PORT ?? '3000'] : [path.resolve(server)]
  const child = spawn(process.execPath, args, {
    env: { NODE_OPTIONS: heapLimit, ...inherited, ...environment, ...(mode === 'dev' ? { NODE_ENV: 'development' } : {}) } as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: process.cwd(),
    detached: true,
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
  const signal = (name: NodeJS.Signals): void => signalGroup(child.pid, name)
  const app: RunningApp = {
    pid: child.pid ?? 0,
    exited,
    kill: () => signal('SIGKILL'),
    stop: async () => {
      signal('SIGTERM')
      const hard = setTimeout(() => signal('SIGKILL'), 30_000)
      await exited
      clearTimeout(hard)
    },
  }
  onStarted(app)
  if (await waitUntilReady(`http://127.0.0.1:${environment.PORT}/api/health/ready`, exited, patienceMs[mode])) return app
  app.kill()
  throw new Error(`The application did not start; what it said is in ${logFile}.\n${lastWords.join('').trim()}`)
}

/** The whole group: `next dev` has a process of its own for compiling. */
function signalGroup(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, name)
  } catch {
    // It is gone already.
  }
}

/** A busy machine compiles the first page of `next dev` for most of a minute. */
const patienceMs: Record<AppMode, number> = { standalone: 90_000, dev: 300_000 }

async function waitUntilReady(url: string, exited: Promise<number | null>, patience: number): Promise<boolean> {
  const giveUpAt = Date.now() + patience
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
