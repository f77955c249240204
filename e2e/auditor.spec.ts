import { one, query } from './database.ts'
import { expect, test } from './fixtures.ts'
import { openGrant, revealQuietly, sendRequest } from './journeys.ts'
import { callAction } from './server-actions.ts'

test('the log shows the whole life of a request in order, each entry chained and anchored, with its detail', async ({ as }) => {
  const [maya, ana, amir] = [await as('Maya Chen'), await as('Ana Kovac'), await as('Amir Haddad')]
  const { requestId, grantId } = await openGrant(maya, ana, 'payments-prod-read', { justification: 'Seen in the log by its reason' })
  await revealQuietly(maya, grantId)
  await callAction(maya, 'endGrantAction', { fields: { grantId } })
  const read = () => query<{ id: string; kind: string }>(`SELECT id, kind FROM record_entry WHERE "requestId" = $1 ORDER BY "occurredAt", id`, [requestId])
  // What was issued is cut off in AWS before the grant is over.
  await expect.poll(async () => (await read()).at(-1)?.kind, { timeout: 30_000 }).toBe('grant.ended')
  const entries = await read()
  expect(entries.map(({ kind }) => kind)).toEqual([
    'request.created',
    'request.approved',
    'grant.opened',
    'grant.activating',
    'lease.requested',
    'lease.minted',
    'grant.active',
    'lease.requested',
    'lease.minted',
    'grant.ending',
    'grant.revocation.wanted',
    'grant.revocation.written',
    // The pair of probes: one that AWS allows, one that it denies.
    'lease.requested',
    'lease.minted',
    'lease.requested',
    'lease.minted',
    'grant.revocation.confirmed',
    'grant.ended',
  ])
  await expect.poll(async () => query(`SELECT 1 FROM record_entry e JOIN record_seal s ON s."entryId" = e.id WHERE e."requestId" = $1`, [requestId])).toHaveLength(entries.length)

  await amir.goto('/record')
  const rows = amir.getByRole('region', { name: 'Log entries' }).getByRole('row')
  // Reading it is recorded as well.
  await expect(rows.filter({ hasText: 'Record read' }).first()).toContainText('Amir Haddad')
  const ended = rows.filter({ hasText: 'Grant ended' }).first()
  await expect(ended).toContainText(/ealed|Anchored/)
  await expect(rows.filter({ hasText: 'No new credentials from here on' }).first()).toContainText('Maya Chen')
  // Found by the reason, which only the entry's deletable half holds.
  await amir.goto(`/record?${new URLSearchParams({ q: 'Seen in the log by its reason' })}`)
  await expect(rows).toHaveCount(2)
  await amir.getByRole('link', { name: /^Access requested/ }).click()
  const entry = amir.getByRole('dialog')
  await expect(entry.getByLabel('Canonical body', { exact: true })).toContainText('Seen in the log by its reason')
  await expect(entry.getByText('Hash before it')).toBeVisible()
  await expect(entry.getByText('Maya Chen').first()).toBeVisible()
  await entry.getByRole('link', { name: 'Open the request' }).click()
  await expect(amir).toHaveURL(new RegExp(`/requests/${requestId}`))
  const story = amir.getByRole('list', { name: /What happened/ }).getByRole('listitem')
  await expect(story).toContainText(['Asked', 'Approved', 'Active', 'Credentials issued', 'Ended by the holder'])
})

test('the log is filtered by what, who and day in the address, and is read to its first entry page by page without gaps', async ({ as }) => {
  const amir = await as('Amir Haddad')
  const rows = amir.getByRole('region', { name: 'Log entries' }).getByRole('row')
  const shown = async (): Promise<string[]> => {
    await expect(rows.nth(1)).toBeVisible()
    return (await rows.allTextContents()).slice(1)
  }
  await amir.goto('/record?kind=request.approved')
  for (const text of await shown()) expect(text).toContain('request.approved')
  const [ana] = await query<{ id: string }>(`SELECT id FROM person WHERE subject = 'ana'`)
  await amir.goto(`/record?person=${ana?.id}`)
  for (const text of await shown()) expect(text).toContain('Ana Kovac')
  await amir.goto('/record?to=2001-01-01')
  await expect(amir.getByText('No entry fits these filters')).toBeVisible()
  // More than one page of them: each request and its end are two entries.
  const maya = await as('Maya Chen')
  while (Number((await one<{ count: string }>(`SELECT count(*) FROM record_entry`)).count) < 60) {
    await callAction(maya, 'cancelRequestAction', { fields: { requestId: await sendRequest(maya, 'sandbox-builder') } })
  }
  // Entries written while somebody reads come before the pages, never between them.
  await amir.goto('/record')
  await expect(rows.nth(1)).toBeVisible()
  const seen = new Set<string>()
  let total = 0
  for (;;) {
    const hrefs = await rows.getByRole('link').evaluateAll((links) => links.map((link) => new URL((link as HTMLAnchorElement).href).searchParams.get('entry') ?? ''))
    for (const href of hrefs) seen.add(href)
    total += hrefs.length
    const older = amir.getByRole('link', { name: 'Older' })
    if ((await older.count()) === 0) break
    await amir.goto((await older.getAttribute('href')) ?? '')
    await expect(rows.nth(1)).toBeVisible()
  }
  expect(seen.size).toBe(total)
  expect(seen.size).toBeGreaterThan(50)
  const first = await query<{ id: string }>(`SELECT id FROM record_entry ORDER BY "occurredAt", id LIMIT 1`)
  expect(seen.has(first[0]?.id ?? '')).toBe(true)
})

test('an auditor sees a running grant and has nothing to end, decide or reveal it with', async ({ as }) => {
  const [maya, ana, amir] = [await as('Maya Chen'), await as('Ana Kovac'), await as('Amir Haddad')]
  const { requestId, grantId } = await openGrant(maya, ana, 'payments-prod-read')
  await amir.goto(`/requests/${requestId}`)
  await expect(amir.getByRole('heading', { name: 'Payments production, read only' })).toBeVisible()
  await expect(amir.getByRole('button', { name: /Revoke|End now|Approve/ })).toHaveCount(0)
  await expect(amir.getByRole('link', { name: /Get credentials|Decide/ })).toHaveCount(0)
  expect((await amir.goto(`/grants/${grantId}/credentials`))?.status()).toBe(404)
})
