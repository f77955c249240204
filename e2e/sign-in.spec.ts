import { createHash } from 'node:crypto'
import path from 'node:path'
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { importJWK, type JWK, SignJWT } from 'jose'
import { one, query } from './database.ts'
import { noteSecret, stackFacts } from './facts.ts'
import { expect, signIn, test } from './fixtures.ts'
import { openGrant, revealQuietly, seenDigest, sendRequest, setGroups } from './journeys.ts'
import { callAction, codeOf, cookieHeader } from './server-actions.ts'

/** The newest sign-in of a persona: the one the test's own browser just made. */
const signInOf = async (subject: string): Promise<{ id: string; revokedAt: Date | null; revokedReason: string | null; sid: string; tokens: number }> =>
  one(
    `SELECT s.id, s."revokedAt", s."revokedReason", s."providerSessionId" AS sid, num_nonnulls(s."refreshTokenCipher", s."accessTokenCipher", s."idTokenCipher") AS tokens
     FROM sign_in s JOIN person p ON p.id = s."personId" WHERE p.subject = $1 ORDER BY s."createdAt" DESC LIMIT 1`,
    [subject],
  )
const isIn = async (page: Page): Promise<boolean> => (await page.request.get('/api/palette')).status() === 200
const continueButton = (page: Page): ReturnType<Page['getByRole']> => page.getByRole('button', { name: /^Continue with/ })

test('the authorization request carries PKCE, state and nonce, and a callback used a second time is refused in words', async ({ stranger, facts }) => {
  const page = await stranger()
  const callbacks: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/api/auth/callback/oidc')) callbacks.push(request.url())
  })
  await page.goto('/')
  const [asked] = await Promise.all([page.waitForRequest((request) => request.url().startsWith(facts.issuer) && request.url().includes('code_challenge')), continueButton(page).click()])
  const query = new URL(asked.url()).searchParams
  expect(query.get('code_challenge_method')).toBe('S256')
  for (const name of ['code_challenge', 'state', 'nonce']) expect(query.get(name)?.length ?? 0, name).toBeGreaterThan(30)
  expect(query.get('response_type')).toBe('code')
  await page.getByRole('button', { name: /^Maya Chen/ }).click()
  await expect(page.getByRole('heading', { name: 'My access', level: 1 })).toBeVisible()
  expect(callbacks).toHaveLength(1)
  await page.goto(callbacks[0] ?? '')
  await expect(page.getByRole('alert').filter({ hasText: 'That sign-in was not completed.' })).toBeVisible()
  // Stolen and opened in another browser, it signs nobody in either.
  const thief = await stranger()
  await thief.goto(callbacks[0] ?? '')
  await expect(thief.getByRole('alert').filter({ hasText: 'That sign-in was not completed.' })).toBeVisible()
  expect(await isIn(thief)).toBe(false)
})

test('the cookie is unreadable to scripts and lax, and one that was changed or cut short is nobody', async ({ as, facts }) => {
  const page = await as('Tom Becker')
  const cookies = await page.context().cookies(facts.baseUrl)
  const cookie = cookies.find(({ name }) => name === 'latchkey')
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' })
  const value = cookie?.value ?? ''
  const middle = Math.floor(value.length / 2)
  const forged = [value.slice(0, -10), value.slice(0, 20), `${value.slice(0, middle)}${value[middle] === 'A' ? 'B' : 'A'}${value.slice(middle + 1)}`, `${value}x`, '', 'null', Buffer.from('{"signInId":"x"}').toString('base64')]
  const status = async (text: string): Promise<number> => (await fetch(`${facts.baseUrl}/api/palette`, { headers: { Cookie: `latchkey=${text}` } })).status
  expect(await status(value)).toBe(200)
  for (const text of forged) expect(await status(text), text.slice(0, 30)).toBe(401)
})

test('an address given to come back to never leads off the portal', async ({ stranger, facts }) => {
  const elsewhere = ['https://evil.example', '//evil.example', '/\\evil.example', '/%09/evil.example', 'javascript:alert(1)', 'https:evil.example', '\\\\evil.example', `${facts.baseUrl}.evil.example`, `${facts.baseUrl}@evil.example`]
  for (const returnTo of elsewhere) {
    for (const name of ['returnTo', 'callbackUrl']) {
      const page = await fetch(`${facts.baseUrl}/sign-in?${new URLSearchParams({ [name]: returnTo })}`, { redirect: 'manual' })
      const html = await page.text()
      const kept = /name="returnTo" value="([^"]*)"/.exec(html)?.[1] ?? ''
      expect(new URL(kept, facts.baseUrl).origin, `${name} ${returnTo}`).toBe(facts.baseUrl)
    }
  }
  const page = await stranger()
  await page.goto(`/sign-in?returnTo=${encodeURIComponent('//evil.example/x')}`)
  await page.locator('input[name="returnTo"]').evaluate((field: HTMLInputElement) => (field.value = 'https://evil.example/'))
  await continueButton(page).click()
  await page.getByRole('button', { name: /^Luis Ortega/ }).click()
  await page.waitForURL((url) => url.origin === facts.baseUrl && url.pathname === '/')
  // A way back that is the portal's own is kept.
  const other = await stranger()
  await signIn(other, 'Luis Ortega', '/request?environment=staging')
  await expect(other).toHaveURL(/\/request\?.*environment=staging/)
})

