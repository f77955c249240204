import { readdir } from 'node:fs/promises'
import path from 'node:path'
import type { ProviderSettings } from '#lib/config/identity-providers.ts'
import type { Database } from '#lib/db/client.ts'
import { inspectProvider } from '#lib/people/inspect-provider.ts'
import { broken, type Check, fine, fromFaults, within } from './check.ts'
import type { DoctorDeps } from './doctor-deps.ts'

const group = 'Dependencies'
const oldestVersion = 15

export function databaseCheck({ db, patienceMs }: DoctorDeps): Promise<Check> {
  const place = { id: 'database', group, name: 'PostgreSQL' }
  return within(place, patienceMs, 'Check DATABASE_URL, and that the server runs and can be reached from here.', async () => {
    const [row] = await db.$queryRaw<{ version: number }[]>`SELECT current_setting('server_version_num')::int AS version`
    const major = Math.floor((row?.version ?? 0) / 10_000)
    return major >= oldestVersion ? fine(place, `Version ${major}.`) : broken(place, `It is version ${major}.`, `Use PostgreSQL ${oldestVersion} or newer.`)
  })
}

/** The folder's migrations against those the database has finished. The folder is beside the code, also in a build. */
export function migrationsCheck({ db, patienceMs }: DoctorDeps, folder = path.join(process.cwd(), 'prisma', 'migrations')): Promise<Check> {
  const place = { id: 'migrations', group, name: 'Migrations' }
  const mend = 'Run `npm run migrate` with DATABASE_MIGRATION_URL of the owner of the database.'
  return within(place, patienceMs, mend, async () => {
    const entries = await readdir(folder, { withFileTypes: true })
    const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort()
    const applied = await finishedMigrations(db)
    const pending = names.filter((name) => !applied.includes(name))
    const unknown = applied.filter((name) => !names.includes(name))
    return fromFaults(
      place,
      [
        ...(pending.length > 0 ? [{ serious: true, what: `${pending.length} not applied: ${pending.join(', ')}.`, mend }] : []),
        ...(unknown.length > 0 ? [{ serious: false, what: `The database has ${unknown.join(', ')}, which this version does not know.`, mend: 'Run the version that the database was migrated for.' }] : []),
      ],
      `All ${names.length} are applied.`,
    )
  })
}

async function finishedMigrations(db: Database): Promise<string[]> {
  const rows = await db.$queryRaw<{ name: string }[]>`SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`
  return rows.map(({ name }) => name)
}

/** One line a provider. */
export const providerChecks = ({ config, patienceMs }: DoctorDeps): Promise<Check[]> =>
  Promise.all(config.oidc.map((settings) => providerCheck(settings, config.oidc.length > 1, patienceMs)))

function providerCheck(settings: ProviderSettings, several: boolean, patienceMs: number): Promise<Check> {
  const place = { id: settings.id === 'oidc' ? 'provider' : `provider/${settings.id}`, group, name: several ? `Identity provider: ${settings.name}` : 'Identity provider' }
  const variables = settings.id === 'oidc' ? 'OIDC_' : 'OIDC_2_'
  const mend = `Check ${variables}ISSUER, and that its discovery document can be reached from here. Latchkey goes on by itself once it answers.`
  return within(place, patienceMs, mend, async () => {
    const inspection = await inspectProvider(settings)
    if (!inspection.ok) return broken(place, inspection.what, inspection.mend ?? mend)
    const faults = inspection.faults.map((what) => ({ serious: true, what, mend: `Set ${variables}ISSUER and ${variables}SCOPES to what the provider says of itself.` }))
    const remarks = inspection.remarks.map((what) => ({ serious: false, what, mend: `See that the provider puts groups into the ID token or userinfo, or set ${variables}GROUPS_CLAIM.` }))
    const refused = inspection.refused.map((one) => ({ serious: true, ...one }))
    return fromFaults(place, [...refused, ...faults, ...remarks], 'Discovery, keys, scopes and claims are as configured.')
  })
}

/** Whether the bucket that checkpoints are kept in can be read; that it takes them, the Log page shows by the newest. */
export async function anchorChecks({ config, anchorBucket, patienceMs }: DoctorDeps): Promise<Check[]> {
  const { bucket } = config.anchor
  if (!bucket || !anchorBucket) return []
  const place = { id: 'anchor', group, name: 'Bucket of the record' }
  const mend = 'Check RECORD_ANCHOR_BUCKET and RECORD_ANCHOR_REGION. Apply the template of the record: npm run aws:template -- record.'
  const check = await within(place, patienceMs, mend, async () => {
    const kept = await anchorBucket.newest(1)
    if (!kept.ok) return broken(place, `${kept.awsCode}: ${kept.message}`, mend)
    return fine(place, kept.texts.length === 0 ? `s3://${bucket.bucket}/${bucket.prefix} can be read; no checkpoint is there yet.` : `s3://${bucket.bucket}/${bucket.prefix} can be read and holds checkpoints.`)
  })
  return [check]
}

/** How far another clock may be from ours: AWS refuses signatures from 5 minutes on, tokens are tolerated for a minute. */
const tolerance = { aws: 300, provider: 60, database: 60 }
const noticeable = 5

/** Compares this computer's clock with those of everything that compares times with it. Whole seconds: headers have no finer. */
export function clockCheck({ config, db, clock, probe, patienceMs }: DoctorDeps): Promise<Check> {
  const place = { id: 'clock', group, name: 'Clocks' }
  const mend = 'Let this computer keep its time by NTP (timedatectl, chrony).'
  return within(place, patienceMs, mend, async () => {
    const off = (at: Date | undefined): number | undefined => at && Math.round((at.getTime() - clock().getTime()) / 1_000)
    const [aws, provider, database] = await Promise.all([
      probe.whoIs('process').then((who) => (who.ok ? off(who.at) : undefined)),
      Promise.all(config.oidc.map(inspectProvider)).then((all) => farthest(all.map((seen) => (seen.ok ? off(seen.at) : undefined)))),
      db.$queryRaw<{ at: Date }[]>`SELECT clock_timestamp() AS at`.then(([row]) => off(row?.at), () => undefined),
    ])
    const seen = { AWS: [aws, tolerance.aws], 'the identity provider': [provider, tolerance.provider], PostgreSQL: [database, tolerance.database] } as const
    const known = Object.entries(seen).flatMap(([name, [seconds, most]]) => (seconds === undefined ? [] : [{ name, seconds, most }]))
    if (known.length === 0) return { ...broken(place, 'No other clock could be asked.', 'Mend what does not answer first.'), state: 'warn' }
    const faults = known.filter(({ seconds }) => Math.abs(seconds) > noticeable).map(({ name, seconds, most }) => ({ serious: Math.abs(seconds) >= most, what: `${name} is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} this computer.`, mend }))
    return fromFaults(place, faults, `Within ${noticeable} s of ${known.map(({ name }) => name).join(', ')}.`)
  })
}

/** Of several clocks the one that is farthest off. */
const farthest = (seconds: readonly (number | undefined)[]): number | undefined => seconds.filter((off) => off !== undefined).toSorted((left, right) => Math.abs(right) - Math.abs(left))[0]
