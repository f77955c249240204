import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Page } from '@playwright/test'
import pg from 'pg'
import { migrateDatabase } from '#lib/db/migrate.ts'
import { allowApplication } from '#lib/jobs/allow-application.ts'
import { installQueue } from '#lib/jobs/queue.ts'
import { type LocalProvider, startProvider } from '#lib/local/oidc/start-provider.ts'
import { type RunningApp, startApp } from '#lib/local/stack/start-app.ts'
import { freePort } from '#lib/local/test/free-port.ts'
import { appLogin, execute, withDatabase, withLogin } from '#lib/local/test/test-database.ts'
import { stackFacts } from './facts.ts'
import { expect, expectAccessibleEverywhere, test } from './fixtures.ts'

const code = 'a first admin code of the journeys, long enough'
const clientSecret = 'the secret of a client that is not here yet'

let folder: string
let app: RunningApp
let url: string
let ownerUrl: string
let first: LocalProvider
let second: LocalProvider | undefined
let startSecond: () => Promise<LocalProvider>

/** A new installation: a database of its own without anybody in it, and two identity providers, of which one is away. */
test.beforeAll(async () => {
  test.setTimeout(120_000)
  folder = await mkdtemp(path.join(tmpdir(), 'latchkey-new-'))
  const { environment, ownerUrl: journeys } = stackFacts()
  const name = `new_${Date.now()}`
  await execute(withDatabase(journeys, 'postgres'), `CREATE DATABASE ${name}`)
  ownerUrl = withDatabase(journeys, name)
  await migrateDatabase(ownerUrl, path.resolve('prisma'))
  await installQueue(ownerUrl)
  await allowApplication(ownerUrl, appLogin)
  const port = await freePort()
  url = `http://localhost:${port}`
  first = await startProvider({ port: await freePort(), publicUrl: url })
  const secondPort = await freePort()
  startSecond = () => startProvider({ port: secondPort, publicUrl: url, callback: 'oidc2', clientSecret })
  app = await startApp(
    {
      ...environment,
      PORT: String(port),
      PUBLIC_URL: url,
      DATABASE_URL: withLogin(ownerUrl),
      RECORD_CHECKPOINT_FILE: path.join(folder, 'checkpoints.ndjson'),
      OIDC_NAME: 'Northwind',
      OIDC_ISSUER: first.issuer,
      OIDC_CLIENT_SECRET: first.clientSecret,
      OIDC_2_NAME: 'Partners',
      OIDC_2_ISSUER: `http://localhost:${secondPort}`,
      OIDC_2_CLIENT_ID: 'latchkey',
      OIDC_2_CLIENT_SECRET: clientSecret,
      OIDC_2_GROUP_PREFIX: 'partner:',
      LATCHKEY_FIRST_ADMIN_CODE: code,
    },
    path.join(folder, 'app.log'),
  )
})
test.afterAll(async () => {
  await app.stop()
  await Promise.all([first.close(), second?.close()])
  await rm(folder, { recursive: true, force: true })
})

async function rows(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}
async function signInThrough(page: Page, provider: string, persona: string): Promise<void> {
  await page.goto(`${url}/sign-in`)
  await page.getByRole('button', { name: `Continue with ${provider}` }).click()
  await page.getByRole('button', { name: new RegExp(`^${persona}`) }).click()
  await page.waitForURL((there) => there.origin === url)
}
/** How many providers the sign-in page says are away. */
async function countAway(page: Page): Promise<number> {
  await page.reload()
  return page.getByText('It did not answer lately.').count()
}
const status = async (page: Page, address: string): Promise<number | undefined> => (await page.goto(`${url}${address}`))?.status()

// One after the other, as somebody sets Latchkey up.
test.describe.configure({ mode: 'serial' })

