import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { one, query } from './database.ts'
import { stackFacts } from './facts.ts'
import { expect, expectAccessible, expectAccessibleEverywhere, expectAnnounced, test } from './fixtures.ts'
import { callAction, codeOf } from './server-actions.ts'

const profileId = 'sandbox-ci'
const longest = async (): Promise<number> => Number((await one(`SELECT definition->'limits'->>'maxDurationMinutes' AS minutes FROM access_profile WHERE id = $1`, [profileId])).minutes)
const waitingCode = async (): Promise<string> => (await one<{ code: string }>(`SELECT code FROM catalog_change WHERE state = 'proposed' AND "subjectId" = $1`, [profileId])).code

/** Types another length into the editor's field, and goes on to what it would do. */
async function reviewLength(page: Page, minutes: number): Promise<void> {
  await page.goto(`/catalogue/${profileId}/edit`)
  await page.getByLabel('Longest access').fill(String(minutes))
  await page.getByRole('button', { name: 'Review' }).click()
}

test('what takes away is saved at once; what gives more waits, its proposer cannot approve it, and a second admin can', async ({ as }) => {
  const [lena, sam] = [await as('Lena Fischer'), await as('Sam Okafor')]
  const before = await longest()
  await reviewLength(lena, before - 5)
  await expect(lena.getByText('This gives nobody more')).toBeVisible()
  await expectAccessible(lena)
  await lena.getByRole('button', { name: 'Save the change' }).click()
  await lena.waitForURL(`**/catalogue/${profileId}`)
  expect(await longest()).toBe(before - 5)

  await reviewLength(lena, before)
  await expect(lena.getByText(`Longest access in minutes: ${before - 5} becomes ${before}.`)).toBeVisible()
  await lena.getByLabel('Why').fill('The job takes longer than we thought')
  await lena.getByRole('button', { name: 'Propose the change' }).click()
  await lena.waitForURL('**/catalogue/changes')
  expect(await longest()).toBe(before - 5)
  const code = await waitingCode()
  await lena.getByRole('button', { name: `Approve ${code}` }).click()
  await lena.getByRole('button', { name: 'Approve the change' }).click()
  await expect(lena.getByText('Nobody decides their own change')).toBeVisible()

  await sam.goto('/')
  await expect(sam.getByRole('link', { name: /^Catalogue/ }).first()).toContainText('changes waiting')
  await sam.goto('/catalogue/changes')
  await expect(sam.getByText('The job takes longer than we thought')).toBeVisible()
  await expectAccessibleEverywhere(sam)
  await sam.getByRole('button', { name: `Approve ${code}` }).click()
  await sam.getByRole('button', { name: 'Approve the change' }).click()
  await expect(sam.getByText('Approved. The catalogue says it from now on.').first()).toBeVisible()
  expect(await longest()).toBe(before)
  const kinds = await query<{ kind: string }>(`SELECT kind FROM record_entry WHERE "subjectId" = $1 AND kind LIKE 'catalog.change%' ORDER BY id`, [profileId])
  expect(kinds.map(({ kind }) => kind)).toEqual(['catalog.change.proposed', 'catalog.change.applied'])
})

test('a mistake in the YAML is said with its line, one in a field beside it, and both are one model', async ({ as }) => {
  const lena = await as('Lena Fischer')
  await lena.goto(`/catalogue/${profileId}/edit`)
  await lena.getByLabel('Longest access').fill('1')
  await expect(lena.getByText('must be at least 5').first()).toBeVisible()
  await expect(lena.getByRole('button', { name: 'Review' })).toBeDisabled()
  await lena.getByLabel('Longest access').fill('25')
  await lena.getByRole('button', { name: 'Add a rule' }).click()
  await expect(lena.getByText('must name somebody: groups, people, manager: true or owners: true').first()).toBeVisible()
  await lena.getByLabel('Groups that decide').last().fill('platform-leads, data-leads')
  await expect(lena.getByText(/“New rule” is never reached/)).toBeVisible()
  await expectAccessible(lena)
  await lena.getByRole('tab', { name: 'YAML' }).click()
  const yaml = lena.getByLabel('The profile as YAML')
  await expect(yaml).toHaveValue(/maxDurationMinutes: 25/)
  await yaml.fill((await yaml.inputValue()).replace('riskTier:', 'riskTeir:'))
  await expect(lena.getByText(/^Line \d+.*riskTeir/).first()).toBeVisible()
  await expectAccessible(lena)
})

