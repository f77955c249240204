import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createPublicKey, randomBytes } from 'node:crypto'
import { chmodSync, chownSync, constants, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { type LaidOut, layOutImage } from '#lib/local/image/lay-out-image.ts'
import { freePort } from '#lib/local/test/free-port.ts'
import { execute, withDatabase } from '#lib/local/test/test-database.ts'
import { stackFacts } from './facts.ts'
import { expect, test } from './fixtures.ts'

const isRoot = process.getuid?.() === 0
const database = `image_${randomBytes(6).toString('hex')}`
let folder: string
let image: LaidOut
let running: ChildProcess | undefined

/** Where the image's user may write: what a volume would be. As root the user is the image's own; else one's own without rights. */
function prepareVolume(files: string[]): string {
  const volume = path.join(folder, 'volume')
  mkdirSync(volume, { mode: 0o700 })
  for (const file of files) copyFileSync(file, path.join(volume, path.basename(file)))
  if (isRoot) for (const place of [volume, ...readdirSync(volume).map((name) => path.join(volume, name))]) chownSync(place, image.user, image.user)
  return volume
}

const as = (): { uid?: number; gid?: number } => (isRoot ? { uid: image.user, gid: image.user } : {})

test.beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'latchkey-image-'))
  chmodSync(folder, 0o711)
  copyFileSync(process.execPath, path.join(folder, 'node'), constants.COPYFILE_FICLONE)
  chmodSync(path.join(folder, 'node'), 0o755)
  mkdirSync(path.join(folder, 'app'))
  image = layOutImage(path.join(folder, 'app'))
  await execute(stackFacts().ownerUrl, `CREATE DATABASE ${database}`)
})
test.afterAll(async () => {
  running?.kill('SIGKILL')
  await execute(stackFacts().ownerUrl, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
  if (!isRoot) await promisify(execFile)('chmod', ['-R', 'u+w', folder])
  rmSync(folder, { recursive: true, force: true })
})

test("the image's own files, read-only and as its user, wait for the migration, make it, serve, and stop by SIGTERM", async () => {
  test.setTimeout(120_000)
  const { environment, ownerUrl } = stackFacts()
  const { RECORD_SIGNING_KEY_FILE: key = '', AWS_WEB_IDENTITY_TOKEN_FILE: token = '', CATALOG_FILE: catalog = '' } = environment
  const volume = prepareVolume([key, token, catalog])
  const inVolume = (file: string): string => path.join(volume, path.basename(file))
  const port = String(await freePort())
  const url = `http://localhost:${port}`
  const applicationUrl = withDatabase(environment.DATABASE_URL ?? '', database)
  // Nothing of this shell: what the image does not bring is missing.
  const { METRICS_TOKEN: _unset, ...settings } = environment
  const env = {
    ...image.environment, ...settings, HOSTNAME: '127.0.0.1', PORT: port, PUBLIC_URL: url, DATABASE_URL: applicationUrl,
    RECORD_SIGNING_KEY_FILE: inVolume(key), AWS_WEB_IDENTITY_TOKEN_FILE: inVolume(token), CATALOG_FILE: inVolume(catalog), RECORD_CHECKPOINT_FILE: path.join(volume, 'checkpoints.ndjson'),
  } as unknown as NodeJS.ProcessEnv
  const node = path.join(folder, 'node')
  const program = ([, ...args]: string[]): [string, string[]] => [node, args]
  const child = spawn(...program(image.command), { cwd: image.root, env, ...as(), stdio: ['ignore', 'pipe', 'pipe'] })
  running = child
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
  child.once('error', (error) => (said += error.message)).once('exit', (status, signal) => (said += `ended: ${status} ${signal}`))
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const readiness = async (): Promise<unknown> => {
    const answer = await fetch(`${url}/api/health/ready`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined)
    // What it said instead of answering is what a failure should show.
    return answer ? { status: answer.status, body: (await answer.json()) as unknown } : said
  }

  await expect.poll(readiness, { timeout: 30_000 }).toEqual({ status: 503, body: { status: 'migrations pending' } })
  expect(said).toMatch(/not ready for this version: 20261122000000_init, .* pending\. Run `npm run migrate`/)
  const migrated = await promisify(execFile)(...program(['node', 'app/_server/migrate.ts']), { cwd: image.root, env: { ...image.environment, DATABASE_MIGRATION_URL: withDatabase(ownerUrl, database) } as unknown as NodeJS.ProcessEnv, ...as() })
  expect(migrated.stdout).toMatch(/^Applied 20261122000000_init, /)
  await expect.poll(readiness, { timeout: 30_000 }).toEqual({ status: 200, body: { status: 'ready' } })

  expect((await fetch(`${url}/api/metrics`, { headers: { Authorization: 'Bearer undefined' } })).status, 'metrics without METRICS_TOKEN').toBe(404)
  await promisify(execFile)(...program(image.healthCheck), { env, ...as() })
  const page = await fetch(`${url}/sign-in`)
  expect(page.status).toBe(200)
  const script = /src="(\/_next\/static\/[^"]+\.js)"/.exec(await page.text())?.[1] ?? ''
  expect((await fetch(`${url}${script}`)).status, script).toBe(200)
  await expect.poll(() => existsSync(path.join(volume, 'checkpoints.ndjson')) && readFileSync(path.join(volume, 'checkpoints.ndjson'), 'utf8').length, { timeout: 30_000 }).toBeGreaterThan(100)
  const publicKey = path.join(volume, 'record.pem')
  writeFileSync(publicKey, createPublicKey(readFileSync(key)).export({ type: 'spki', format: 'pem' }), { mode: 0o644 })
  const verified = await promisify(execFile)(...program(['node', 'lib/record/cli/audit-verify.ts', '--database', '--checkpoints', path.join(volume, 'checkpoints.ndjson'), '--key', publicKey]), { cwd: image.root, env: { ...image.environment, DATABASE_URL: applicationUrl } as unknown as NodeJS.ProcessEnv, ...as() })
  expect(verified.stdout).toMatch(/^Whole: /)
  child.kill('SIGTERM')
  expect(await exited, said).toBe(0)
  expect(said).not.toMatch(/EROFS|EACCES|EPERM|read-only/i)
})
