import { readDatabaseAddress } from './database-address.ts'

export type MigrationSettings = { ownerUrl: string; login: { user: string; password: string } | undefined }
export type MigrationSettingsResult = { ok: true; settings: MigrationSettings } | { ok: false; problems: string[] }

/**
 * What the migration step needs and nothing more: the owner's address, and the application's when its login is to be
 * made too. Sentences never repeat a password.
 */
export function readMigrationSettings(environment: Record<string, string | undefined> = process.env): MigrationSettingsResult {
  const { DATABASE_MIGRATION_URL: ownerText, DATABASE_URL: applicationText } = environment
  if (!ownerText) return { ok: false, problems: ['DATABASE_MIGRATION_URL is not set: PostgreSQL as the owner of the database, whom only this step knows.'] }
  const owner = readDatabaseAddress(ownerText)
  const application = applicationText ? readDatabaseAddress(applicationText) : undefined
  if (!owner.ok) return { ok: false, problems: [`DATABASE_MIGRATION_URL ${owner.problem}.`] }
  if (application && !application.ok) return { ok: false, problems: [`DATABASE_URL ${application.problem}.`] }
  const login = application ? loginOf(application.url) : undefined
  if (login && login.user === loginOf(owner.url)?.user) {
    return { ok: false, problems: [`DATABASE_URL and DATABASE_MIGRATION_URL name the same user, "${login.user}". The application must not own the record it writes: give DATABASE_URL a user of its own.`] }
  }
  return { ok: true, settings: { ownerUrl: owner.url, login } }
}

function loginOf(url: string): MigrationSettings['login'] {
  const { username, password } = new URL(url)
  return username ? { user: decodeURIComponent(username), password: decodeURIComponent(password) } : undefined
}

/** The address in DATABASE_URL, for a command that needs nothing else; undefined where there is none, or none that can be read. */
export function readDatabaseUrl(environment: Record<string, string | undefined> = process.env): string | undefined {
  const read = environment.DATABASE_URL ? readDatabaseAddress(environment.DATABASE_URL) : undefined
  return read?.ok ? read.url : undefined
}
