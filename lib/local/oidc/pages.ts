import type { Persona } from './personas.ts'

const escape = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

const page = (title: string, body: string): string => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}body{max-width:34rem;margin:6vh auto;padding:0 1rem}
h1{font-size:1.2rem}p{opacity:.75}ul{list-style:none;padding:0;display:grid;gap:.4rem}
button{font:inherit;width:100%;text-align:left;padding:.6rem .8rem;border:1px solid color-mix(in srgb,currentColor 25%,transparent);border-radius:.5rem;background:none;color:inherit;cursor:pointer}
button:hover,button:focus-visible{border-color:currentColor}small{display:block;opacity:.7}</style></head><body>${body}</body></html>`

/** Choosing a persona is the local provider's way of signing in. There are no passwords to know; `ways` are the `acr_values` that were asked for. */
export function personaPage(uid: string, personas: readonly Persona[], ways: readonly string[]): string {
  const rows = personas.map(
    (persona) => `<li><button name="persona" value="${escape(persona.id)}">${escape(persona.name)}
<small>${escape(persona.about)} · ${escape(persona.groups.join(', ') || 'no groups')}</small></button></li>`,
  )
  const options = [...new Set([...ways, 'pwd'])].map((way) => `<option>${escape(way)}</option>`)
  const how = ways.length > 0 ? `<p><label>How you sign in <select name="acr">${options.join('')}</select></label></p>` : ''
  return page('Local identity provider', `<main><h1>Who are you today?</h1><p>This is the local stand-in for your identity provider. It runs on this machine only.</p><form method="post" action="/interaction/${uid}">${how}<ul>${rows.join('')}</ul></form></main>`)
}

export const signOutPage = (form: string): string => page('Sign out', `<main><h1>Signing out</h1>${form}<button form="op.logoutForm" name="logout" value="yes" autofocus>Sign out of the identity provider too</button></main>`)

export const signedOutPage = (): string => page('Signed out', '<main><h1>You are signed out.</h1></main>')

export const errorPage = (title: string, detail: string): string => page('Error', `<main><h1>${escape(title)}</h1><p>${escape(detail)}</p></main>`)
