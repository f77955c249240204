import { expect, test } from 'vitest'
import { problemPage } from './problem-page.ts'

const back = { href: '/', label: 'Go to my access' }
const asked = (headers: Record<string, string> = {}): Request => new Request('https://portal.example/api/console', { headers })

test('what others wrote is text in it, and the way back leads where it says', async () => {
  const page = problemPage(asked({ 'x-nonce': 'n"1' }), { status: 429, message: '<b>Too & many</b>', mend: `"Wait" 'a' minute`, back: { href: '/grants/1/credentials', label: 'Back' } })
  const html = await page.text()
  expect([page.status, page.headers.get('content-type'), page.headers.get('cache-control')]).toEqual([429, 'text/html; charset=utf-8', 'no-store'])
  expect(html).toContain('<h1>&lt;b&gt;Too &amp; many&lt;/b&gt;</h1>')
  expect(html).toContain('<p>&quot;Wait&quot; &#39;a&#39; minute</p>')
  expect(html).toContain('<style nonce="n&quot;1">')
  expect(html).toContain('<a href="/grants/1/credentials">Back</a>')
})

test('it keeps the theme that was chosen, and else the system’s', async () => {
  const schemeOf = async (cookie?: string): Promise<string | undefined> => /color-scheme: ([^}]+) }/.exec(await problemPage(asked(cookie ? { cookie } : {}), { status: 400, message: 'No', back }).text())?.[1]
  expect([await schemeOf('a=b; theme=dark'), await schemeOf('theme=light; a=b'), await schemeOf('theme=}*{'), await schemeOf()]).toEqual(['dark', 'light', 'light dark', 'light dark'])
})
