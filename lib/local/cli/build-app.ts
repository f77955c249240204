import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** What a build depends on: when none of it changed, the last build still stands. */
const sources = ['app', 'components', 'lib', 'prisma', 'public', 'package-lock.json', 'next.config.ts', 'proxy.ts', 'instrumentation.ts', 'instrumentation-client.ts', 'postcss.config.mjs', 'tsconfig.json']
const notBuilt = /(^|\/)(local|generated)(\/|$)|\.test\.ts$|README\.md$/

/** Generates the database client when the schema changed. */
export async function generateClient(signal?: AbortSignal, onStep?: (step: string) => void): Promise<void> {
  const wanted = hashOf(['prisma/schema.prisma', 'package-lock.json'])
  const stamp = 'lib/db/generated/.latchkey-stamp'
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  onStep?.('Generating the database client')
  await run('prisma', ['generate'], signal)
  writeFileSync(stamp, wanted)
}

/** Builds the standalone production server when a source changed. `true` when it had to. */
export async function buildApp(onStep: (step: string) => void, signal?: AbortSignal): Promise<boolean> {
  await generateClient(signal, onStep)
  const wanted = hashOf(sources)
  const stamp = '.next/standalone/.latchkey-stamp'
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return false
  onStep('Building the production server')
  await run('next', ['build'], signal)
  cpSync('.next/static', '.next/standalone/.next/static', { recursive: true })
  if (existsSync('public')) cpSync('public', '.next/standalone/public', { recursive: true })
  writeFileSync(stamp, wanted)
  return true
}

/** Not the blocking way: whoever waits must still hear Ctrl-C, and aborts `signal` then. */
function run(command: string, args: string[], signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32', env: { ...process.env, NODE_ENV: 'production' }, detached: true })
    let output = ''
    const note = (chunk: Buffer): void => {
      output += chunk.toString('utf8')
    }
    child.stdout.on('data', note)
    child.stderr.on('data', note)
    signal?.addEventListener('abort', () => child.pid !== undefined && child.exitCode === null && child.signalCode === null && process.kill(-child.pid, 'SIGKILL'), { once: true })
    child.once('error', reject)
    child.once('close', (status) => {
      if (status === 0) resolve()
      else reject(new Error(`\`${command} ${args.join(' ')}\` failed:\n${output.trim().split('\n').slice(-25).join('\n')}`))
    })
  })
}

function hashOf(places: readonly string[]): string {
  const hash = createHash('sha256')
  for (const place of places) {
    if (!existsSync(place)) continue
    const files = statSync(place).isDirectory() ? readdirSync(place, { recursive: true, encoding: 'utf8' }).sort().map((name) => path.join(place, name)) : [place]
    for (const file of files) {
      if (notBuilt.test(file.split(path.sep).join('/')) || !statSync(file).isFile()) continue
      hash.update(file).update(readFileSync(file))
    }
  }
  return hash.digest('hex')
}
