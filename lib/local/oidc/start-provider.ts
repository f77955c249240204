import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import path from 'node:path'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import Provider, { type Adapter, type AdapterFactory, type Configuration } from 'oidc-provider'
import { errorPage, personaPage, signedOutPage, signOutPage } from './pages.ts'
import { type Persona, personas as defaultPersonas } from './personas.ts'

export type LocalProvider = {
  issuer: string
  clientId: string
  clientSecret: string
  setGroups(personaId: string, groups: string[]): void
  /** Signs with a new key from now on, as providers do every few weeks; the old one is still published. */
  rotateKeys(): Promise<void>
  /** Answers nobody until `comeBack`; what it remembers of sign-ins stays. */
  goAway(): Promise<void>
  comeBack(): Promise<void>
  close(): Promise<void>
}

export type ProviderOptions = {
  port: number
  publicUrl: string
  dataDir?: string | undefined
  personas?: readonly Persona[]
  /** Which of the portal's two providers this one is. */
  callback?: 'oidc' | 'oidc2'
  /** The client's secret, where somebody has to know it before the provider starts. */
  clientSecret?: string
}

/** Ways to sign in, by name: with a password, or with a key that cannot be phished (RFC 9470's examples use such names). */
const ways = ['pwd', 'phr'] as const

type Kept = { keys: JWK[]; cookieKey: string; clientSecret: string }

/**
 * A conforming OpenID Connect provider on 127.0.0.1 whose sign-in is choosing a persona. `/_local/groups/<persona>`
 * (PUT, a JSON array) changes groups while it runs; they show at the next refresh or userinfo call.
 */
export async function startProvider(options: ProviderOptions): Promise<LocalProvider> {
  const issuer = `http://localhost:${options.port}`
  const kept = await keep(options.dataDir)
  if (options.clientSecret) kept.clientSecret = options.clientSecret
  const people = new Map((options.personas ?? defaultPersonas).map((persona) => [persona.id, { ...persona }]))
  const build = (before?: Provider) => {
    const provider = new Provider(issuer, { ...configuration(options.publicUrl, options.callback ?? 'oidc', kept, people), ...(before ? { adapter: memoryOf(before) } : {}) })
    provider.on('server_error', (_context, error) => process.stderr.write(`local identity provider: ${error.message}\n`))
    return { provider, handle: provider.callback() }
  }
  let running = build()
  const server = createServer((request, response) => {
    const { provider, handle } = running
    route(provider, people, request, response).then(
      (handled) => {
        if (!handled) void handle(request, response)
      },
      (error: unknown) => {
        response.writeHead(400, { 'content-type': 'text/html; charset=utf-8' }).end(errorPage('Sign-in failed', error instanceof Error ? error.message : 'unknown'))
      },
    )
  })
  const listen = (): Promise<void> => new Promise((resolve, reject) => server.once('error', reject).listen(options.port, '127.0.0.1', resolve))
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  await listen()
  return {
    issuer,
    clientId: 'latchkey',
    clientSecret: kept.clientSecret,
    setGroups: (id, groups) => setGroups(people, id, groups),
    rotateKeys: async () => {
      kept.keys.unshift(await newKey())
      running = build(running.provider)
    },
    goAway: close,
    comeBack: listen,
    close,
  }
}

/** What a provider remembers of sessions and tokens, for the one that takes its place. */
const memoryOf = (provider: Provider): AdapterFactory => (model) => (provider as unknown as Record<string, { adapter: Adapter }>)[model]?.adapter as Adapter

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  return { ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256', kid: randomBytes(6).toString('hex') }
}

/** Signing key, cookie key and client secret survive a restart, so that tokens and sign-ins do too. */
async function keep(dataDir: string | undefined): Promise<Kept> {
  const file = dataDir && path.join(dataDir, 'identity-provider.json')
  if (file && existsSync(file)) return JSON.parse(await readFile(file, 'utf8')) as Kept
  const kept: Kept = { keys: [await newKey()], cookieKey: randomBytes(24).toString('hex'), clientSecret: randomBytes(24).toString('hex') }
  if (file) {
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, JSON.stringify(kept), { mode: 0o600 })
  }
  return kept
}

