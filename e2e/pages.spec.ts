import type { Page } from '@playwright/test'
import { stackFacts } from './facts.ts'
import { expect, expectAccessible, overflow, type PersonaName, test } from './fixtures.ts'
import { openGrant, personIdOf, revealQuietly, sendRequest } from './journeys.ts'

type Visit = [PersonaName, string]

/** Every page with something on it: a grant in use, a request that waits, the log of it all. */
async function visits(as: (persona: PersonaName) => Promise<Page>): Promise<Visit[]> {
  const [maya, ana] = [await as('Maya Chen'), await as('Ana Kovac')]
  const { requestId, grantId } = await openGrant(maya, ana, 'payments-prod-read')
  await revealQuietly(maya, grantId)
  const waiting = await sendRequest(maya, 'payments-prod-operate')
  return [
    ['Maya Chen', '/'],
    ['Maya Chen', '/request'],
    ['Maya Chen', '/request?profile=payments-prod-admin'],
    ['Maya Chen', `/requests/${requestId}`],
    ['Maya Chen', `/grants/${grantId}/credentials`],
    ['Maya Chen', '/notifications'],
    ['Maya Chen', '/notifications/preferences'],
    ['Ana Kovac', `/approvals?selected=${waiting}`],
    ['Ana Kovac', '/approvals/delegations'],
    ['Lena Fischer', '/people'],
    ['Lena Fischer', `/people/${await personIdOf('maya')}`],
    ['Lena Fischer', '/people/import'],
    ['Amir Haddad', '/people/privacy'],
    ['Amir Haddad', '/reports'],
    ['Lena Fischer', '/reviews'],
    ['Amir Haddad', '/reports/access?group=account'],
    ['Amir Haddad', '/reports/exports'],
    ['Lena Fischer', '/dashboard'],
    ['Lena Fischer', '/findings'],
    ['Lena Fischer', '/record'],
    ['Lena Fischer', '/health'],
    ['Lena Fischer', '/catalogue'],
    ['Lena Fischer', '/catalogue/payments-prod-admin?who=Maya+Chen'],
    ['Lena Fischer', '/catalogue/payments-prod-admin/edit'],
    ['Lena Fischer', '/catalogue/new'],
    ['Lena Fischer', '/catalogue/changes'],
    ['Maya Chen', '/nowhere'],
    ['Maya Chen', '/health'],
  ]
}

function expectHeaders(path: string, headers: Record<string, string>): void {
  const policy = headers['content-security-policy'] ?? ''
  expect.soft(policy, path).toContain("script-src 'nonce-")
  expect.soft(policy, path).not.toMatch(/unsafe-(inline|eval)/)
  expect.soft(policy, path).toContain("frame-ancestors 'none'")
  expect.soft(headers['cache-control'], path).toContain('no-store')
  const fixed = { 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'same-origin', 'cross-origin-opener-policy': 'same-origin' }
  expect.soft(headers, path).toMatchObject(fixed)
  expect.soft(headers, path).not.toHaveProperty('x-powered-by')
}

test('every page is accessible in both themes and on a phone, never scrolls sideways, loads nothing from elsewhere, is not cached, and allows no inline or evaluated script', async ({ as }) => {
  test.setTimeout(180_000)
  const pages = new Map<PersonaName, Page>()
  for (const [who, path] of await visits((persona) => as(persona))) {
    const page = pages.get(who) ?? (await as(who))
    if (!pages.has(who)) page.on('request', (request) => expect.soft(new URL(request.url()).origin, request.url()).toBe(stackFacts().baseUrl))
    pages.set(who, page)
    await page.emulateMedia({ colorScheme: 'light' })
    await page.setViewportSize({ width: 1280, height: 800 })
    expectHeaders(path, (await page.goto(path))?.headers() ?? {})
    await expect(page.locator('h1').first(), path).toBeAttached()
    await expectAccessible(page)
    await page.emulateMedia({ colorScheme: 'dark' })
    await expectAccessible(page, ['color-contrast'])
    await page.setViewportSize({ width: 390, height: 844 })
    // The layout settles a moment after the window changed.
    await expect.poll(() => overflow(page), path).toBeLessThanOrEqual(0)
    if (/^\/($|request|approvals|dashboard|grants)/.test(path)) await expectAccessible(page)
  }
})

test('two answers never share a nonce, what the policy does not name is not loaded, and no string becomes a script', async ({ browser }) => {
  // The violation it provokes is a console error, which the other fixtures would fail for.
  const context = await browser.newContext({ baseURL: stackFacts().baseUrl })
  const page = await context.newPage()
  const nonce = async (): Promise<string> => /'nonce-([^']+)'/.exec((await page.goto('/sign-in'))?.headers()['content-security-policy'] ?? '')?.[1] ?? ''
  const [first, second] = [await nonce(), await nonce()]
  expect(first.length).toBeGreaterThan(20)
  expect(second).not.toBe(first)
  const blocked = await page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) => resolve(event.violatedDirective))
        const image = document.createElement('img')
        image.src = 'https://evil.example/x.png'
        document.body.append(image)
      }),
  )
  expect(blocked).toBe('img-src')
  const refused = await page.evaluate(() => {
    const named = (what: () => void): string => {
      try {
        what()
        return 'done'
      } catch (error) {
        return (error as Error).name
      }
    }
    const script = document.createElement('script')
    return [
      named(() => document.body.insertAdjacentHTML('beforeend', '<b>markup from a string</b>')),
      named(() => (script.src = 'https://evil.example/x.js')),
      named(() => (script.src = '/api/palette')),
      named(() => (script.src = '/_next/static/chunks/x.js')),
    ]
  })
  expect(refused, 'strings become neither markup nor scripts, but the portal’s own files').toEqual(['TypeError', 'TypeError', 'TypeError', 'done'])
  await context.close()
})

test('the command palette opens with Ctrl K, finds a profile by what it is called, and goes there', async ({ as }) => {
  const maya = await as('Maya Chen')
  await Promise.all([maya.waitForResponse((response) => response.url().includes('/api/live')), maya.goto('/')])
  await maya.keyboard.press('Control+k')
  const input = maya.getByRole('combobox', { name: 'Search or go to' })
  await expect(input).toBeFocused()
  await input.fill('reconciliation')
  await expect(maya.getByRole('option')).toHaveCount(1)
  await maya.keyboard.press('Enter')
  await expect(maya).toHaveURL(/\/request\?profile=payments-reconciliation/)
  await expect(maya.getByRole('heading', { name: 'Invoice reconciliation API' })).toBeVisible()
})

test('health says live and ready to everybody and no more than that, and the details to admins', async ({ as, request }) => {
  for (const [path, body] of [['/api/health/live', { status: 'live' }], ['/api/health/ready', { status: 'ready' }]] as const) {
    const answer = await request.get(`${stackFacts().baseUrl}${path}`)
    expect([answer.status(), await answer.json()]).toEqual([200, body])
  }
  const lena = await as('Lena Fischer')
  await lena.goto('/health')
  for (const name of ['PostgreSQL', 'Identity provider', 'Issuer', 'Migrations', 'payments-prod-read', 'Sealer']) await expect(lena.getByText(name, { exact: true }).first()).toBeVisible()
  const html = await lena.content()
  const { OIDC_CLIENT_SECRET, LATCHKEY_SECRET, DATABASE_URL } = stackFacts().environment
  for (const secret of [OIDC_CLIENT_SECRET, LATCHKEY_SECRET, DATABASE_URL]) expect(html).not.toContain(secret)
})
