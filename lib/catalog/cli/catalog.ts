/**
 * `npm run catalog -- plan|apply|export FILE`: the catalogue in the database against a file. Status 0: nothing to do or
 * done; 2: changes, or changes that wait; 1: a mistake. `import FILE` adds to a file what AWS has and it lacks.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { systemClock } from '#lib/config/clock.ts'
import { readProcessConfig } from '#lib/config/config.ts'
import { type Database, openDatabase } from '#lib/db/client.ts'
import { readCatalogState } from '../catalog-state.ts'
import type { Catalog } from '../catalog-schema.ts'
import { describePlan } from '../describe-plan.ts'
import { exportCatalog } from '../export-catalog.ts'
import { impactOf } from '../impact.queries.ts'
import { describeProblem, parseCatalog } from '../parse-catalog.ts'
import { planCatalog } from '../plan-catalog.ts'
import { applyCatalog } from '../sync-catalog.ts'
import { ImportMistake, importInto, importUsage } from './import-into.ts'

function fail(...sentences: string[]): never {
  process.stderr.write(`${sentences.join('\n')}\n`)
  process.exit(1)
}

async function readWanted(file: string): Promise<Catalog> {
  const source = await readFile(file, 'utf8').catch(() => fail(`${file} cannot be read.`))
  const parsed = parseCatalog(source)
  return parsed.ok ? parsed.catalog : fail(...parsed.problems.map((problem) => `${file}, ${describeProblem(problem)}`))
}

async function plan(db: Database, wanted: Catalog): Promise<number> {
  const changes = planCatalog(await readCatalogState(db), wanted)
  const described = await Promise.all(changes.map(async (change) => ({ change, impact: change.subject === 'profile' ? await impactOf(db, 'command line', change.subjectId, change.before, change.after) : null })))
  process.stdout.write(`${describePlan(described).join('\n')}\n`)
  return changes.length === 0 ? 0 : 2
}

async function apply(db: Database, wanted: Catalog): Promise<number> {
  const { added, changed, removed, proposed } = await applyCatalog(db, wanted, systemClock())
  const lines = [['added', added], ['changed', changed], ['withdrawn', removed], ['proposed, waiting for an admin', proposed]] as const
  const said = lines.filter(([, ids]) => ids.length > 0).map(([what, ids]) => `${what}: ${ids.join(', ')}`)
  process.stdout.write(`${said.length > 0 ? said.join('\n') : 'Nothing new to do; what was proposed before still waits.'}\n`)
  return proposed.length > 0 ? 2 : 0
}

async function run(verb: string, file: string, db: Database): Promise<number> {
  if (verb === 'plan') return plan(db, await readWanted(file))
  if (verb === 'apply') return apply(db, await readWanted(file))
  await writeFile(file, exportCatalog(await readCatalogState(db)))
  process.stdout.write(`Written to ${file}.\n`)
  return 0
}

const usage = ['Usage: npm run catalog -- plan|apply|export FILE', importUsage]
const [verb = '', file, ...more] = process.argv.slice(2)
if (!['plan', 'apply', 'export', 'import'].includes(verb) || file === undefined || file.startsWith('-') || (more.length > 0 && verb !== 'import')) fail(...usage)
const read = readProcessConfig()
if (!read.ok) fail(...read.problems)
const db = openDatabase(read.config.databaseUrl, { maxConnections: 2 })
const status = verb === 'import' ? await importInto(file, more, read.config, db).catch((error: unknown) => (error instanceof ImportMistake ? fail(error.message) : Promise.reject(error as Error))) : await run(verb, file, db)
await db.$disconnect()
process.exit(status)
