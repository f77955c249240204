import type { Page } from '@playwright/test'
import { one, query } from './database.ts'
import { stackFacts } from './facts.ts'
import { expect, expectAccessibleEverywhere, expectAnnounced, openLive, test } from './fixtures.ts'
import { decide, openGrant, reveal, sendRequest } from './journeys.ts'
import { callAction, cookieHeader } from './server-actions.ts'

type Needs = Partial<Record<'reveal' | 'decide', { maxAgeMinutes?: number; acrValues: string[] }>>

/** What the profile asks for, as its line in the catalogue would say it. */
async function demand(profile: string, needs: Needs): Promise<void> {
  await query(`UPDATE access_profile SET definition = definition || jsonb_build_object('freshAuthentication', $2::jsonb) WHERE id = $1`, [profile, JSON.stringify(needs)])
}
test.afterEach(() => query(`UPDATE access_profile SET definition = definition - 'freshAuthentication'`, []))

const signInOf = (subject: string) =>
  one<{ id: string; acr: string | null; at: Date | null }>(`SELECT s.id, s.acr, s."authenticatedAt" AS at FROM sign_in s JOIN person p ON p.id = s."personId" WHERE p.subject = $1 ORDER BY s."createdAt" DESC LIMIT 1`, [subject])
const confirmLink = (page: Page) => page.getByRole('link', { name: 'Confirm that it is you' })

/** From the page that explains to the provider and back, as a persona who signs in one way. */
async function confirmAs(page: Page, persona: string, way?: string): Promise<URL> {
  const [asked] = await Promise.all([
    page.waitForRequest((request) => request.url().startsWith(stackFacts().issuer) && request.url().includes('code_challenge')),
    page.getByRole('button', { name: 'Go to the identity provider' }).click(),
  ])
  if (way) await page.getByLabel('How you sign in').selectOption(way)
  await page.getByRole('button', { name: new RegExp(`^${persona}`) }).click()
  await page.waitForURL((url) => url.origin === stackFacts().baseUrl)
  return new URL(asked.url())
}

test('credentials of a profile that asks for it are revealed only after a fresh, strong authentication, on the page where the person was', async ({ as }) => {
  const [maya, ana] = [await as('Maya Chen', { ownSignIn: true }), await as('Ana Kovac')]
  const { grantId } = await openGrant(maya, ana, 'payments-prod-read')
  await demand('payments-prod-read', { reveal: { maxAgeMinutes: 10, acrValues: ['phr'] } })
  const before = await signInOf('maya')
  const leases = async () => (await one<{ n: number }>(`SELECT count(*)::int AS n FROM lease WHERE "grantId" = $1 AND purpose IN ('reveal', 'console')`, [grantId])).n
  const none = await leases()
  await maya.goto(`/grants/${grantId}/credentials`)
  await maya.getByRole('button', { name: 'Reveal credentials' }).click()
  await expect(maya.getByRole('alert').filter({ hasText: 'This needs a stronger sign-in.' })).toBeVisible()
  // The console asks for the same, past the page too.
  const opened = await fetch(`${stackFacts().baseUrl}/api/console`, { method: 'POST', redirect: 'manual', headers: { Cookie: await cookieHeader(maya), Origin: stackFacts().baseUrl }, body: new URLSearchParams({ grantId }) })
  expect([opened.status, new URL(opened.headers.get('location') ?? '').pathname]).toEqual([303, '/confirm'])
  expect(await leases()).toBe(none)

  await confirmLink(maya).click()
  await expect(maya.getByRole('heading', { name: 'Confirm that it is you' })).toBeVisible()
  await expectAccessibleEverywhere(maya)
  const asked = await confirmAs(maya, 'Maya Chen', 'pwd')
  expect(Object.fromEntries(asked.searchParams)).toMatchObject({ max_age: '600', acr_values: 'phr', prompt: 'login' })
  await expect(maya.getByRole('alert').filter({ hasText: 'in another way than this needs' })).toBeVisible()
  expect(await signInOf('maya')).toEqual(before)

  await confirmAs(maya, 'Maya Chen', 'phr')
  expect(new URL(maya.url()).pathname).toBe(`/grants/${grantId}/credentials`)
  expect(await signInOf('maya')).toMatchObject({ id: before.id, acr: 'phr' })
  expect((await reveal(maya)).accessKeyId).toMatch(/^ASIA/)
  const entries = await query(`SELECT kind FROM record_entry WHERE kind IN ('signin.confirmed', 'signin.refused') AND "actorId" = (SELECT "personId" FROM sign_in WHERE id = $1) ORDER BY id`, [before.id])
  expect(entries.map(({ kind }) => kind)).toEqual(['signin.refused', 'signin.confirmed'])

  // Ten minutes later it counts no more.
  await query(`UPDATE sign_in SET "authenticatedAt" = now() - interval '10 minutes 1 second' WHERE id = $1`, [before.id])
  expect((await callAction(maya, 'revealAction', { fields: { grantId } })).value).toMatchObject({ ok: false, code: 'fresh_authentication', message: 'This needs a sign-in of the last 10 minutes.', confirmHref: expect.stringContaining('/confirm?action=reveal') })
})

