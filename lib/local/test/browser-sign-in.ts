import { createHash, randomBytes } from 'node:crypto'

/** What a browser keeps between requests to one provider. */
export type CookieJar = Map<string, string>
export type ProviderTokens = { access_token: string; refresh_token: string; id_token: string }
type Client = { issuer: string; clientId: string; clientSecret: string; redirectUri: string }

/** Walks the authorization-code flow as a browser and then as the portal: chooses a persona, exchanges the code. */
export async function signInAs(client: Client, personaId: string, jar: CookieJar = new Map()): Promise<ProviderTokens> {
  const verifier = randomBytes(32).toString('base64url')
  const question = new URLSearchParams({
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    response_type: 'code',
    scope: 'openid profile email offline_access',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state: 'the-state',
  })
  const interaction = await follow(jar, `${client.issuer}/auth?${question}`, (url) => url.includes('/interaction/'))
  const chosen = await send(jar, interaction, { method: 'POST', body: new URLSearchParams({ persona: personaId }) })
  const back = await follow(jar, locationOf(chosen, interaction), (url) => url.startsWith(client.redirectUri))
  const answer = await fetch(`${client.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${client.clientId}:${client.clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'authorization_code', code: new URL(back).searchParams.get('code') ?? '', redirect_uri: client.redirectUri, code_verifier: verifier }),
  })
  if (!answer.ok) throw new Error(await answer.text())
  return (await answer.json()) as ProviderTokens
}

/** Ends the provider's session as its sign-out page does, so that it sends a logout token to its clients. */
export async function signOutAtProvider(issuer: string, idToken: string, jar: CookieJar): Promise<void> {
  const page = `${issuer}/session/end?${new URLSearchParams({ id_token_hint: idToken })}`
  const shown = await (await send(jar, page)).text()
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(shown)?.[1] ?? ''
  const ended = await send(jar, `${issuer}/session/end/confirm`, { method: 'POST', body: new URLSearchParams({ xsrf, logout: 'yes' }) })
  if (ended.status >= 400) throw new Error(await ended.text())
}

async function follow(jar: CookieJar, from: string, arrived: (url: string) => boolean): Promise<string> {
  let url = from
  for (let step = 0; step < 8; step += 1) {
    if (arrived(url)) return url
    url = locationOf(await send(jar, url), url)
  }
  throw new Error(`Too many redirects after ${from}`)
}

function locationOf(answer: Response, from: string): string {
  const location = answer.headers.get('location')
  if (!location) throw new Error(`No redirect from ${from}: ${answer.status}`)
  return new URL(location, from).href
}

async function send(jar: CookieJar, url: string, init: { method?: string; body?: URLSearchParams } = {}): Promise<Response> {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
  const answer = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } })
  for (const header of answer.headers.getSetCookie()) {
    const [pair = ''] = header.split(';')
    const at = pair.indexOf('=')
    if (/expires=Thu, 01 Jan 1970/i.test(header)) jar.delete(pair.slice(0, at))
    else jar.set(pair.slice(0, at), pair.slice(at + 1))
  }
  return answer
}
