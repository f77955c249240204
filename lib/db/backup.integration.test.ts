import { execFile } from 'node:child_process'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installDatabase } from '#lib/jobs/install-database.ts'
import { type LocalPostgres, startPostgres } from '#lib/local/postgres/start-postgres.ts'
import { freePort } from '#lib/local/test/free-port.ts'
import { type Slice, startSlice } from '#lib/local/test/slice.ts'
import { appLogin, execute, templateDatabase } from '#lib/local/test/test-database.ts'
import { anchorHead } from '#lib/record/checkpoints/anchor-head.ts'
import type { Checkpoint } from '#lib/record/checkpoints/checkpoint.ts'
import { sealEntries } from '#lib/record/seal-entries.ts'
import { keyRing } from '#lib/record/verify/key-ring.ts'
import { verifyChain } from '#lib/record/verify/verify-chain.ts'
import { openDatabase } from './client.ts'

const { privateKey } = generateKeyPairSync('ed25519')
let folder: string
let server: LocalPostgres
let slice: Slice
let checkpointFile: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'latchkey-backup-'))
  await chmod(folder, 0o711)
  checkpointFile = path.join(folder, 'checkpoints.ndjson')
  server = await startPostgres({ dataDir: path.join(folder, 'first'), port: await freePort() })
  process.env.LATCHKEY_TEST_POSTGRES = server.url('postgres')
  await execute(server.url('postgres'), `CREATE DATABASE ${templateDatabase}`)
  const installed = await installDatabase(server.url(templateDatabase), 'prisma', appLogin)
  if (!installed.ok) throw new Error(installed.problem)
  slice = await startSlice()
}, 120_000)
afterAll(async () => {
  await slice.close()
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

/** The steps of guides/backup.md, "By hand": the server goes on, and what it writes meanwhile is in the log that is copied last. */
async function backUp(target: string, meanwhile: () => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: server.url('postgres') })
  await client.connect()
  await client.query(`SELECT pg_backup_start('latchkey', true)`)
  const source = path.join(folder, 'first', 'postgres')
  await mkdir(target, { recursive: true })
  // Files that the running server takes away while they are listed are not needed.
  await promisify(execFile)('cp', ['-a', source, target]).catch((error: { stderr?: string }) => expect(error.stderr).toMatch(/No such file/))
  await meanwhile()
  const { rows } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(wait_for_archive => false)')
  await client.end()
  const copy = path.join(target, 'postgres')
  await rm(path.join(copy, 'postmaster.pid'), { force: true })
  await rm(path.join(copy, 'pg_wal'), { recursive: true })
  await promisify(execFile)('cp', ['-a', path.join(source, 'pg_wal'), copy])
  await writeFile(path.join(copy, 'backup_label'), rows[0]?.labelfile ?? '')
  const { uid, gid } = await stat(source)
  await promisify(execFile)('chown', [`${uid}:${gid}`, path.join(copy, 'backup_label')])
}

async function anchor(): Promise<void> {
  while ((await sealEntries(slice.database.db, slice.clock.now())) > 0);
  await anchorHead(slice.database.db, { signingKey: privateKey, checkpointFile }, slice.clock.now())
}

const checkpoints = async (): Promise<Checkpoint[]> => (await readFile(checkpointFile, 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as Checkpoint)

test('a backup of the running server, restored elsewhere, holds the grants, lets the application work, and its record verifies', async () => {
  const maya = await slice.viewer('maya')
  const before = await slice.activeGrant(maya, 'payments-prod-read')
  await anchor()
  let during = ''
  const target = path.join(folder, 'second')
  await backUp(target, async () => {
    during = await slice.activeGrant(maya, 'sandbox-builder')
    await anchor()
  })
  const atBackup = await checkpoints()
  const later = await slice.ask(maya, 'payments-prod-operate')
  await anchor()

  const restored = await startPostgres({ dataDir: target, port: await freePort() })
  const database = new URL(slice.database.url).pathname.slice(1)
  const db = openDatabase(restored.url(database, appLogin.user, appLogin.password))
  try {
    const grants = await db.grant.findMany({ where: { id: { in: [before, during] } }, select: { id: true, state: true, endsAt: true }, orderBy: { createdAt: 'asc' } })
    expect(grants).toEqual(await slice.database.db.grant.findMany({ where: { id: { in: [before, during] } }, select: { id: true, state: true, endsAt: true }, orderBy: { createdAt: 'asc' } }))
    expect(grants.map(({ state }) => state)).toEqual(['active', 'active'])
    expect(await db.request.findUnique({ where: { id: later } })).toBeNull()
    const publicKey = createPublicKey(privateKey)
    expect(await verifyChain(db, atBackup, keyRing([publicKey]))).toMatchObject({ whole: true, anchoredUpTo: Number(atBackup.at(-1)?.sequence) })
    // What was lost with the time after the backup is not hidden: a checkpoint outside the database knows of it.
    expect(await verifyChain(db, await checkpoints(), keyRing([publicKey]))).toMatchObject({ whole: false, why: 'Entries up to a checkpoint are missing at the end.' })
    await expect(db.$executeRaw`DELETE FROM record_entry`).rejects.toThrow(/permission denied/)
    const migrated = await promisify(execFile)(process.execPath, ['app/_server/migrate.ts'], { env: { PATH: process.env.PATH, DATABASE_MIGRATION_URL: restored.url(database) } as unknown as NodeJS.ProcessEnv })
    expect(migrated.stdout).toMatch(/^Every migration was applied before\./)
  } finally {
    await db.$disconnect()
    await restored.close()
  }
}, 120_000)