function setGroups(people: Map<string, Persona>, id: string, groups: string[]): void {
  const persona = people.get(id)
  if (!persona) throw new Error(`There is no persona "${id}".`)
  people.set(id, { ...persona, groups })
}

async function route(provider: Provider, people: Map<string, Persona>, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost')
  const change = /^\/_local\/groups\/([\w-]+)$/.exec(pathname)
  if (change && request.method === 'PUT') {
    setGroups(people, change[1] ?? '', JSON.parse(await readBody(request)) as string[])
    response.writeHead(204).end()
    return true
  }
  if (!pathname.startsWith('/interaction/')) return false
  const { uid, params } = await provider.interactionDetails(request, response)
  const asked = typeof params.acr_values === 'string' ? params.acr_values.split(' ') : []
  if (request.method === 'POST') {
    const form = new URLSearchParams(await readBody(request))
    const persona = form.get('persona') ?? ''
    if (!people.has(persona)) throw new Error('There is no such persona.')
    const acr = form.get('acr')
    await provider.interactionFinished(request, response, { login: { accountId: persona, ...(acr ? { acr } : {}) } }, { mergeWithLastSubmission: false })
    return true
  }
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(personaPage(uid, [...people.values()], asked))
  return true
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function configuration(publicUrl: string, callback: 'oidc' | 'oidc2', kept: Kept, people: Map<string, Persona>): Configuration {
  const minutes = (count: number): number => count * 60
  return {
    clients: [
      {
        client_id: 'latchkey',
        client_secret: kept.clientSecret,
        redirect_uris: [`${publicUrl}/api/auth/callback/${callback}`],
        post_logout_redirect_uris: [`${publicUrl}/signed-out`],
        backchannel_logout_uri: `${publicUrl}/api/oidc/backchannel-logout`,
        backchannel_logout_session_required: true,
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
    jwks: { keys: kept.keys },
    cookies: { keys: [kept.cookieKey] },
    claims: { openid: ['sub', 'sid'], profile: ['name', 'preferred_username', 'groups', 'manager'], email: ['email', 'email_verified'] },
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    acrValues: [...ways],
    conformIdTokenClaims: false,
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context, form) => {
          context.body = signOutPage(form)
        },
        postLogoutSuccessSource: (context) => {
          context.body = signedOutPage()
        },
      },
    },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_context, id) => {
      const persona = people.get(id)
      if (!persona) return undefined
      const { name, email, username, groups, manager } = persona
      return { accountId: id, claims: () => ({ sub: id, name, email, email_verified: true, preferred_username: username, groups, manager }) }
    },
    // Nobody is asked for consent to the company's own portal.
    loadExistingGrant: async (context) => {
      const { session, client, provider } = context.oidc
      const known = session?.grantIdFor(client?.clientId ?? '')
      if (known) return provider.Grant.find(known)
      const grant = new provider.Grant({ clientId: client?.clientId ?? '', accountId: session?.accountId ?? '' })
      grant.addOIDCScope('openid profile email offline_access')
      await grant.save()
      return grant
    },
    issueRefreshToken: (_context, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    ttl: { AccessToken: minutes(10), IdToken: minutes(60), RefreshToken: minutes(60 * 24), Session: minutes(60 * 24), Grant: minutes(60 * 24), Interaction: minutes(60) },
    renderError: (context, out) => {
      context.type = 'html'
      context.body = errorPage(out.error, out.error_description ?? '')
    },
    // The back-channel logout goes to this machine, which the provider's own outgoing fetch refuses.
    fetch: (url, init) => {
      const { dispatcher: _dispatcher, ...rest } = init as RequestInit & { dispatcher?: unknown }
      return fetch(url, rest)
    },
  }
}
