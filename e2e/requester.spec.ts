import type { Page } from '@playwright/test'
import { one, query } from './database.ts'
import { expect, expectAccessible, expectAnnounced, test } from './fixtures.ts'
import { openGrant, reason, revealQuietly, sendRequest } from './journeys.ts'

const form = '/request?profile=payments-prod-operate'
const why = (page: Page): ReturnType<Page['getByLabel']> => page.getByLabel('What do you need it for?')
const send = (page: Page): Promise<void> => page.getByRole('button', { name: 'Send request' }).click()

async function chooseMinutes(page: Page, minutes: string): Promise<void> {
  if (!(await page.getByLabel('Minutes').isVisible())) await page.getByText('Other', { exact: true }).click()
  await page.getByLabel('Minutes').fill(minutes)
}

test('search and filters narrow the catalogue, stand in the address, and survive a reload and the way back', async ({ as }) => {
  const maya = await as('Maya Chen')
  await maya.goto('/request')
  await maya.getByRole('searchbox', { name: 'Search' }).fill('invoice')
  await maya.getByRole('searchbox', { name: 'Search' }).press('Enter')
  await expect(maya).toHaveURL(/q=invoice/)
  await expect(maya.getByRole('link', { name: /Invoice reconciliation API/ })).toBeVisible()
  await expect(maya.getByRole('link', { name: /Sandbox, build/ })).toHaveCount(0)
  await maya.goto('/request?environment=sandbox')
  await expect(maya.getByRole('link', { name: /Sandbox, build/ })).toBeVisible()
  await expect(maya.getByRole('link', { name: /Payments production, read only/ })).toHaveCount(0)
  await maya.getByRole('link', { name: /Sandbox, build/ }).click()
  await expect(maya).toHaveURL(/environment=sandbox.*profile=sandbox-builder/)
  await maya.reload()
  await expect(maya.getByRole('heading', { name: 'Sandbox, build' })).toBeVisible()
  await maya.goBack()
  await expect(maya).toHaveURL(/environment=sandbox$/)
  await maya.goto('/request?q=nothing-is-called-this')
  await expect(maya.getByText('Nothing fits.')).toBeVisible()
  // What somebody may not ask for is not in their catalogue, whatever the address says.
  await maya.goto('/request?profile=data-export')
  await expect(maya.getByText('is for members of data')).toBeVisible()
})

test('mistakes are said beside their fields and aloud, the first of them gets the focus, and nothing typed is lost', async ({ as }) => {
  const maya = await as('Maya Chen')
  await maya.goto(form)
  await why(maya).fill('too short')
  await maya.getByRole('textbox', { name: 'Ticket' }).fill('no ticket!')
  await send(maya)
  await expect(why(maya)).toHaveAccessibleDescription(/at least 30 characters/)
  await expect(why(maya)).toBeFocused()
  await expect(maya.getByRole('textbox', { name: 'Ticket' })).toHaveAccessibleDescription(/letters, digits/)
  await expectAnnounced(maya, /at least 30 characters.*letters, digits/)
  await expect(why(maya)).toHaveValue('too short')
  await maya.reload()
  await expect(why(maya)).toHaveValue('too short')
  await expect(maya.getByRole('textbox', { name: 'Ticket' })).toHaveValue('no ticket!')
  await maya.getByRole('link', { name: 'My access' }).first().click()
  await expect(maya.getByRole('heading', { name: 'My access', level: 1 })).toBeVisible()
  await maya.goBack()
  await expect(why(maya)).toHaveValue('too short')
})

test('durations of zero, below zero, beyond the limit and with a fraction are refused beside the field', async ({ as }) => {
  const maya = await as('Maya Chen')
  await maya.goto('/request?profile=sandbox-builder')
  await why(maya).fill(reason)
  for (const [minutes, told] of [['0', /at least 1 minute/], ['-5', /at least 1 minute/], ['1.5', /whole number/], ['', /whole number/]] as const) {
    await chooseMinutes(maya, minutes)
    await send(maya)
    await expect(maya.getByLabel('Minutes'), minutes).toHaveAccessibleDescription(told)
    await expect(maya.getByLabel('Minutes')).toBeFocused()
  }
  // Beyond the limit the answer says so before anything is sent.
  await chooseMinutes(maya, '999999999')
  await expect(maya.getByText(/allows at most 720 minutes/).first()).toBeVisible()
  await expect(maya.getByRole('button', { name: 'Send request' })).toBeDisabled()
  await expect(why(maya)).toHaveValue(reason)
  expect(await query(`SELECT 1 FROM request WHERE state = 'pending'`)).toHaveLength(0)
})

