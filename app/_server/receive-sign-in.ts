import 'server-only'
import type { ProviderSettings } from '#lib/config/identity-providers.ts'
import { rolesOfGroups } from '#lib/config/portal-roles.ts'
import { confirmSignIn } from '#lib/people/confirm-sign-in.ts'
import { openSignIn, type ProvenIdentity } from '#lib/people/open-sign-in.ts'
import { type Claims, readGroups, TooManyGroups } from '#lib/people/read-groups.ts'
import { type Identity, readIdentity } from '#lib/people/read-identity.ts'
import { readTies, type Ties } from '#lib/people/take-ties.ts'
import { admitIdentity, recordRefusedSignIn } from '#lib/people/refuse-sign-in.ts'
import { confirmPage, needOf, takeConfirmation } from './confirmation.ts'
import { logError, logRefusal } from './log.ts'
import { getServices } from './services.ts'

type Received = { ok: true; signInId: string } | { ok: false; page: string }

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
const refused = (code: string): Received => ({ ok: false, page: `/sign-in?${new URLSearchParams({ error: code })}` })

/**
 * What the provider proved, turned into a sign-in: a new one, or a fresh authentication of the one that asked for it.
 * The ID token's signature, issuer, audience and nonce were checked before; who it is and what they are in is read here.
 */
export async function receiveSignIn(claims: Claims, account: Record<string, unknown>, state: string | undefined): Promise<Received> {
  const services = await getServices()
  const { db, config } = services
  const settings = config.oidc.find((one) => one.id === account.provider)
  if (!settings) return refused('Callback')
  const read = readIdentity(claims, settings.directory)
  if (!read.ok) {
    logError('sign-in', new Error(`${settings.name}: ${read.message} ${read.mend}`))
    return refused(read.code)
  }
  const admitted = await admitIdentity(db, read.identity, services.clock())
  if (!admitted.ok) return refused(admitted.code)
  const groups = await groupsOf(settings, claims, read.identity, text(account.access_token)).catch((error: unknown) => error)
  if (!Array.isArray(groups)) {
    const code = groups instanceof TooManyGroups ? 'groups_overage' : 'provider_unreachable'
    await recordRefusedSignIn(db, read.identity, code, services.clock())
    if (code === 'groups_overage') logRefusal('sign-in', code)
    else logError('sign-in', groups)
    return refused(code)
  }
  return remember({ ...read.identity, ties: readTies(claims, settings.ties) }, groups as string[], account, state)
}

async function groupsOf(settings: ProviderSettings, claims: Claims, identity: Identity, accessToken: string | undefined): Promise<string[]> {
  const reading = readGroups(claims, settings.groups)
  if (reading.state === 'read') return reading.groups
  const { provider } = await getServices()
  if (reading.state === 'too_many') return provider.fetchDirectoryGroups(identity.issuer, accessToken)
  // Providers that keep groups out of the ID token answer them at userinfo.
  return provider.fetchGroups({ issuer: identity.issuer, refreshToken: undefined, accessToken, subject: identity.providerSubject })
}

async function remember(identity: Identity & { ties: Ties }, groups: string[], account: Record<string, unknown>, state: string | undefined): Promise<Received> {
  const services = await getServices()
  const proven: ProvenIdentity = {
    ...identity,
    groups,
    admin: rolesOfGroups(groups, services.groupRoles).includes('admin'),
    refreshToken: text(account.refresh_token),
    accessToken: text(account.access_token),
    idToken: text(account.id_token),
  }
  const asked = state ? await takeConfirmation(state) : undefined
  if (!asked) return { ok: true, signInId: await openSignIn(services.db, services.cipher, services.signIn, proven, services.clock()) }
  // A profile that asks for nothing any more still gets its own person back, and no other.
  const need = (await needOf(asked)) ?? { acrValues: [] }
  const confirmed = await confirmSignIn(services.db, services.cipher, { signInId: asked.signInId, need }, proven, services.clock())
  if (confirmed.ok) return { ok: true, signInId: asked.signInId }
  if (confirmed.code === 'signed_out') return refused('Callback')
  return { ok: false, page: confirmPage({ ...asked, problem: confirmed.code }) }
}
