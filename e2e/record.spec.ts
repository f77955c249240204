import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { one, query } from './database.ts'
import { stackFacts } from './facts.ts'
import { expect, test } from './fixtures.ts'

test('an auditor has the record verified, takes it away and proves it without the portal; nobody else can', async ({ as }) => {
  const [amir, maya] = [await as('Amir Haddad'), await as('Maya Chen')]
  await amir.goto('/record')
  await amir.getByRole('button', { name: 'Verify now' }).click()
  // The page follows by itself.
  await expect(amir.getByText(/entries are what was sealed/)).toBeVisible({ timeout: 30_000 })
  await expect(amir.getByRole('heading', { name: 'The record holds' })).toBeVisible()
  await expect.poll(async () => (await query(`SELECT 1 FROM record_entry WHERE kind = 'record.verified'`)).length).toBeGreaterThan(0)

  const folder = await mkdtemp(path.join(tmpdir(), 'latchkey-audit-'))
  try {
    const [record, key] = [await amir.request.get('/api/record/file'), await amir.request.get('/api/record/key')]
    expect(record.headers()['content-disposition']).toMatch(/latchkey-record-\d{4}-\d\d-\d\d\.txt/)
    const [file, keyFile, forged] = ['record.txt', 'key.pem', 'forged.txt'].map((name) => path.join(folder, name)) as [string, string, string]
    const text = await record.text()
    await writeFile(file, text)
    await writeFile(keyFile, await key.text())
    await writeFile(forged, text.replace(/(\ne\t3\t[^\n]*"kind":"[a-z])/, '$1x'))
    const verify = (name: string) => spawnSync(process.execPath, ['lib/record/cli/audit-verify.ts', name, '--checkpoints', String(stackFacts().environment.RECORD_CHECKPOINT_FILE), '--key', keyFile], { encoding: 'utf8' })
    // A checkpoint made after the file names an entry that the file does not have yet: the file's own are enough then.
    expect(spawnSync(process.execPath, ['lib/record/cli/audit-verify.ts', file, '--key', keyFile], { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Whole: [\d,]+ entries/) })
    expect(verify(forged)).toMatchObject({ status: 1, stdout: expect.stringMatching(/^Broken at entry 3 /) })
  } finally {
    await rm(folder, { recursive: true })
  }
  for (const address of ['/api/record/file', '/api/record/key']) expect((await maya.request.get(address)).status()).toBe(403)
  expect((await maya.goto('/record'))?.status()).toBe(403)
  // That he took it away stands in the record.
  await amir.goto('/record?kind=report.exported')
  await expect(amir.getByRole('region', { name: 'Log entries' }).getByRole('row').nth(1)).toContainText('Amir Haddad')
})

test('a hold keeps somebody from being forgotten; without it their words go, and the record still holds', async ({ as }) => {
  const [lena, amir] = [await as('Lena Fischer'), await as('Amir Haddad')]
  // Somebody who left long ago, with an entry that says their name.
  const { id } = await one<{ id: string }>(`INSERT INTO person (id, issuer, subject, "displayName", username, "lastKnownGroups", "disabledAt", "firstSeenAt", "lastSignedInAt") VALUES (gen_random_uuid(), 'https://gone.example', 'gone', 'Wanda Gone', 'wanda', '{}', now(), now(), now()) RETURNING id`)
  await amir.goto(`/people/${id}`)
  await amir.getByRole('button', { name: 'Hold their data' }).click()
  await amir.getByLabel('What it is for').fill('Case 12')
  await amir.getByRole('button', { name: 'Place the hold' }).click()
  await expect(amir.getByText('Held: Case 12')).toBeVisible()
  await expect(amir.getByRole('button', { name: 'Forget' })).toHaveCount(0)

  await lena.goto(`/people/${id}`)
  await lena.getByRole('button', { name: 'Forget' }).click()
  await lena.getByLabel('Reason').fill('They asked for it')
  await lena.getByRole('button', { name: 'Forget for good' }).click()
  await expect(lena.getByText('A legal hold keeps their data.')).toBeVisible()
  await expect(lena.getByLabel('Reason')).toHaveValue('They asked for it')

  await amir.goto('/people/privacy')
  await amir.getByRole('button', { name: 'Release the hold on the data of Wanda Gone' }).click()
  await expect(amir.getByText(/Nothing is held/)).toBeVisible()
  await lena.getByRole('button', { name: 'Forget for good' }).click()
  await expect(lena.getByRole('heading', { name: 'Somebody forgotten' })).toBeVisible()
  await expect(lena.getByText(/without their name and words/)).toBeVisible()
  await amir.reload()
  await expect(amir.getByRole('region', { name: 'People whose data is gone' }).getByRole('row')).toHaveCount(2)
  expect(await query(`SELECT 1 FROM person WHERE "displayName" = 'Wanda Gone'`)).toHaveLength(0)
})
