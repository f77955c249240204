import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** What a build depends on: when none of it changed, the last build still stands. */
const sources = ['app', 'components', 'lib', 'prisma', 'public', 'package-lock.json', 'next.config.ts', 'proxy.ts', 'instrumentation.ts', 'postcss.config.mjs', 'tsconfig.json']
const notBuilt = /(^|\/)(local|generated)(\/|$)|\.test\.ts$|README\.md$/

/** Generates the database client when the schema changed. */
export function generateClient(): void {
  const wanted = hashOf(['prisma/schema.prisma', 'package-lock.json'])
  const stamp = 'lib/db/generated/.latchkey-stamp'
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  run('prisma', ['generate'])
  writeFileSync(stamp, wanted)
}

/** Builds the standalone production server when a source changed. `true` when it had to. */
export function buildApp(onStep: (step: string) => void): boolean {
  generateClient()
  const wanted = hashOf(sources)
  const stamp = '.next/standalone/.latchkey-stamp'
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return false
  onStep('Building the production server')
  run('next', ['build'])
  cpSync('.next/static', '.next/standalone/.next/static', { recursive: true })
  if (existsSync('public')) cpSync('public', '.next/standalone/public', { recursive: true })
  writeFileSync(stamp, wanted)
  return true
}

function run(command: string, args: string[]): void {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', shell: process.platform === 'win32', env: { ...process.env, NODE_ENV: 'production' } })
  if (status === 0) return
  const output = `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`.trim().split('\n').slice(-25).join('\n')
  throw new Error(`\`${command} ${args.join(' ')}\` failed:\n${output}`)
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