test('a dry run says who would be asked and why, and asks nobody', async ({ as }) => {
  const lena = await as('Lena Fischer')
  const count = async (): Promise<unknown> => (await one('SELECT count(*)::int AS count FROM request')).count
  const before = await count()
  await as('Maya Chen')
  await lena.goto('/catalogue')
  await expectAccessibleEverywhere(lena)
  await lena.getByRole('link', { name: 'Payments production, read only' }).click()
  await lena.getByLabel('Person').fill('Maya Chen')
  await lena.getByRole('button', { name: 'Try it' }).click()
  await expect(lena.getByText('People are asked for Maya Chen')).toBeVisible()
  await expect(lena.getByText('one of platform-leads would be asked')).toBeVisible()
  await expectAccessibleEverywhere(lena)
  expect(await count()).toBe(before)
})

test('nobody but an admin reads a draft, saves, withdraws or decides', async ({ as }) => {
  const maya = await as('Maya Chen')
  expect((await maya.goto('/catalogue'))?.status()).toBe(403)
  expect(codeOf(await callAction(maya, 'offerProfileAction', { fields: { profileId, baseHash: '0'.repeat(64), offered: 'no' } }))).toBe('not_found')
  expect(codeOf(await callAction(maya, 'saveProfileAction', { fields: { profileId, baseHash: '0'.repeat(64), yaml: 'id: x', reason: '' } }))).toBe('not_allowed')
})

/** `npm run catalog -- VERB FILE` on the stack's database. */
function runCatalog(verb: string, file: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['lib/catalog/cli/catalog.ts', verb, file], { env: { ...process.env, ...stackFacts().environment } }, (_error, stdout, stderr) => resolve({ status: child.exitCode ?? -1, text: stdout + stderr }))
  })
}

test('the command line plans nothing after an export, says what a change widens, applies the rest, and names line and field of a mistake', async ({ as }, testInfo) => {
  await as('Luis Ortega')
  const file = testInfo.outputPath('catalog.yaml')
  expect(await runCatalog('export', file)).toMatchObject({ status: 0 })
  expect(await runCatalog('plan', file)).toMatchObject({ status: 0, text: expect.stringContaining('Nothing to do') })
  const exported = await readFile(file, 'utf8')
  const [head = '', tail = ''] = exported.split('- id: data-staging-engineer')
  await writeFile(file, `${head}- id: data-staging-engineer${tail.replace('- data\n', '- data\n        - vendors\n')}`.replace('title: Staging warehouse, read', 'title: Staging warehouse, look'))
  const planned = await runCatalog('plan', file)
  expect(planned.status).toBe(2)
  expect(planned.text).toContain('widens  Groups that may ask: vendors added.')
  expect(planned.text).toContain('1 to apply, 1 to propose')
  expect(await runCatalog('apply', file)).toMatchObject({ status: 2, text: 'changed: data-staging-analyst\nproposed, waiting for an admin: data-staging-engineer\n' })
  // Other journeys find the catalogue as it was.
  await writeFile(file, exported)
  expect(await runCatalog('apply', file)).toMatchObject({ status: 0, text: 'changed: data-staging-analyst\n' })
  const { id } = await one<{ id: string }>(`SELECT id FROM catalog_change WHERE state = 'proposed' AND "subjectId" = 'data-staging-engineer'`)
  expect((await callAction(await as('Lena Fischer'), 'settleChangeAction', { fields: { changeId: id, verdict: 'reject', reason: 'Vendors write nothing there' } })).value).toMatchObject({ ok: true })
  await writeFile(file, exported.replace('riskTier: low', 'riskTier: tiny'))
  expect(await runCatalog('plan', file)).toMatchObject({ status: 1, text: expect.stringMatching(/catalog\.yaml, line \d+, profiles\[\d+\]\.riskTier/) })
})

test('what AWS has and the catalogue lacks is shown by unit; accounts are added, a permission set begins a profile', async ({ as }) => {
  const lena = await as('Lena Fischer')
  await lena.goto('/catalogue')
  await lena.getByRole('link', { name: 'Import from AWS' }).click()
  await expect(lena.getByRole('heading', { name: /Accounts of the organisation/ })).toBeVisible()
  await expectAccessibleEverywhere(lena)
  await expect(lena.getByRole('group', { name: 'Infrastructure' })).toContainText('northwind-hub')
  await lena.getByLabel(/northwind-hub/).check()
  await lena.getByRole('button', { name: 'Add 1 account' }).click()
  await expectAnnounced(lena, /northwind-hub is in the catalogue/)
  await expect(lena.getByLabel(/northwind-hub/)).toHaveCount(0)
  expect(await one(`SELECT name, environment FROM account WHERE id = '210987654321'`)).toEqual({ name: 'northwind-hub', environment: 'production' })
  await lena.getByRole('link', { name: 'Write a profile for PowerUser' }).click()
  await expect(lena.getByLabel('Title')).toHaveValue(/Power User in /)
  await lena.getByRole('tab', { name: 'YAML' }).click()
  await expect(lena.getByLabel('The profile as YAML')).toHaveValue(/permissionSet: PowerUser/)
})
