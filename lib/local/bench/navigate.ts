/**
 * What a browser asks for when somebody clicks from page to page: not the document but the new page's part of the tree
 * (`RSC: 1`), with the tree it has (Next.js, "Linking and navigating"). Links fetch nothing ahead until pointed at.
 */
export async function navigate(baseUrl: string, place: string, cookie: string): Promise<{ status: number; text: string }> {
  const url = new URL(place, baseUrl)
  const headers = { cookie, rsc: '1', 'next-router-state-tree': encodeURIComponent(JSON.stringify(treeOf(url))) }
  url.searchParams.set('_rsc', 'bench')
  const answer = await fetch(url, { headers, redirect: 'manual' })
  return { status: answer.status, text: await answer.text() }
}

/** The tree of a page under the portal's layout, the page itself marked to be fetched; as recorded from Chromium. */
function treeOf(url: URL): unknown {
  const search = Object.fromEntries(url.searchParams)
  const page = Object.keys(search).length === 0 ? '__PAGE__' : `__PAGE__?${JSON.stringify(search)}`
  const segment = url.pathname === '/' ? '(home)' : url.pathname.slice(1)
  return ['', { children: ['(portal)', { children: [segment, { children: [page, {}, null, 'refetch', 0] }, null, null, 4] }, null, null, 8] }, null, null, 24]
}
