import { readFileSync } from 'node:fs'
import AxeBuilder from '@axe-core/playwright'
import { test as base, type BrowserContext, expect, type Page } from '@playwright/test'
import type { StackFacts } from './stack.setup.ts'

export { expect }

export function stackFacts(): StackFacts {
  return JSON.parse(readFileSync(process.env.LATCHKEY_E2E_FACTS ?? '', 'utf8')) as StackFacts
}

export type PersonaName = 'Maya Chen' | 'Tom Becker' | 'Ana Kovac' | 'Jon Bell' | 'Rosa Diaz' | 'Amir Haddad' | 'Lena Fischer' | 'Sam Okafor' | 'Priya Nair' | 'Luis Ortega' | 'Nina Roth' | 'Kenji Mori' | 'Olga Petrov'

type Fixtures = {
  facts: StackFacts
  /** A browser of its own, signed in as a persona through the identity provider. */
  as: (persona: PersonaName, options?: { phone?: boolean; dark?: boolean }) => Promise<Page>
}

/** Console messages that are expected: refusals the journeys provoke on purpose. */
const expectedConsole = [/the server responded with a status of 40[134]/]

/** An unexpected console error or page error fails the test it happened in. */
export const test = base.extend<Fixtures>({
  // Playwright reads what a fixture depends on from this pattern; it wants one even when it is nothing.
  // oxlint-disable-next-line no-empty-pattern
  facts: async ({}, use) => use(stackFacts()),
  as: async ({ browser }, use) => {
    const { baseUrl } = stackFacts()
    const contexts: BrowserContext[] = []
    const complaints: string[] = []
    await use(async (persona, { phone = false, dark = false } = {}) => {
      const context = await browser.newContext({
        baseURL: baseUrl,
        viewport: phone ? { width: 390, height: 844 } : { width: 1280, height: 800 },
        colorScheme: dark ? 'dark' : 'light',
        reducedMotion: 'reduce',
      })
      contexts.push(context)
      const page = await context.newPage()
      watch(page, complaints)
      await signIn(page, persona)
      return page
    })
    await Promise.all(contexts.map((context) => context.close()))
    expect(complaints).toEqual([])
  },
})

export function watch(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' && !expectedConsole.some((pattern) => pattern.test(message.text()))) complaints.push(`console: ${message.text()}`)
  })
}

export async function signIn(page: Page, persona: PersonaName): Promise<void> {
  await page.goto('/')
  await page.getByRole('button', { name: /^Continue with/ }).click()
  await page.getByRole('button', { name: new RegExp(`^${persona}`) }).click()
  await page.waitForURL((url) => url.origin === stackFacts().baseUrl && !url.pathname.startsWith('/sign-in'))
}

/** No accessibility violation on the page as it stands. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`)).toEqual([])
}
