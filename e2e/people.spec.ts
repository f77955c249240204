import type { Page } from '@playwright/test'
import { one, query } from './database.ts'
import { expect, expectAccessible, test } from './fixtures.ts'
import { decide, personIdOf, sendRequest } from './journeys.ts'

/** Chooses a person in a field with suggestions. */
async function choose(page: Page, label: string, typed: string, chosen: string): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(label).pressSequentially(typed)
  await expect(dialog.locator(`datalist option[value="${chosen}"]`)).toBeAttached()
  await dialog.getByLabel(label).fill(chosen)
}

test('an admin says who leads whom, on the page and from a file that is checked first, and links two sign-ins', async ({ as }) => {
  await as('Amir Haddad')
  await as('Nina Roth')
  const lena = await as('Lena Fischer')
  await lena.goto('/people?q=amir')
  await lena.getByRole('link', { name: 'Amir Haddad' }).click()
  await lena.getByRole('button', { name: 'Set manager' }).click()
  await choose(lena, 'Manager', 'nina', 'Nina Roth (nina.roth)')
  await expectAccessible(lena)
  await lena.getByRole('dialog').getByRole('button', { name: 'Set manager' }).click()
  await expect(lena.getByText('set by an admin')).toBeVisible()
  await lena.getByRole('button', { name: 'Link a sign-in' }).click()
  await choose(lena, 'The other sign-in', 'nina', 'Nina Roth (nina.roth)')
  await lena.getByRole('dialog').getByRole('button', { name: 'Link' }).click()
  await expect(lena.getByText('nina.roth, linked by an admin')).toBeVisible()
  await lena.getByRole('button', { name: 'Remove the link to Nina Roth' }).click()
  await lena.getByRole('dialog').getByRole('button', { name: 'Remove the link' }).click()
  await expect(lena.getByText('No other sign-in is known to be theirs.')).toBeVisible()

  await lena.goto('/people/import')
  await lena.getByLabel('CSV').fill('person,manager\namir,\nnobody-at-all,nina')
  await lena.getByRole('button', { name: 'Check the file' }).click()
  await expect(lena.getByText('Line 3: "nobody-at-all" never signed in at the first provider.')).toBeVisible()
  await expectAccessible(lena)
  await lena.getByLabel('CSV').fill('person,manager\namir,')
  await lena.getByRole('button', { name: 'Check the file' }).click()
  await lena.getByRole('button', { name: 'Apply 1 change' }).click()
  await expect(lena.getByText('1 manager changed.').first()).toBeAttached()
  expect(await one(`SELECT "managerId" AS manager FROM person WHERE subject = 'amir'`)).toEqual({ manager: null })
})

test('a delegate decides in the right of who is away, and the decision says so; ended, it is over', async ({ as }) => {
  const [maya, ana, kenji] = [await as('Maya Chen'), await as('Ana Kovac'), await as('Kenji Mori')]
  const requestId = await sendRequest(maya, 'payments-prod-read')
  expect(await decide(kenji, requestId, 'approve')).toBe('not_entitled')
  await ana.goto('/approvals')
  await ana.getByRole('link', { name: 'Delegations' }).click()
  await ana.getByRole('button', { name: 'Delegate' }).click()
  await choose(ana, 'Who decides for you', 'kenji', 'Kenji Mori (kenji.mori)')
  await ana.getByRole('dialog').getByLabel('Reason').fill('Holidays')
  await expectAccessible(ana)
  await ana.getByRole('dialog').getByRole('button', { name: 'Delegate' }).click()
  await expect(ana.getByRole('listitem').filter({ hasText: 'Kenji Mori decides for Ana Kovac' })).toBeVisible()
  await kenji.goto(`/approvals?selected=${requestId}`)
  await kenji.getByRole('button', { name: /^Approve for/ }).click()
  await expect.poll(async () => (await one(`SELECT state::text FROM request WHERE id = $1`, [requestId])).state).toBe('approved')
  expect(await query(`SELECT "onBehalfOfId" AS behalf FROM decision WHERE "requestId" = $1`, [requestId])).toEqual([{ behalf: await personIdOf('ana') }])
  await ana.getByRole('button', { name: /^End the delegation/ }).click()
  await ana.getByRole('dialog').getByRole('button', { name: 'End it now' }).click()
  await expect(ana.getByText('Nobody decides for you')).toBeVisible()
  expect(await decide(kenji, await sendRequest(maya, 'payments-prod-read'), 'approve')).toBe('not_entitled')
})

test('a responder switches somebody off: the next click of theirs is signed out and nobody lets them in, until an admin says so', async ({ as, stranger }) => {
  const luis = await as('Luis Ortega', { ownSignIn: true })
  const [rosa, lena] = [await as('Rosa Diaz'), await as('Lena Fischer')]
  const path = `/people/${await personIdOf('luis')}`
  await rosa.goto(path)
  await rosa.getByRole('button', { name: 'Switch off' }).click()
  await rosa.getByRole('dialog').getByLabel('Reason').fill('Laptop stolen')
  await rosa.getByRole('dialog').getByRole('button', { name: 'Switch off now' }).click()
  await expect(rosa.getByText('Switched off', { exact: true })).toBeVisible()
  await expect(rosa.getByRole('button', { name: /^Switch/ })).toHaveCount(0)
  await luis.goto('/')
  await expect(luis).toHaveURL(/\/sign-in/)
  const again = await stranger()
  await again.goto('/')
  await again.getByRole('button', { name: /Continue/ }).click()
  await again.getByRole('button', { name: /Luis Ortega/ }).click()
  await expect(again.getByText(/switched off/)).toBeVisible()
  await lena.goto(path)
  await lena.getByRole('button', { name: 'Switch on' }).click()
  await lena.getByRole('dialog').getByLabel('Reason').fill('Laptop found')
  await lena.getByRole('dialog').getByRole('button', { name: 'Switch on' }).click()
  await expect(lena.getByRole('button', { name: 'Switch off' })).toBeVisible()
})
