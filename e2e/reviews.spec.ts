import { query } from './database.ts'
import { expect, test } from './fixtures.ts'

test('an admin opens a review, says remove with a reason, and the right to ask is gone; signing off waits for every line', async ({ as }) => {
  const [lena, maya] = [await as('Lena Fischer'), await as('Maya Chen')]
  await lena.goto('/reviews')
  await lena.getByRole('button', { name: 'Open a review' }).click()
  const dialog = lena.getByRole('dialog')
  await dialog.getByLabel('Title').fill('Builders of the sandbox')
  await dialog.getByLabel('Profiles').selectOption('')
  await dialog.getByLabel('Only this profile').selectOption({ value: 'sandbox-builder' })
  await dialog.getByRole('button', { name: 'Open the review' }).click()
  await expect(dialog).toHaveCount(0)
  await lena.getByRole('link', { name: 'Builders of the sandbox' }).click()
  const rows = lena.getByRole('region', { name: 'Lines of the review' }).getByRole('row')
  const row = rows.filter({ hasText: 'Maya Chen' })
  await row.getByRole('checkbox').check()
  // Without a reason nothing is taken, and what is chosen stays chosen.
  await lena.getByRole('button', { name: 'Remove 1' }).click()
  await expect(lena.getByText('Say why, because access is taken away.').first()).toBeVisible()
  await expect(row.getByRole('checkbox')).toBeChecked()
  await lena.getByLabel(/^Reason/).fill('Builds nothing there any more')
  await lena.getByRole('button', { name: 'Remove 1' }).click()
  await expect(row).toHaveCount(0)

  await maya.goto('/request?profile=sandbox-builder')
  await expect(maya.getByText('took "').first()).toBeVisible()
  await lena.getByRole('button', { name: 'Sign off' }).click()
  await lena.getByRole('dialog').getByRole('button', { name: 'Sign off' }).click()
  await expect(lena.getByText(/not decided yet/).first()).toBeVisible()
  await lena.keyboard.press('Escape')

  await lena.getByRole('link', { name: 'Removed' }).click()
  await expect(rows.filter({ hasText: 'Builds nothing there any more' })).toHaveCount(1)
  await lena.getByRole('button', { name: /^Give .* back to Maya Chen/ }).click()
  await expect(lena.getByRole('button', { name: /^Give .* back to Maya Chen/ })).toHaveCount(0)
  await maya.reload()
  await expect(maya.getByRole('button', { name: 'Send request' })).toBeVisible()
  // Nobody else sees it.
  await maya.goto('/reviews')
  await expect(maya.getByText('Builders of the sandbox')).toHaveCount(0)
  expect((await query(`SELECT 1 FROM record_entry WHERE kind IN ('review.opened', 'review.decided', 'review.effect.carried', 'review.given.back')`)).length).toBe(4)
})
