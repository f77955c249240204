import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { query } from './database.ts'
import { expect, expectAccessibleEverywhere, test } from './fixtures.ts'
import { openGrant, revealQuietly } from './journeys.ts'

test('an auditor takes the evidence of a request away, and it proves itself without the portal; nobody else can', async ({ as }) => {
  const [maya, ana, amir, rosa] = [await as('Maya Chen'), await as('Ana Kovac'), await as('Amir Haddad'), await as('Rosa Diaz')]
  const { requestId, grantId } = await openGrant(maya, ana, 'payments-prod-read', { justification: '=1+1 שלום 🔑, asked for in a pack' })
  const { sessionToken } = await revealQuietly(maya, grantId)
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-evidence-'))

  await amir.goto(`/requests/${requestId}`)
  const [download] = await Promise.all([amir.waitForEvent('download'), amir.getByRole('link', { name: 'Evidence pack' }).click()])
  expect(download.suggestedFilename()).toMatch(/^latchkey-evidence-.+\.zip$/)
  execFileSync('unzip', ['-q', await download.path(), '-d', folder])
  execFileSync('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { cwd: folder })
  const [asked] = readFileSync(path.join(folder, 'requests.ndjson'), 'utf8').split('\n')
  expect(JSON.parse(asked as string)).toMatchObject({ id: requestId, justification: '=1+1 שלום 🔑, asked for in a pack' })
  expect(readFileSync(path.join(folder, 'leases.ndjson'), 'utf8')).not.toContain(sessionToken)
  // The key comes from the Log page, not from the pack.
  const key = path.join(folder, 'trusted.pem')
  writeFileSync(key, await (await amir.request.get('/api/record/key')).body())
  const verify = (file: string): string => execFileSync(process.execPath, ['lib/record/cli/audit-verify.ts', path.join(folder, file), '--key', key]).toString()
  expect(verify('manifest.json')).toMatch(/^Whole: 12 files as signed by key/)
  expect(verify('record-excerpt.txt')).toMatch(/^Whole: \d+ entries out of a chain/)
  writeFileSync(path.join(folder, 'decisions.ndjson'), '{}\n')
  expect(() => verify('manifest.json')).toThrow()
  rmSync(folder, { recursive: true })

  await maya.goto(`/requests/${requestId}`)
  await expect(maya.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(maya.getByRole('link', { name: 'Evidence pack' })).toHaveCount(0)
  for (const page of [maya, ana, rosa]) expect((await page.request.get(`/api/evidence?request=${requestId}`)).status()).toBe(403)
  expect(await query(`SELECT 1 FROM record_entry WHERE kind = 'evidence.exported' AND "subjectId" = '${requestId}'`)).toHaveLength(1)
})

test('a file is made in the background, its owner is told, and a download that broke goes on', async ({ as }) => {
  const [amir, lena, rosa] = [await as('Amir Haddad'), await as('Lena Fischer'), await as('Rosa Diaz')]
  await amir.goto('/reports/access')
  await amir.getByRole('button', { name: 'Prepare file' }).click()
  await amir.getByRole('dialog').getByRole('button', { name: 'Prepare file' }).click()
  await expect(amir.getByRole('dialog')).toHaveCount(0)
  await amir.goto('/reports')
  await amir.getByRole('button', { name: 'Prepare evidence pack' }).click()
  await amir.getByRole('dialog').getByRole('button', { name: 'Prepare pack' }).click()
  await expect(amir.getByRole('dialog')).toHaveCount(0)

  await amir.getByRole('link', { name: 'Exports', exact: true }).click()
  const row = amir.getByRole('row').filter({ hasText: 'Who had access' }).first()
  await expect(row).toContainText('Ready')
  await expect(amir.getByRole('row').filter({ hasText: 'Evidence from' }).first()).toContainText('Ready')
  await expectAccessibleEverywhere(amir)
  const href = (await row.getByRole('link', { name: /^Download/ }).getAttribute('href')) ?? ''
  const whole = await amir.request.get(href)
  const bytes = await whole.body()
  const tag = whole.headers().etag ?? ''
  expect(tag).toBe(`"${createHash('sha256').update(bytes).digest('hex')}"`)
  const rest = await amir.request.get(href, { headers: { Range: 'bytes=10-', 'If-Range': tag } })
  expect([rest.status(), rest.headers()['content-range']]).toEqual([206, `bytes 10-${bytes.length - 1}/${bytes.length}`])
  expect((await rest.body()).equals(bytes.subarray(10))).toBe(true)
  expect((await amir.request.get(href, { headers: { Range: 'bytes=10-', 'If-Range': '"another"' } })).status()).toBe(200)
  expect((await amir.request.get(href, { headers: { Range: `bytes=${bytes.length}-` } })).status()).toBe(416)
  for (const page of [lena, rosa]) expect((await page.request.get(href)).status()).toBe(404)

  await amir.goto('/notifications')
  await expect(amir.getByText(/Your export is ready: Who had access/).first()).toBeVisible()
  await amir.goto('/reports/exports')
  await expect(row.getByRole('link', { name: /^Download/ })).toHaveAttribute('href', href)
  await row.getByRole('button', { name: /^Delete/ }).click()
  await expect(amir.locator(`a[href="${href}"]`)).toHaveCount(0)
  expect((await amir.request.get(href)).status()).toBe(404)
  // Other journeys leave files of this auditor behind as well: all go, one after the other.
  const links = amir.getByRole('link', { name: /^Download/ })
  for (let left = await links.count(); left > 0; left--) {
    await amir.getByRole('button', { name: /^Delete/ }).first().click()
    await expect(links).toHaveCount(left - 1)
  }
  await expect(amir.getByText('No exports yet')).toBeVisible()
})
