/** `npm run --silent audit:verify -- FILE|--database [--checkpoints FILE]… --key PUBLIC…`: proves a record file, or the database, against public keys. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { readDatabaseUrl } from '#lib/config/migration-settings.ts'
import { openDatabase } from '#lib/db/client.ts'
import { type KeptOutside, readCheckpoints } from '../checkpoints/read-checkpoints.ts'
import { verifyDatabase } from '../verify/verify-database.ts'
import { verifyFile } from '../verify/verify-file.ts'
import { verifyManifest } from '../verify/verify-manifest.ts'

const usage = `Usage: npm run --silent audit:verify -- FILE|--database [--checkpoints FILE]… --key PUBLIC…
  FILE           a record file or an excerpt, as the portal's Log page or an evidence pack holds it; or the manifest.json of
                 an unpacked evidence pack, with its files beside it
  --database     the database of DATABASE_URL instead
  --checkpoints  what was kept outside the database: lines of checkpoints; may be given several times
  --key          the record's public key (PEM); may be given several times
Exit: 0 it holds, 1 it does not, 2 it could not be looked at.`

function fail(...problems: string[]): never {
  process.stderr.write(`${problems.join('\n')}\n`)
  process.exit(2)
}

function readArguments() {
  try {
    return parseArgs({ allowPositionals: true, options: { database: { type: 'boolean', default: false }, checkpoints: { type: 'string', multiple: true, default: [] }, key: { type: 'string', multiple: true, default: [] } } })
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error), usage)
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return fail(`${file} cannot be read.`)
  }
}

function readKey(file: string): KeyObject {
  const text = readText(file)
  if (text.includes('PRIVATE KEY')) fail(`${file} is a private key. Verifying needs the public one only; the Log page gives it.`)
  try {
    const key = createPublicKey(text)
    return key.asymmetricKeyType === 'ed25519' ? key : fail(`${file} holds a ${key.asymmetricKeyType} key; the record is signed with Ed25519.`)
  } catch {
    return fail(`${file} is not a public key (PEM).`)
  }
}

const { values, positionals } = readArguments()
const [file] = positionals
if (values.key.length === 0 || positionals.length > 1 || (file === undefined) === !values.database) fail(usage)
const keys = values.key.map(readKey)
const outside: KeptOutside = readCheckpoints(values.checkpoints.map(readText))

const count = (number: number): string => number.toLocaleString('en')
const anchored = (upTo: number, anchoredUpTo: number): string =>
  anchoredUpTo >= upTo ? 'all of them anchored' : anchoredUpTo === 0 ? 'none of them anchored yet' : `anchored up to entry ${count(anchoredUpTo)}; the ${count(upTo - anchoredUpTo)} after it are not anchored yet`

function say(verdict: { whole: false; brokenAt: string; entryId?: string; why: string } | { whole: true; sentence: string }): void {
  if (outside.unreadable > 0) process.stderr.write(`${outside.unreadable} lines of the checkpoints could not be read and did not count.\n`)
  if (verdict.whole) process.stdout.write(`Whole: ${verdict.sentence}\n`)
  else process.stdout.write(`Broken at entry ${verdict.brokenAt}${verdict.entryId ? ` (${verdict.entryId})` : ''}: ${verdict.why}\n`)
  process.exitCode = verdict.whole ? 0 : 1
}

async function overDatabase(): Promise<void> {
  const url = readDatabaseUrl()
  if (url === undefined) fail('DATABASE_URL is not set, or is no address of PostgreSQL: it names the database to look at.')
  const db = openDatabase(url, { maxConnections: 2 })
  try {
    const verdict = await verifyDatabase(db, outside, keys)
    const whose = values.checkpoints.length > 0 ? 'compared with the checkpoints given' : 'compared with the checkpoints the database itself knows; give --checkpoints to notice that its end was cut off'
    say(verdict.whole ? { whole: true, sentence: `${count(verdict.entries)} entries, ${anchored(verdict.entries, verdict.anchoredUpTo)}; ${whose}.` } : verdict)
  } finally {
    await db.$disconnect()
  }
}

async function overFile(name: string): Promise<void> {
  const verdict = await verifyFile(createReadStream(name, { highWaterMark: 1 << 18 }), outside, keys)
  if (!verdict.whole) return say(verdict)
  const what = verdict.scope === 'whole' ? `${count(verdict.entries)} entries` : `${count(verdict.entries)} entries out of a chain followed to entry ${count(verdict.upTo)}`
  say({ whole: true, sentence: `${what}, ${anchored(verdict.upTo, verdict.anchoredUpTo)}; written ${verdict.writtenAt}.` })
}

async function overManifest(name: string): Promise<void> {
  const folder = path.dirname(name)
  const verdict = await verifyManifest(readText(name), (file) => (existsSync(path.join(folder, file)) ? createReadStream(path.join(folder, file)) : undefined), keys)
  if (verdict.whole) return say({ whole: true, sentence: `${count(verdict.files)} files as signed by key ${verdict.keyId}. ${verdict.asked}, taken by ${verdict.takenBy} ${verdict.takenAt}.` })
  process.stdout.write(`Broken: ${verdict.why}\n`)
  process.exitCode = 1
}

try {
  await (values.database ? overDatabase() : (path.extname(file as string) === '.json' ? overManifest : overFile)(file as string))
} catch (error) {
  fail(`It could not be looked at: ${error instanceof Error ? error.message : String(error)}`)
}
