import type { Page, Route } from '@playwright/test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type RunningApp, startApp } from '#lib/local/stack/start-app.ts'
import { type RunningProxy, startProxy } from '#lib/local/stack/start-proxy.ts'
import { freePort } from '#lib/local/test/free-port.ts'
import { one } from './database.ts'
import { stackFacts } from './facts.ts'
import { expect, expectAccessibleEverywhere, openLive, test } from './fixtures.ts'
import { openGrant, reason, revealQuietly, sendRequest } from './journeys.ts'
import { makeOtherVersion, type OtherVersion } from './other-version.ts'

let folder: string
let other: OtherVersion
let apps: RunningApp[] = []
let proxy: RunningProxy
let url: string

/** This version and the next on one database that is migrated for the next, as during a rolling update. */
test.beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'latchkey-versions-'))
  other = await makeOtherVersion(path.join(folder, 'next'))
  const [port, ...ports] = [await freePort(), await freePort(), await freePort()]
  url = `http://localhost:${port}`
  const start = (at: number, server?: string): Promise<RunningApp> =>
    startApp({ ...stackFacts().environment, PORT: String(ports[at]), PUBLIC_URL: url }, path.join(folder, `app-${at}.log`), 'standalone', undefined, server)
  apps = [await start(0), await start(1, other.server)]
  proxy = await startProxy(port, ports.map((one) => `http://localhost:${one}`))
})
test.afterAll(async () => {
  await proxy?.close()
  await Promise.all(apps.map((app) => app.stop()))
  await other?.remove()
  await rm(folder, { recursive: true, force: true })
})

const before = { 'x-replica': '0' }
const next = { 'x-replica': '1' }

/** Until React has taken the page over: before that, a form is sent by the browser itself. */
const taken = (page: Page): Promise<unknown> => page.waitForFunction(() => [...document.querySelectorAll('main button')].some((button) => Object.keys(button).some((key) => key.startsWith('__react'))))

/** Opens a page of the version before, whose every later request the next version answers. */
async function openBefore(page: Page, address: string): Promise<void> {
  await page.setExtraHTTPHeaders(before)
  await page.goto(`${url}${address}`)
  await taken(page)
  await page.setExtraHTTPHeaders(next)
}

/** Documents that the page loads from now on, in place of what the router would have done. */
function countDocuments(page: Page): { count: number } {
  const loaded = { count: 0 }
  page.on('request', (request) => {
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) loaded.count += 1
  })
  return loaded
}

test('what the version before cannot be asked any more is said beside the button, nothing was done, and what was typed is sent by the page of the next', async ({ as }) => {
  const maya = await as('Maya Chen')
  await openBefore(maya, '/request?profile=payments-prod-read')
  await maya.getByLabel('What do you need it for?').fill(reason)
  await maya.getByRole('button', { name: 'Send request' }).click()
  await expect(maya.getByRole('alert').filter({ hasText: 'Latchkey was updated while this page was open, so nothing was done.' })).toBeVisible()
  await expect(maya.getByLabel('What do you need it for?')).toHaveValue(reason)
  const { count } = await one<{ count: string }>(`SELECT count(*) FROM request WHERE state = 'pending'`)
  expect(count).toBe('0')
  await maya.getByRole('button', { name: 'Load the page again' }).click()
  await expect(maya.getByRole('button', { name: 'Load the page again' })).toBeHidden()
  await expect(maya.getByLabel('What do you need it for?')).toHaveValue(reason)
  await maya.getByRole('button', { name: 'Send request' }).click()
  await maya.waitForURL(/\/requests\/[0-9a-f-]{36}$/)
})

test('while both versions answer, one press reaches the one that knows it', async ({ as }) => {
  const [maya, ana] = [await as('Maya Chen'), await as('Ana Kovac')]
  const requestId = await sendRequest(maya, 'sandbox-builder')
  const asked: string[] = []
  await ana.route('**/approvals**', (route: Route) => {
    // A live change must not bring the page of the next version in between.
    if (route.request().method() !== 'POST') return route.continue({ headers: { ...route.request().headers(), 'x-replica': '0' } })
    asked.push(String(asked.length === 0 ? 1 : 0))
    return route.continue({ headers: { ...route.request().headers(), 'x-replica': asked.at(-1) ?? '' } })
  })
  await openBefore(ana, `/approvals?selected=${requestId}`)
  await ana.getByRole('button', { name: 'Deny', exact: false }).first().click()
  await ana.getByLabel(/Tell Maya Chen why/).fill('Not during an update')
  await ana.getByRole('button', { name: 'Deny the request' }).click()
  await expect.poll(async () => (await one(`SELECT state::text FROM request WHERE id = $1`, [requestId])).state).toBe('denied')
  expect(asked).toEqual(['1', '0'])
})

