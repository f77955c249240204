import 'server-only'
import { cookies } from 'next/headers'
import { decode, encode } from 'next-auth/jwt'
import { z } from 'zod'
import { findProfile } from '#lib/catalog/profiles.queries.ts'
import type { AuthenticationNeed } from '#lib/people/fresh-authentication.ts'
import { safeReturn } from './safe-return.ts'
import { getServices } from './services.ts'

/** What a fresh authentication is for: an action on a profile, and the page to come back to. */
export const confirmationSchema = z.object({ action: z.enum(['reveal', 'decide']), profile: z.string().max(64), returnTo: z.string().max(2_000).transform(safeReturn) })
export type Confirmation = z.infer<typeof confirmationSchema>

const askedSchema = confirmationSchema.extend({ signInId: z.uuid(), state: z.string().min(20) })
type Asked = z.infer<typeof askedSchema>

/** Seconds; as long as next-auth keeps the state that this goes with. */
const lasts = 15 * 60
const salt = 'latchkey confirmation'

async function cookieOf(): Promise<{ name: string; secure: boolean; secret: string }> {
  const { config } = await getServices()
  const secure = config.publicUrl.protocol === 'https:'
  return { name: secure ? '__Host-latchkey-confirm' : 'latchkey-confirm', secure, secret: config.secret }
}

/** The address of the page that asks for it, and that says why it did not work the last time. */
export function confirmPage({ action, profile, returnTo, problem }: Confirmation & { problem?: string }): string {
  return `/confirm?${new URLSearchParams({ action, profile, returnTo, ...(problem ? { problem } : {}) })}`
}

/** A refusal with where to authenticate again, when that is what would change the answer; any other as it is. */
export function withConfirmation<Refused extends { code: string }>(refused: Refused, asked: Confirmation): Refused & { confirmHref?: string } {
  return refused.code === 'fresh_authentication' ? { ...refused, confirmHref: confirmPage(asked) } : refused
}

/** Taking credentials of a grant, and back to the page that does it. */
export async function confirmationToReveal(grantId: string): Promise<Confirmation> {
  const { db } = await getServices()
  const grant = await db.grant.findUnique({ where: { id: grantId }, select: { profileId: true } })
  return { action: 'reveal', profile: grant?.profileId ?? '', returnTo: `/grants/${grantId}/credentials` }
}

/** Deciding a request, and back to it in the queue. */
export async function confirmationToDecide(requestId: string): Promise<Confirmation> {
  const { db } = await getServices()
  const request = await db.request.findUnique({ where: { id: requestId }, select: { profileId: true } })
  return { action: 'decide', profile: request?.profileId ?? '', returnTo: `/approvals?selected=${requestId}` }
}

/** What the profile asks for now; undefined when it asks for nothing. */
export async function needOf({ action, profile }: Pick<Confirmation, 'action' | 'profile'>): Promise<AuthenticationNeed | undefined> {
  const { db } = await getServices()
  const found = await findProfile(db, profile)
  return found?.definition.freshAuthentication?.[action]
}

/** Remembers, in the browser and sealed, which sign-in asked for what, until the way back with this `state`. */
export async function keepConfirmation(asked: Asked): Promise<void> {
  const { name, secure, secret } = await cookieOf()
  const value = await encode({ token: asked, secret, salt, maxAge: lasts })
  ;(await cookies()).set({ name, value, httpOnly: true, secure, sameSite: 'lax', path: '/', maxAge: lasts })
}

/** What was asked for with this `state`, once; undefined when the way back belongs to an ordinary sign-in. */
export async function takeConfirmation(state: string): Promise<Asked | undefined> {
  const { name, secure, secret } = await cookieOf()
  const jar = await cookies()
  const token = jar.get(name)?.value
  if (!token) return undefined
  jar.delete({ name, path: '/', secure })
  const asked = askedSchema.safeParse(await decode({ token, secret, salt }).catch(() => null)).data
  return asked?.state === state ? asked : undefined
}