test('deciding asks for it too, and the reason that was typed is still there on the way back', async ({ as }) => {
  const [maya, ana] = [await as('Maya Chen'), await as('Ana Kovac', { ownSignIn: true })]
  await demand('sandbox-builder', { decide: { maxAgeMinutes: 10, acrValues: [] } })
  const requestId = await sendRequest(maya, 'sandbox-builder')
  expect(await decide(ana, requestId, 'approve')).toBe('fresh_authentication')
  // Whoever may not decide at all is not sent anywhere first.
  expect(await decide(maya, requestId, 'approve')).toBe('own_request')
  await openLive(ana, `/approvals?selected=${requestId}`)
  await ana.getByRole('button', { name: 'Deny…' }).click()
  await ana.getByLabel(/Tell .* why/).fill('The sandbox is being rebuilt today.')
  await ana.getByRole('button', { name: 'Deny the request' }).click()
  await expect(ana.getByRole('alert').filter({ hasText: 'This needs a sign-in of the last 10 minutes.' })).toBeVisible()
  await confirmLink(ana).click()
  expect((await confirmAs(ana, 'Ana Kovac')).searchParams.get('max_age')).toBe('600')
  expect(new URL(ana.url()).searchParams.get('selected')).toBe(requestId)
  await expect(ana.getByLabel(/Tell .* why/)).toHaveValue('The sandbox is being rebuilt today.')
  await ana.getByRole('button', { name: 'Deny the request' }).click()
  await expectAnnounced(ana, 'Denied.')
  expect(await one(`SELECT r.state::text, d.reason FROM request r JOIN decision d ON d."requestId" = r.id WHERE r.id = $1`, [requestId])).toEqual({ state: 'denied', reason: 'The sandbox is being rebuilt today.' })
})

test('a confirmation that was begun and left is not taken for an ordinary sign-in, nor the other way round', async ({ as, stranger, facts }) => {
  const nobody = await stranger()
  await nobody.goto('/confirm?action=reveal&profile=data-staging-analyst&returnTo=/')
  expect(new URL(nobody.url()).pathname).toBe('/sign-in')
  const page = await as('Luis Ortega', { ownSignIn: true })
  await demand('data-staging-analyst', { reveal: { maxAgeMinutes: 10, acrValues: [] } })
  const before = await signInOf('luis')
  await page.goto(`/confirm?${new URLSearchParams({ action: 'reveal', profile: 'data-staging-analyst', returnTo: 'https://evil.example/' })}`)
  await page.getByRole('button', { name: 'Go to the identity provider' }).click()
  await page.getByRole('button', { name: /^Luis Ortega/ }).waitFor()
  // Left there; then the sign-in is lost and begun anew.
  await page.context().clearCookies({ name: 'latchkey' })
  await page.goto('/sign-in')
  await page.getByRole('button', { name: /^Continue with/ }).click()
  await page.waitForURL((url) => url.origin === facts.baseUrl && url.pathname === '/')
  const after = await signInOf('luis')
  expect(after.id).not.toBe(before.id)
  expect((await one<{ at: Date | null }>(`SELECT "authenticatedAt" AS at FROM sign_in WHERE id = $1`, [before.id])).at).toBeNull()
})
