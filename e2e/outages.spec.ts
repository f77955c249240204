import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Page } from '@playwright/test'
import pg from 'pg'
import { type LocalPostgres, startPostgres } from '#lib/local/postgres/start-postgres.ts'
import { type RunningApp, startApp } from '#lib/local/stack/start-app.ts'
import { type Stack, startStack } from '#lib/local/stack/start-stack.ts'
import { freePort } from '#lib/local/test/free-port.ts'
import { expect, type PersonaName, test } from './fixtures.ts'
import { reason } from './journeys.ts'

/** A stack of its own: what breaks here would disturb the other journeys, and their log. */
let folder: string
let stack: Stack
let postgres: LocalPostgres
let app: RunningApp
let ports: { app: number; provider: number; aws: number; postgres: number }

test.beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'latchkey-outages-'))
  ports = { app: await freePort(), provider: await freePort(), aws: await freePort(), postgres: await freePort() }
  stack = await startStack({ dataDir: folder, ports, cloudTrailDelayMs: 0 })
  postgres = stack.postgres
  app = await startApp(stack.environment, path.join(folder, 'app.log'))
})
test.afterAll(async () => {
  await app?.stop()
  await stack?.close()
  await postgres?.close()
  await rm(folder, { recursive: true, force: true })
})

async function query<Row extends Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: stack.ownerUrl })
  await client.connect()
  try {
    return (await client.query<Row>(text, values)).rows
  } finally {
    await client.end()
  }
}

const stateOf = async (requestId: string): Promise<unknown> =>
  (await query(`SELECT r.state::text AS request, g.state::text AS "grant" FROM request r LEFT JOIN "grant" g ON g."requestId" = r.id WHERE r.id = $1`, [requestId]))[0]

/** What the log says under a reference that somebody was shown. */
const linesAbout = async (reference: string): Promise<object[]> =>
  (await readFile(path.join(folder, 'app.log'), 'utf8')).split('\n').filter((line) => reference !== '' && line.includes(`"reference":"${reference}"`)).map((line) => JSON.parse(line) as object)

const readiness = async (): Promise<number> => (await fetch(`${stack.publicUrl}/api/health/ready`)).status

async function signIn(page: Page, persona: PersonaName): Promise<Page> {
  await page.goto(stack.publicUrl)
  await page.getByRole('button', { name: /^Continue with/ }).click()
  await page.getByRole('button', { name: new RegExp(`^${persona}`) }).click()
  await page.waitForURL((url) => url.origin === stack.publicUrl && !url.pathname.startsWith('/sign-in'))
  return page
}

const write = async (page: Page, profile: string): Promise<void> => {
  await page.goto(`${stack.publicUrl}/request?profile=${profile}`)
  await page.getByLabel('What do you need it for?').fill(reason)
}

async function send(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Send request' }).click()
  await page.waitForURL(/\/requests\/[0-9a-f-]{36}$/)
  return page.url().split('/').at(-1) ?? ''
}

const approve = (page: Page): Promise<void> => page.getByRole('button', { name: /^Approve for/ }).click()

