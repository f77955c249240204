/** `npm run doctor [-- --json] [--prove PROFILE [--out FILE]]`: what the product stands on, one line each; status 1 when something is broken. */
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { prover } from '#lib/aws/proof-call.ts'
import { mintableOf } from '#lib/catalog/access-kinds.ts'
import { systemClock } from '#lib/config/clock.ts'
import { type Config, readProcessConfig } from '#lib/config/config.ts'
import { openDatabase } from '#lib/db/client.ts'
import { signDocument } from '#lib/record/signed-document.ts'
import type { Check } from './doctor/check.ts'
import { openDoctor } from './doctor/doctor-deps.ts'
import { doctorLines, proofLines } from './doctor/doctor-lines.ts'
import { type ProofReport, proveProfile } from './doctor/prove.ts'
import { readCatalog, runDoctor } from './doctor/run-doctor.ts'

const usage = 'Usage: npm run doctor [-- --json] [-- --prove PROFILE [--out FILE] [--json]]'

function misused(sentence: string): never {
  process.stderr.write(`${sentence}\n${usage}\n`)
  process.exit(2)
}

function readArguments() {
  try {
    return parseArgs({ options: { json: { type: 'boolean', default: false }, prove: { type: 'string' }, out: { type: 'string' } } }).values
  } catch (error) {
    return misused(error instanceof Error ? error.message : String(error))
  }
}

const { json, prove, out } = readArguments()
const read = readProcessConfig()

async function look(): Promise<boolean> {
  const checks = read.ok ? await checksOf(read.config) : read.problems.map(configurationCheck)
  const ok = checks.every((check) => check.state !== 'broken')
  process.stdout.write(json ? `${JSON.stringify({ ok, checks }, null, 2)}\n` : `${doctorLines(checks).join('\n')}\n`)
  return ok
}

const configurationCheck = (problem: string, index: number): Check => ({ id: `configuration/${index + 1}`, group: 'Configuration', name: 'Configuration', state: 'broken', detail: problem, mend: 'Set the variable; the README lists all of them.' })

async function checksOf(config: Config): Promise<Check[]> {
  const db = openDatabase(config.databaseUrl, { maxConnections: 4 })
  const checks = await runDoctor(openDoctor(config, db, systemClock))
  await db.$disconnect()
  return checks
}

/** Lines for people; the signed report to `--out`, or to standard output with `--json`. */
async function proveOne(profileId: string): Promise<boolean> {
  if (!read.ok) return misused(read.problems.join('\n'))
  const { config } = read
  const { catalog, check } = await readCatalog(config)
  const profile = catalog?.profiles.find(({ id }) => id === profileId)
  const account = catalog?.accounts.find(({ name }) => name === profile?.account)
  if (!catalog) return misused(check.detail)
  if (!profile || !account) return misused(`The catalogue has no profile "${profileId}"; there are: ${catalog.profiles.map(({ id }) => id).join(', ')}.`)
  const mintable = mintableOf(profile)
  if (!mintable) return misused(`Latchkey mints no credentials of "${profileId}" that could be tried: it is of kind ${profile.access.kind}.`)
  const db = openDatabase(config.databaseUrl, { maxConnections: 1 })
  const report = await proveProfile({ ...openDoctor(config, db, systemClock), prover }, { id: profile.id, ...mintable }, account)
  await db.$disconnect()
  await hand(report, config)
  return report.passed
}

async function hand(report: ProofReport, config: Config): Promise<void> {
  const signed = `${JSON.stringify(signDocument('proof', report, config.record.signingKey), null, 2)}\n`
  if (out) await writeFile(out, signed, { mode: 0o600 })
  process.stdout.write(json ? signed : `${proofLines(report, out).join('\n')}\n`)
}

const ok = prove === undefined ? await look() : await proveOne(prove)
// Clients of AWS and of the database may keep sockets open; nothing waits for them.
process.exit(ok ? 0 : 1)