test('signing out ends the sign-in here and at the provider, and the old cookie opens nothing', async ({ as }) => {
  const page = await as('Kenji Mori', { ownSignIn: true })
  const cookie = await cookieHeader(page)
  await page.getByRole('button', { name: /Kenji Mori: account/ }).click()
  const [away] = await Promise.all([page.waitForRequest((request) => request.url().includes('id_token_hint')), page.getByRole('menuitem', { name: 'Sign out' }).click()])
  noteSecret(new URL(away.url()).searchParams.get('id_token_hint') ?? '')
  await page.getByRole('button', { name: /Sign out of the identity provider/ }).click()
  await expect(page.getByRole('heading', { name: 'You are signed out' })).toBeVisible()
  expect(await signInOf('kenji')).toMatchObject({ revokedReason: 'signed_out', tokens: 0 })
  expect((await fetch(`${stackFacts().baseUrl}/api/palette`, { headers: { Cookie: cookie } })).status).toBe(401)
  // The provider's own session is over too: it asks again who it is.
  await page.goto('/')
  await continueButton(page).click()
  await expect(page.getByRole('button', { name: /^Kenji Mori/ })).toBeVisible()
})

test('a sign-in ended at the identity provider is ended here, without the person doing anything', async ({ as, facts }) => {
  const page = await as('Nina Roth', { ownSignIn: true })
  const other = await page.context().newPage()
  // Signing out at the provider itself, as from another application: it tells every application it signed in to.
  await other.goto(`${facts.issuer}/session/end`)
  await other.getByRole('button', { name: /Sign out/ }).click()
  await expect.poll(() => isIn(page)).toBe(false)
  expect(await signInOf('nina')).toMatchObject({ revokedReason: 'provider_logout', tokens: 0 })
  await page.goto('/approvals')
  await expect(page.getByRole('alert').filter({ hasText: 'Your sign-in was ended.' })).toBeVisible()
})

test('a logout token that is replayed, forged, expired, for somebody else or of another kind ends nothing', async ({ as, facts }) => {
  const page = await as('Kenji Mori', { ownSignIn: true })
  const { sid } = await signInOf('kenji')
  const kept = JSON.parse(readFileSync(path.join(path.dirname(facts.logFile), 'identity-provider.json'), 'utf8')) as { keys: (JWK & { kid: string })[] }
  const [jwk] = kept.keys
  if (!jwk) throw new Error('The provider has no key')
  const key = await importJWK(jwk, 'RS256')
  const strangers = await crypto.subtle.generateKey({ name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }, true, ['sign', 'verify'])
  const now = Math.floor(Date.now() / 1_000)
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
  const good = { iss: facts.issuer, aud: 'latchkey', iat: now, exp: now + 120, jti: createHash('sha256').update(sid).digest('hex'), sub: 'kenji', sid, events }
  const token = (claims: Record<string, unknown>, signer: Parameters<SignJWT['sign']>[0] = key): Promise<string> => new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: jwk.kid }).sign(signer)
  const post = async (text: string): Promise<number> => (await fetch(`${facts.baseUrl}/api/oidc/backchannel-logout`, { method: 'POST', body: new URLSearchParams({ logout_token: text }) })).status
  const { events: _events, ...withoutEvents } = good
  const bad: Record<string, string> = {
    'signed by another key': await token(good, strangers.privateKey),
    expired: await token({ ...good, iat: now - 4_000, exp: now - 3_000 }),
    'for another client': await token({ ...good, aud: 'somebody-else' }),
    'of another issuer': await token({ ...good, iss: 'https://evil.example' }),
    'with a nonce, as an ID token': await token({ ...good, nonce: 'x' }),
    'without the event': await token(withoutEvents),
    'about nobody': await token({ ...good, sub: undefined, sid: undefined }),
    unsigned: `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(good)).toString('base64url')}.`,
  }
  for (const [what, text] of Object.entries(bad)) expect.soft(await post(text), what).toBe(400)
  expect(await isIn(page)).toBe(true)
  // The same claims, well formed, do end it: the refusals above are for what was wrong with each.
  const real = await token(good)
  expect(await post(real)).toBe(200)
  expect(await isIn(page)).toBe(false)
  // Replayed after the person signed in anew in the same provider session: it ends nothing a second time.
  const again = await page.context().newPage()
  await again.goto('/')
  await continueButton(again).click()
  await again.waitForURL((url) => url.origin === facts.baseUrl && !url.pathname.startsWith('/sign-in'))
  expect((await signInOf('kenji')).sid).toBe(sid)
  await post(real)
  expect(await isIn(again)).toBe(true)
})

