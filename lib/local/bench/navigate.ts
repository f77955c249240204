/**
 * What a browser asks for when somebody clicks from page to page: not the document but the new page's part of the tree
 * (`RSC: 1`), with the tree it has (Next.js, "Linking and navigating"). Links fetch nothing ahead until pointed at.
 */
export async function navigate(baseUrl: string, place: string, cookie: string): Promise<{ status: number; text: string }> {
  const url = new URL(place, baseUrl)
  const headers = { cookie, rsc: '1', 'next-router-state-tree': encodeURIComponent(JSON.stringify(treeOf(url))) }
  const known = addresses.get(place)
  const answer = await fetch(known ?? withKey(url, 'unknown'), { headers, redirect: 'manual' })
  const text = await answer.text()
  const location = answer.headers.get('location')
  if (known || !location) return { status: answer.status, text }
  // Browsers compute a key of the headers into the address; the server says the right one to who has it wrong.
  addresses.set(place, withKey(url, new URL(location, baseUrl).searchParams.get('_rsc') ?? ''))
  return navigate(baseUrl, place, cookie)
}

const addresses = new Map<string, URL>()

function withKey(url: URL, key: string): URL {
  const keyed = new URL(url)
  keyed.searchParams.set('_rsc', key)
  return keyed
}

/** The tree of a page under the portal's layout, the page itself marked to be fetched; as recorded from Chromium. */
function treeOf(url: URL): unknown {
  const search = Object.fromEntries(url.searchParams)
  const page = Object.keys(search).length === 0 ? '__PAGE__' : `__PAGE__?${JSON.stringify(search)}`
  const segment = url.pathname === '/' ? '(home)' : url.pathname.slice(1)
  return ['', { children: ['(portal)', { children: [segment, { children: [page, {}, null, 'refetch', 0] }, null, null, 4] }, null, null, 8] }, null, null, 24]
}
