import { query } from './database.ts'
import { appLog, notedAnswers, notedSecrets, stackFacts } from './facts.ts'
import { expect, test } from './fixtures.ts'

/** Every way a value could have been written down. */
function disguises(secret: string): string[] {
  const bytes = Buffer.from(secret)
  return [secret, bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, '').slice(0, -2), encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]
}

const found = (text: string, secrets: readonly string[]): string[] => secrets.filter((secret) => disguises(secret).some((form) => text.includes(form))).map((secret) => `${secret.slice(0, 6)}…`)

/** Every row of every table as text; bytes as hex, which is how PostgreSQL writes them, and as what they say. */
async function dump(): Promise<Map<string, string>> {
  const tables = await query<{ name: string }>(`SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`)
  const texts = new Map<string, string>()
  for (const { name } of tables) {
    const rows = await query<{ row: Record<string, unknown> }>(`SELECT to_jsonb(t) AS row FROM ${name} t`)
    const text = JSON.stringify(rows)
    const decoded = [...text.matchAll(/\\\\x([0-9a-f]{8,})/g)].map((match) => Buffer.from(match[1] ?? '', 'hex').toString('latin1'))
    texts.set(name, [text, ...decoded].join('\n'))
  }
  return texts
}

test('no secret that was handed out or configured is in any table of the database, in the log, or in anything a page was sent', async () => {
  const { environment } = stackFacts()
  const secrets = [...notedSecrets(), environment.OIDC_CLIENT_SECRET ?? '', environment.LATCHKEY_SECRET ?? '']
  expect(secrets.every((secret) => secret.length > 20)).toBe(true)
  // The journeys before this one took many; with fewer the search would prove nothing.
  expect(secrets.length).toBeGreaterThan(8)

  const tables = await dump()
  expect(tables.size).toBeGreaterThan(15)
  const [person] = await query<{ email: string }>(`SELECT email FROM person LIMIT 1`)
  expect(found(tables.get('public.person') ?? '', [person?.email ?? '-']), 'the search finds what is there').toHaveLength(1)
  for (const [name, text] of tables) expect.soft(found(text, secrets), name).toEqual([])

  expect(found(appLog(), secrets), 'log file').toEqual([])
  const answers = notedAnswers()
  expect(answers.length).toBeGreaterThan(50)
  for (const { url, body } of answers) expect.soft(found(body, secrets), url).toEqual([])
})

test('what the provider gave to refresh groups with is stored encrypted only', async () => {
  const rows = await query<{ text: string }>(`SELECT concat(encode("refreshTokenCipher", 'escape'), encode("accessTokenCipher", 'escape'), encode("idTokenCipher", 'escape')) AS text FROM sign_in WHERE "revokedAt" IS NULL AND "idTokenCipher" IS NOT NULL`)
  expect(rows.length).toBeGreaterThan(0)
  // An ID token in clear would begin like every JWT; the subject of each person would stand in it.
  for (const { text } of rows) expect(text).not.toMatch(/eyJ[A-Za-z0-9_-]{10}/)
})

test('the log of the whole run holds no unexpected error', () => {
  const lines = appLog().split('\n')
  // What the framework itself says of requests that the refusals send on purpose has its own place.
  const errors = lines.filter((line) => line.includes('"level":"error"') && !line.includes('"place":"server"'))
  expect(errors.map((line) => line.slice(0, 300))).toEqual([])
})
