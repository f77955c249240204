type Problem = { status: number; message: string; mend?: string | undefined; back: { href: string; label: string } }

/** By itself, as the pages' stylesheet has a name that only a build knows; their background, ink and link, for both themes. */
const style = `
body { margin: 0; padding: max(3rem, 16vh) 1rem 2rem; font: 1rem/1.5 system-ui, sans-serif; background: light-dark(#f6f7f9, #0c0e12); color: light-dark(#12161d, #e9ecf1) }
main { max-width: 32rem; margin: 0 auto }
.name { margin: 0 0 2rem; font-weight: 600 }
h1 { margin: 0 0 .5rem; font-size: 1.25rem; line-height: 1.35; font-weight: 600; letter-spacing: -.01em; text-wrap: balance }
p { margin: 0 0 .5rem }
a { display: inline-block; margin-top: 1rem; color: light-dark(#2546bd, #9db1ff); text-underline-offset: 2px }
a:focus-visible { outline: 2px solid; outline-offset: 2px; border-radius: 2px }`

/**
 * The answer of a route that a form opened in a tab of its own, where a person would otherwise read a bare line: what,
 * why, and the way back. `request` names the nonce of its answer's policy, and the theme that was chosen.
 */
export function problemPage(request: Request, { status, message, mend, back }: Problem): Response {
  const theme = /(?:^|;\s*)theme=(light|dark)(?:;|$)/.exec(request.headers.get('cookie') ?? '')?.[1] ?? 'light dark'
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(message)} · Latchkey</title>
<style nonce="${escaped(request.headers.get('x-nonce') ?? '')}">:root { color-scheme: ${theme} }${style}
</style>
</head>
<body>
<main>
<p class="name">Latchkey</p>
<h1>${escaped(message)}</h1>
${mend === undefined ? '' : `<p>${escaped(mend)}</p>`}
<a href="${escaped(back.href)}">${escaped(back.label)}</a>
</main>
</body>
</html>
`
  return new Response(html, { status, headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' } })
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character)