test('a group taken away at the provider stops approving and revealing once the groups are older than their limit', async ({ as }) => {
  const [maya, ana] = [await as('Priya Nair', { ownSignIn: true }), await as('Sam Okafor', { ownSignIn: true })]
  const { grantId } = await openGrant(maya, ana, 'payments-prod-read')
  const requestId = await sendRequest(maya, 'payments-prod-operate')
  await ana.request.get(`/approvals?selected=${requestId}`)
  const approve = async (): Promise<unknown> => codeOf(await callAction(ana, 'decideRequestAction', { bound: [{ roleDigest: await seenDigest(requestId), definitionHash: null }], fields: { requestId, decision: 'approve' } }))
  try {
    await setGroups('sam', ['latchkey-admins'])
    await setGroups('priya', ['data'])
    for (const subject of ['sam', 'priya']) await query(`UPDATE sign_in SET "groupsVerifiedAt" = now() - interval '5 minutes 1 second' WHERE id = $1`, [(await signInOf(subject)).id])
    expect(await approve()).toBe('not_entitled')
    const revealed = await callAction(maya, 'revealAction', { fields: { grantId } })
    expect(revealed.value).toMatchObject({ ok: false, code: 'no_longer_eligible', message: 'This grant ends now, because membership of engineering or payments is missing.' })
    expect(await one(`SELECT state::text, "endReason"::text FROM "grant" WHERE id = $1`, [grantId])).toMatchObject({ endReason: 'revoked' })
    expect((await one(`SELECT state::text FROM request WHERE id = $1`, [requestId])).state).toBe('pending')
  } finally {
    await setGroups('sam', ['latchkey-admins', 'platform-leads'])
    await setGroups('priya', ['engineering', 'payments'])
  }
})

test('when the provider does not answer, nobody decides, reveals or is let in on old groups', async ({ as }) => {
  const [priya, sam] = [await as('Priya Nair', { ownSignIn: true }), await as('Sam Okafor', { ownSignIn: true })]
  const { grantId } = await openGrant(priya, sam, 'payments-prod-read')
  await revealQuietly(priya, grantId)
  const { id } = await signInOf('priya')
  // Both ways to the provider are taken away from this sign-in: to the portal that is a provider that refuses.
  await query(`UPDATE sign_in SET "refreshTokenCipher" = NULL, "accessTokenCipher" = NULL, "groupsVerifiedAt" = now() - interval '5 minutes 1 second' WHERE id = $1`, [id])
  const answer = await callAction(priya, 'revealAction', { fields: { grantId } })
  expect(answer.value).toMatchObject({ ok: false, code: 'provider_unreachable', message: 'Your groups could not be confirmed with the identity provider.' })
  // Reading goes on within fifteen minutes, and stops after.
  expect(await isIn(priya)).toBe(true)
  await query(`UPDATE sign_in SET "groupsVerifiedAt" = now() - interval '15 minutes 1 second' WHERE id = $1`, [id])
  expect(await isIn(priya)).toBe(false)
  await priya.goto('/')
  await expect(priya.getByRole('alert').filter({ hasText: 'Your groups could not be confirmed with the identity provider.' })).toBeVisible()
})

test('a sign-in ends after an hour without use and after twelve hours in any case, and says which', async ({ as }) => {
  for (const [change, sentence] of [
    [`"lastSeenAt" = now() - interval '60 minutes 1 second'`, 'You were away for a while, so your sign-in ended.'],
    [`"expiresAt" = now() - interval '1 second'`, 'Your sign-in reached its time limit.'],
  ] as const) {
    const page = await as('Luis Ortega', { ownSignIn: true })
    const { id } = await signInOf('luis')
    expect(await isIn(page)).toBe(true)
    await query(`UPDATE sign_in SET ${change} WHERE id = $1`, [id])
    expect(await isIn(page)).toBe(false)
    await page.goto('/request')
    await expect(page.getByRole('alert').filter({ hasText: sentence })).toBeVisible()
  }
  const { limit } = await one<{ limit: number }>(`SELECT round(extract(epoch FROM max("expiresAt" - "createdAt")) / 60)::int AS limit FROM sign_in`)
  expect(limit).toBe(720)
})

test('a person switched off is out at once, in every browser', async ({ as }) => {
  const page = await as('Luis Ortega', { ownSignIn: true })
  try {
    await query(`UPDATE person SET "disabledAt" = now() WHERE subject = 'luis'`)
    expect(await isIn(page)).toBe(false)
    await page.goto('/')
    await expect(page.getByRole('alert').filter({ hasText: 'Your access to Latchkey was switched off.' })).toBeVisible()
  } finally {
    await query(`UPDATE person SET "disabledAt" = NULL WHERE subject = 'luis'`)
  }
})