test('a page whose scripts only the other version has asks for them until it gets them, and works', async ({ as }) => {
  const maya = await as('Maya Chen')
  const missed = new Map<string, number>()
  await maya.route('**/_next/static/**', (route) => {
    const address = route.request().url()
    const calls = missed.get(address) ?? 0
    missed.set(address, calls + 1)
    return route.continue({ headers: { ...route.request().headers(), 'x-replica': calls < 2 ? '0' : '1' } })
  })
  await maya.setExtraHTTPHeaders(next)
  // Live updates and the palette are there once its scripts are.
  await openLive(maya, `${url}/`)
  await maya.keyboard.press('Control+k')
  await expect(maya.getByRole('combobox', { name: 'Search or go to' })).toBeFocused()
  expect([...missed.values()].filter((calls) => calls >= 3).length).toBeGreaterThan(3)
})

test('a link of the version before opens the page of the next, and a change leaves a dialog alone that somebody writes in', async ({ as }) => {
  const [maya, ana, rosa, another] = [await as('Maya Chen'), await as('Ana Kovac'), await as('Rosa Diaz'), await as('Rosa Diaz')]
  await revealQuietly(maya, (await openGrant(maya, ana, 'sandbox-builder')).grantId)
  await rosa.setExtraHTTPHeaders(before)
  await openLive(rosa, `${url}/dashboard`)
  const loaded = countDocuments(rosa)
  await rosa.getByRole('button', { name: /^Revoke/ }).first().click()
  await rosa.getByRole('dialog').getByRole('textbox').fill('Left a session open')
  await rosa.setExtraHTTPHeaders(next)
  // Another page hears of the same change, so that this one has heard of it too.
  await another.setExtraHTTPHeaders(before)
  await openLive(another, `${url}/dashboard`)
  const { requestId, grantId } = await openGrant(maya, ana, 'payments-prod-read', { justification: 'A change that every dashboard hears of' })
  await revealQuietly(maya, grantId)
  await expect(another.getByText('A change that every dashboard hears of').first()).toBeVisible()
  await expect(rosa.getByRole('dialog').getByRole('textbox')).toHaveValue('Left a session open')
  expect(loaded.count).toBe(0)
  await rosa.keyboard.press('Escape')
  await expect(rosa.getByText('A change that every dashboard hears of').first()).toBeVisible()

  await openBefore(maya, '/')
  await maya.locator(`a[href="/requests/${requestId}"]`).first().click()
  await expect(maya.getByText('A change that every dashboard hears of').first()).toBeVisible()
})

test('where no form can say it, the page does, and goes on as the next version', async ({ browser }) => {
  // The router reports what it could not do as a console error, which the fixtures would fail for.
  const context = await browser.newContext({ reducedMotion: 'reduce' })
  const page = await context.newPage()
  await openBefore(page, '/sign-in')
  await page.getByRole('button', { name: /^Continue with/ }).click()
  await expect(page.getByRole('heading', { name: 'Latchkey was updated while this page was open' })).toBeVisible()
  await expectAccessibleEverywhere(page)
  await page.getByRole('button', { name: 'Load the page again' }).click()
  await page.getByRole('button', { name: /^Continue with/ }).click()
  await page.waitForURL((address) => address.origin === new URL(stackFacts().issuer).origin)

  // An answer that never came is no update, and says so.
  await openBefore(page, '/sign-in')
  await page.route('**/sign-in', (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()))
  await page.getByRole('button', { name: /^Continue with/ }).click()
  await expect(page.getByRole('heading', { name: 'Something went wrong on our side' })).toBeVisible()
  await expectAccessibleEverywhere(page)
  await context.close()
})