test('10,000 characters are refused and kept, emoji are counted as people count them, and are stored as typed', async ({ as }) => {
  const maya = await as('Maya Chen')
  const long = 'x'.repeat(10_000)
  await maya.goto('/request?profile=sandbox-builder')
  await why(maya).evaluate((field) => field.removeAttribute('maxlength'))
  await why(maya).fill(long)
  await send(maya)
  await expect(why(maya)).toHaveAccessibleDescription(/within 2000 characters; there are far more/)
  await expect(why(maya)).toHaveValue(long)
  const emoji = `${'👩‍👩‍👧‍👦'.repeat(12)} 🏳️‍🌈 needs the sandbox`
  await why(maya).fill(emoji)
  await send(maya)
  await maya.waitForURL(/\/requests\//)
  await expect(maya.getByText(emoji).first()).toBeVisible()
  expect((await one(`SELECT justification FROM request WHERE state = 'pending'`)).justification).toBe(emoji)
})

test('HTML in what people write is shown as text to the requester, the approver, the dashboard and the log', async ({ as }) => {
  const [maya, ana, amir] = [await as('Maya Chen'), await as('Ana Kovac'), await as('Amir Haddad')]
  const hostile = `<img src=x onerror="window.owned=1"><script>window.owned=1</script> "quoted" & 'more' {{7*7}}`
  const { requestId, grantId } = await openGrant(maya, ana, 'payments-prod-read', { justification: hostile })
  await revealQuietly(maya, grantId)
  const again = await sendRequest(maya, 'payments-prod-read', { justification: hostile })
  const { id: entryId } = await one<{ id: string }>(`SELECT id FROM record_entry WHERE "requestId" = $1 AND kind = 'request.created'`, [requestId])
  for (const [page, path] of [[maya, '/'], [maya, `/requests/${requestId}`], [ana, `/approvals?selected=${again}`], [amir, '/dashboard'], [amir, `/requests/${requestId}`], [amir, `/record?entry=${entryId}`]] as const) {
    await page.goto(path)
    await expect(page.getByText(hostile).first(), path).toBeAttached()
    expect(await page.evaluate(() => 'owned' in window), path).toBe(false)
    expect(await page.locator('img[src="x"]').count(), path).toBe(0)
  }
})

test('two tabs that send the same request make one, and the second is told which waits already', async ({ as }) => {
  const first = await as('Maya Chen')
  const second = await first.context().newPage()
  for (const page of [first, second]) {
    await page.goto('/request?profile=sandbox-builder')
    await why(page).fill(reason)
  }
  await send(first)
  await first.waitForURL(/\/requests\//)
  await send(second)
  const { code } = await one<{ code: string }>(`SELECT code FROM request WHERE state = 'pending'`)
  await expect(second.getByRole('alert').filter({ hasText: `${code} waits for a decision` })).toBeVisible()
  await expect(why(second)).toHaveValue(reason)
  expect(await query(`SELECT 1 FROM request WHERE state = 'pending'`)).toHaveLength(1)
})

test('a request can be cancelled from both pages that show it, and asked for again', async ({ as }) => {
  const maya = await as('Maya Chen')
  await sendRequest(maya, 'sandbox-builder')
  await maya.goto('/')
  await maya.getByRole('button', { name: 'Cancel the request for Sandbox, build' }).click()
  await expectAnnounced(maya, 'Request cancelled.')
  await expect(maya.getByRole('button', { name: 'Cancel the request for Sandbox, build' })).toHaveCount(0)
  await maya.getByRole('link', { name: 'Ask again for Sandbox, build' }).first().click()
  await why(maya).fill(reason)
  await send(maya)
  await maya.waitForURL(/\/requests\//)
  await maya.getByRole('button', { name: /^Cancel the request/ }).click()
  await expectAnnounced(maya, 'Request cancelled.')
  await expect(maya.getByRole('link', { name: 'Ask again' })).toBeVisible()
  expect(await query(`SELECT 1 FROM request WHERE state = 'pending'`)).toHaveLength(0)
})

test('a request can be made with the keyboard alone', async ({ as }) => {
  const maya = await as('Maya Chen')
  await maya.goto('/request?environment=sandbox')
  const reach = async (name: string | RegExp, role: 'link' | 'textbox' | 'button'): Promise<void> => {
    const target = maya.getByRole(role, { name }).first()
    for (let step = 0; step < 60 && !(await target.evaluate((element) => element === document.activeElement).catch(() => false)); step++) await maya.keyboard.press('Tab')
    await expect(target).toBeFocused()
  }
  await reach(/Sandbox, build/, 'link')
  await maya.keyboard.press('Enter')
  await expect(maya.getByRole('heading', { name: 'Sandbox, build' })).toBeVisible()
  await reach('What do you need it for?', 'textbox')
  await maya.keyboard.type(reason)
  await reach('Send request', 'button')
  await maya.keyboard.press('Enter')
  await maya.waitForURL(/\/requests\/[0-9a-f-]{36}$/)
  await expect(maya.getByText(/Waits for one of/)).toBeVisible()
})

test('several profiles are asked for at once: one press, a request and a decision each, and each says what was sent with it', async ({ as }) => {
  const maya = await as('Maya Chen')
  await maya.goto('/request?profile=payments-prod-read')
  await maya.getByLabel('What do you need it for?').fill('Comparing both ends of the queue for merchant 4711')
  await maya.getByText('Ask for more at once').click()
  await maya.getByRole('checkbox', { name: /Sandbox, build/ }).check()
  await expectAccessible(maya)
  await maya.getByRole('button', { name: 'Send 2 requests' }).click()
  await maya.waitForURL(/\/requests\/[0-9a-f-]{36}$/)
  await expect(maya.getByRole('heading', { name: 'Sent together' })).toBeVisible()
  await maya.getByRole('link', { name: /Sandbox, build/ }).click()
  await expect(maya.getByRole('heading', { level: 1, name: /Sandbox, build/ })).toBeVisible()
  await expect(maya.getByRole('region', { name: 'Sent together' }).getByRole('link')).toHaveCount(1)
})