const aws = async (command: string, body: object = {}): Promise<void> => {
  const answer = await fetch(`${stack.aws.url}/_local/${command}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  expect(answer.status).toBe(200)
}

test('the database is killed while somebody asks: they are told, what they typed stays, and after its return the same page sends it', async ({ browser }) => {
  const [maya, ana, rosa] = await Promise.all(['Maya Chen', 'Ana Kovac', 'Rosa Diaz'].map(async (name) => signIn(await browser.newPage(), name as PersonaName)))
  if (!maya || !ana || !rosa) throw new Error('All are people.')
  await write(maya, 'sandbox-builder')
  await Promise.all([ana.waitForResponse((response) => response.url().includes('/api/live')), ana.goto(`${stack.publicUrl}/approvals`)])
  postgres.kill()
  await expect.poll(readiness, { timeout: 20_000 }).toBe(503)
  await maya.getByRole('button', { name: 'Send request' }).click()
  const alert = maya.getByRole('alert').filter({ hasText: 'Something went wrong on our side' })
  await expect(alert).toBeVisible({ timeout: 20_000 })
  await expect(maya.getByLabel('What do you need it for?')).toHaveValue(reason)
  const reference = /reference ([\w-]+)/.exec((await alert.textContent()) ?? '')?.[1] ?? ''
  expect(await linesAbout(reference)).toHaveLength(1)
  // The page that cannot be shown says a reference too, and its line in the log names the request.
  const answer = await rosa.goto(`${stack.publicUrl}/dashboard`)
  await expect(rosa.getByRole('heading', { name: 'Something went wrong on our side' })).toBeVisible({ timeout: 20_000 })
  const shown = (await rosa.locator('code').textContent()) ?? ''
  expect(await linesAbout(shown)).toEqual(expect.arrayContaining([expect.objectContaining({ level: 'error', place: 'page', request: answer?.headers()['x-request-id'] })]))

  postgres = await startPostgres({ dataDir: folder, port: ports.postgres })
  await expect.poll(readiness, { timeout: 20_000 }).toBe(200)
  const requestId = await send(maya)
  expect(await query(`SELECT 1 FROM request`)).toHaveLength(1)
  // The approver's open page listens again by itself.
  await expect(ana.getByText('Sandbox, build').first()).toBeVisible({ timeout: 20_000 })
  await ana.goto(`${stack.publicUrl}/approvals?selected=${requestId}`)
  await approve(ana)
  await expect.poll(() => stateOf(requestId), { timeout: 30_000 }).toEqual({ request: 'approved', grant: 'active' })
  await expect(maya.getByRole('link', { name: 'Get credentials' }).first()).toBeVisible({ timeout: 20_000 })
})

test('the identity provider is away while somebody decides: refused with the reason, nothing decided, and it works on its return', async ({ browser }) => {
  const [maya, ana] = await Promise.all(['Maya Chen', 'Ana Kovac'].map(async (name) => signIn(await browser.newPage(), name as PersonaName)))
  if (!maya || !ana) throw new Error('Both are people.')
  await write(maya, 'payments-prod-read')
  const requestId = await send(maya)
  await ana.goto(`${stack.publicUrl}/approvals?selected=${requestId}`)
  await expect(ana.getByRole('button', { name: /^Approve for/ })).toBeVisible()
  await stack.provider.goAway()
  await query(`UPDATE sign_in SET "groupsVerifiedAt" = now() - interval '6 minutes'`)
  await approve(ana)
  await expect(ana.getByText('Your groups could not be confirmed with the identity provider.').first()).toBeVisible({ timeout: 20_000 })
  expect(await stateOf(requestId)).toEqual({ request: 'pending', grant: null })
  await stack.provider.comeBack()
  await query(`UPDATE sign_in SET "refreshAttemptedAt" = NULL`)
  await approve(ana)
  await expect.poll(() => stateOf(requestId), { timeout: 30_000 }).toEqual({ request: 'approved', grant: 'active' })
})

test('the identity provider is away in an emergency: access is taken and used on what was confirmed last, and nothing else goes', async ({ browser }) => {
  // Each half minute somebody waits for the provider's silence again.
  test.setTimeout(120_000)
  const maya = await signIn(await browser.newPage(), 'Maya Chen')
  await stack.provider.goAway()
  await query(`UPDATE sign_in SET "groupsVerifiedAt" = now() - interval '16 minutes', "refreshAttemptedAt" = NULL`)
  await maya.goto(`${stack.publicUrl}/`)
  await maya.getByRole('link', { name: 'Take emergency access' }).click()
  await expect(maya.getByText('Your groups cannot be confirmed with the identity provider now.')).toBeVisible()
  await maya.goto(`${stack.publicUrl}/request?profile=payments-prod-admin`)
  await expect(maya.getByRole('button', { name: 'Send request' })).toBeDisabled()
  await maya.getByLabel('What do you need it for?').fill('The payment database is down, and the identity provider too')
  await maya.getByLabel('Ticket').fill('OPS-1')
  await maya.getByLabel(/^Emergency/).check()
  await maya.getByLabel('Incident').fill('INC-77')
  await maya.getByRole('button', { name: 'Take emergency access' }).click()
  await maya.waitForURL(/\/requests\/[0-9a-f-]{36}$/)
  const [, requestId = ''] = /requests\/([0-9a-f-]{36})$/.exec(maya.url()) ?? []
  await expect.poll(() => stateOf(requestId), { timeout: 30_000 }).toEqual({ request: 'approved', grant: 'active' })
  await maya.reload()
  await maya.getByRole('link', { name: 'Get credentials' }).click()
  await maya.getByRole('button', { name: 'Reveal credentials' }).click()
  await expect(maya.locator('pre').first()).toContainText('AWS_SESSION_TOKEN')
  await stack.provider.comeBack()
})

test('AWS is away while access is set up and taken: each page says so, nothing is lost, and it becomes active by itself', async ({ browser }) => {
  const [maya, ana] = await Promise.all(['Maya Chen', 'Ana Kovac'].map(async (name) => signIn(await browser.newPage(), name as PersonaName)))
  if (!maya || !ana) throw new Error('Both are people.')
  await query(`UPDATE request SET state = 'cancelled' WHERE state = 'pending'`)
  await write(maya, 'sandbox-builder')
  const requestId = await send(maya)
  await ana.goto(`${stack.publicUrl}/approvals?selected=${requestId}`)
  await expect(ana.getByRole('button', { name: /^Approve for/ })).toBeVisible()
  await aws('fail', { kind: 'drop', times: 100_000 })
  await approve(ana)
  await expect.poll(() => stateOf(requestId), { timeout: 30_000 }).toEqual({ request: 'approved', grant: 'activating' })
  await expect(maya.getByText('Activating').first()).toBeVisible({ timeout: 20_000 })
  // It was tried, and waits.
  await expect.poll(async () => (await readFile(path.join(folder, 'app.log'), 'utf8')).includes('waits for AWS') || (await query(`SELECT 1 FROM pgboss.job WHERE name = 'grant.activate' AND state = 'retry'`)).length > 0, { timeout: 30_000 }).toBe(true)
  await aws('fail/clear')
  await expect.poll(() => stateOf(requestId), { timeout: 45_000 }).toEqual({ request: 'approved', grant: 'active' })
  await maya.getByRole('link', { name: 'Get credentials' }).first().click()
  await expect(maya.getByRole('button', { name: 'Reveal credentials' })).toBeVisible()
  await aws('fail', { kind: 'drop', times: 100_000 })
  await maya.getByRole('button', { name: 'Reveal credentials' }).click()
  await expect(maya.getByText('AWS did not answer in time.').first()).toBeVisible({ timeout: 30_000 })
  await aws('fail/clear')
  await maya.getByRole('button', { name: 'Reveal credentials' }).click()
  await expect(maya.getByText('AWS_SESSION_TOKEN').first()).toBeVisible({ timeout: 20_000 })
  expect(await query(`SELECT 1 FROM lease l JOIN "grant" g ON g.id = l."grantId" WHERE g."requestId" = $1 AND l.purpose = 'reveal' AND l.state = 'minted'`, [requestId])).toHaveLength(1)
})