test('the portal starts while a provider is away, says so where people sign in, and goes on by itself once it answers', async ({ stranger }) => {
  const page = await stranger()
  await page.goto(`${url}/sign-in`)
  await expect(page.getByRole('button', { name: /^Continue with/ })).toHaveText([/Northwind/, /Partners/])
  await expect.poll(() => countAway(page)).toBe(1)
  await expectAccessibleEverywhere(page)
  await page.getByRole('button', { name: 'Continue with Partners' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'The identity provider cannot be reached.' })).toBeVisible()
  second = await startSecond()
  await expect.poll(() => countAway(page), { timeout: 20_000 }).toBe(0)
  await signInThrough(page, 'Partners', 'Kenji Mori')
  // His group "vendors" is a requester's at the first provider, and nobody's at this one.
  await expect(page.getByRole('heading', { name: /^No access yet/ })).toBeVisible()
  expect(await rows(`SELECT p.issuer, s.groups FROM sign_in s JOIN person p ON p.id = s."personId"`)).toEqual([{ issuer: second.issuer, groups: ['partner:vendors'] }])
})

test('the first admin is made by the code, and is one no more as soon as an admin by group signs in', async ({ stranger }) => {
  const [olga, kenji] = [await stranger(), await stranger()]
  await signInThrough(olga, 'Northwind', 'Olga Petrov')
  await olga.getByRole('link', { name: /Become the first admin/ }).click()
  await expectAccessibleEverywhere(olga)
  await olga.getByLabel('Code').fill('a guess')
  await olga.getByRole('button', { name: 'Become the first admin' }).click()
  await expect(olga.getByRole('alert').filter({ hasText: 'That is not the code.' })).toBeVisible()
  await olga.getByLabel('Code').fill(code)
  await olga.getByRole('button', { name: 'Become the first admin' }).click()
  await expect(olga.getByRole('heading', { name: 'Health', level: 1 })).toBeVisible()
  for (const provider of ['Identity provider: Northwind', 'Identity provider: Partners']) await expect(olga.getByText(provider)).toBeVisible()
  // It is gone for everybody else.
  await signInThrough(kenji, 'Partners', 'Kenji Mori')
  await expect(kenji.getByRole('link', { name: /first admin/ })).toHaveCount(0)
  expect(await status(kenji, '/first-admin')).toBe(404)
  const lena = await stranger()
  await signInThrough(lena, 'Northwind', 'Lena Fischer')
  expect(await status(lena, '/health')).toBe(200)
  await olga.goto(`${url}/health`)
  await expect(olga.getByRole('heading', { name: /^No access yet/ })).toBeVisible()
  expect((await rows(`SELECT kind FROM record_entry WHERE kind LIKE 'admin.first.%' ORDER BY id`)).map(({ kind }) => kind)).toEqual(['admin.first.refused', 'admin.first.claimed', 'admin.first.closed'])
})

test('signing out of the second provider ends its own session, and somebody switched off is refused with a line in the record', async ({ stranger }) => {
  const page = await stranger()
  await signInThrough(page, 'Partners', 'Nina Roth')
  const [away] = await Promise.all([page.waitForRequest((request) => request.url().includes('id_token_hint')), page.getByRole('button', { name: 'Sign out' }).click()])
  expect(new URL(away.url()).origin).toBe(second?.issuer)
  await page.getByRole('button', { name: /Sign out of the identity provider/ }).click()
  await expect(page.getByRole('heading', { name: 'You are signed out' })).toBeVisible()
  await rows(`UPDATE person SET "disabledAt" = now() WHERE subject = 'nina'`)
  await signInThrough(page, 'Partners', 'Nina Roth')
  await expect(page.getByRole('alert').filter({ hasText: 'Your access to Latchkey was switched off.' })).toBeVisible()
  const [entry] = await rows(`SELECT convert_from(body, 'UTF8') AS body FROM record_entry WHERE kind = 'signin.refused'`)
  expect(JSON.parse(String(entry?.body))).toMatchObject({ facts: { reason: 'person_disabled' }, personal: {} })
})

test('keys that the provider rotates while people are there are taken along', async ({ stranger }) => {
  const [staying, coming] = [await stranger(), await stranger()]
  await signInThrough(staying, 'Northwind', 'Maya Chen')
  await first.rotateKeys()
  await signInThrough(coming, 'Northwind', 'Tom Becker')
  await expect(coming.getByRole('heading', { name: 'My access', level: 1 })).toBeVisible()
  await rows(`UPDATE sign_in SET "groupsVerifiedAt" = now() - interval '16 minutes'`)
  await staying.reload()
  await expect(staying.getByRole('heading', { name: 'My access', level: 1 })).toBeVisible()
})
