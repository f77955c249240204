import { expect, expectAccessibleEverywhere, test } from './fixtures.ts'

test('somebody without a group is told in words that they have no access yet, whom to ask and what to say, and can sign out', async ({ as }) => {
  const olga = await as('Olga Petrov', { ownSignIn: true })
  await expect(olga).toHaveURL(/\/no-access$/)
  await expect(olga.getByRole('heading', { name: 'No access yet, Olga Petrov' })).toBeVisible()
  await expect(olga.getByText('Lena Fischer, lena.fischer@northwind.example')).toBeVisible()
  await expect(olga.getByText(/Please add olga.petrov@northwind.example to a group/)).toBeVisible()
  await expectAccessibleEverywhere(olga)
  for (const path of ['/', '/request', '/approvals', '/dashboard', '/record', '/health']) {
    await olga.goto(path)
    await expect(olga).toHaveURL(/\/no-access$/)
  }
  await olga.getByRole('button', { name: 'Sign out' }).click()
  await olga.getByRole('button', { name: /Sign out of the identity provider/ }).click()
  await expect(olga.getByRole('heading', { name: 'You are signed out' })).toBeVisible()
  await expectAccessibleEverywhere(olga)
})
