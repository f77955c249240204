import AxeBuilder from '@axe-core/playwright'
import { type Browser, type BrowserContext, type BrowserContextOptions, type ConsoleMessage, expect, type Page, test as base } from '@playwright/test'
import { clearPending } from './database.ts'
import { noteAnswer, stackFacts } from './facts.ts'
import type { StackFacts } from './stack.setup.ts'

export { expect }

export type PersonaName = 'Maya Chen' | 'Tom Becker' | 'Ana Kovac' | 'Jon Bell' | 'Rosa Diaz' | 'Amir Haddad' | 'Lena Fischer' | 'Sam Okafor' | 'Priya Nair' | 'Luis Ortega' | 'Nina Roth' | 'Kenji Mori' | 'Olga Petrov'

type Options = {
  phone?: boolean
  dark?: boolean
  /** A sign-in of its own, for journeys that end or age it. Others share one a persona, which saves two seconds each. */
  ownSignIn?: boolean
}
type Fixtures = {
  facts: StackFacts
  /** A browser of its own, signed in as a persona through the identity provider. */
  as: (persona: PersonaName, options?: Options) => Promise<Page>
  /** A browser of its own that nobody signed in with. */
  stranger: () => Promise<Page>
}

/** Console messages that are expected: refusals the journeys provoke on purpose. */
const expectedConsole = [/the server responded with a status of 40[01349]/]
/** A server on its way out says so where pages ask whether to stay with it, and they go to another. */
const isGoodbye = (message: ConsoleMessage): boolean => message.text().includes('a status of 503') && /\/api\/(live|health\/ready)/.test(message.location().url)

type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>
const signedIn = new Map<PersonaName, StorageState>()

/** An unexpected console error or page error fails the test it happened in. */
export const test = base.extend<Fixtures & { noLeftovers: undefined }>({
  // Playwright reads what a fixture depends on from this pattern; it wants one even when it is nothing.
  // oxlint-disable-next-line no-empty-pattern
  facts: async ({}, use) => use(stackFacts()),
  noLeftovers: [
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      await clearPending()
      await use(undefined)
    },
    { auto: true },
  ],
  as: async ({ browser }, use) => {
    const contexts: BrowserContext[] = []
    const complaints: string[] = []
    await use(async (persona, options = {}) => {
      const known = options.ownSignIn ? undefined : signedIn.get(persona)
      const context = await openContext(browser, options, known ? { storageState: known } : {})
      contexts.push(context)
      const page = await context.newPage()
      watch(page, complaints)
      if (!known) {
        await signIn(page, persona)
        if (!options.ownSignIn) signedIn.set(persona, await context.storageState())
      }
      return page
    })
    await Promise.all(contexts.map((context) => context.close()))
    expect(complaints).toEqual([])
  },
  stranger: async ({ browser }, use) => {
    const contexts: BrowserContext[] = []
    const complaints: string[] = []
    await use(async () => {
      const context = await openContext(browser, {}, {})
      contexts.push(context)
      const page = await context.newPage()
      watch(page, complaints)
      return page
    })
    await Promise.all(contexts.map((context) => context.close()))
    expect(complaints).toEqual([])
  },
})

function openContext(browser: Browser, { phone = false, dark = false }: Options, more: BrowserContextOptions): Promise<BrowserContext> {
  return browser.newContext({
    baseURL: stackFacts().baseUrl,
    viewport: phone ? { width: 390, height: 844 } : { width: 1280, height: 800 },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
    ...more,
  })
}

export function watch(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' && !isGoodbye(message) && !expectedConsole.some((pattern) => pattern.test(message.text()))) complaints.push(`console: ${message.text()}`)
  })
  page.on('response', (response) => {
    const type = response.headers()['content-type'] ?? ''
    if (response.request().method() !== 'GET' || !/text\/html|x-component|json/.test(type) || !response.url().startsWith(stackFacts().baseUrl)) return
    // A body is gone once its page has moved on; what could be read is searched for secrets at the end.
    response.text().then(
      (body) => noteAnswer(response.url(), body),
      () => undefined,
    )
  })
}

/** Opens a page and waits until it listens for changes, which is when its keys and buttons work. */
export async function openLive(page: Page, path: string): Promise<void> {
  await Promise.all([page.waitForResponse((response) => response.url().includes('/api/live')), page.goto(path)])
}

/** Through the identity provider, whose page asks for a persona; it goes on by itself when its own session is still there. */
export async function signIn(page: Page, persona: PersonaName, path = '/'): Promise<void> {
  await page.goto(path)
  await page.getByRole('button', { name: /^Continue with/ }).click()
  await page.getByRole('button', { name: new RegExp(`^${persona}`) }).click()
  await page.waitForURL((url) => url.origin === stackFacts().baseUrl && !url.pathname.startsWith('/sign-in'))
}

/** No accessibility violation on the page as it stands; `rules` limits the look to what a change of theme can break. */
export async function expectAccessible(page: Page, rules: string[] = []): Promise<void> {
  const builder = new AxeBuilder({ page })
  const { violations } = await (rules.length > 0 ? builder.withRules(rules) : builder).analyze()
  expect.soft(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`), page.url()).toEqual([])
}

/** Pixels that the page is wider than the window. */
export const overflow = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** The same in both themes, wide and on a phone, where nothing scrolls sideways; and Tab reaches everything, visibly. */
export async function expectAccessibleEverywhere(page: Page): Promise<void> {
  const before = page.viewportSize() ?? { width: 1280, height: 800 }
  await expectAccessible(page)
  await page.emulateMedia({ colorScheme: 'dark' })
  await expectAccessible(page, ['color-contrast'])
  await page.setViewportSize({ width: 390, height: 844 })
  // The layout settles a moment after the window changed.
  await expect.poll(() => overflow(page), page.url()).toBeLessThanOrEqual(0)
  await page.setViewportSize(before)
  await page.emulateMedia({ colorScheme: 'light' })
  await expectReachable(page)
}

/** Every link, button and field of the page's content, in its order, by Tab alone and with a ring around it. */
async function expectReachable(page: Page): Promise<void> {
  const wanted = page.locator('main').locator(':is(a[href], button:enabled, input:enabled:not([type="hidden"])):visible')
  const count = await wanted.count()
  for (let at = 0, pressed = 0; at < count && pressed < 100; pressed += 1) {
    await page.keyboard.press('Tab')
    if (!(await wanted.nth(at).evaluate((element) => element === document.activeElement))) continue
    expect.soft(await wanted.nth(at).evaluate((element) => Number.parseFloat(getComputedStyle(element).outlineWidth)), page.url()).toBeGreaterThan(0)
    at += 1
    if (at === count) return
  }
  expect(count, `Tab reaches all of ${page.url()}`).toBe(0)
}

/** What the page's one live region said last. */
export async function expectAnnounced(page: Page, text: string | RegExp): Promise<void> {
  await expect(page.locator('p[role="status"]')).toContainText(text)
}
