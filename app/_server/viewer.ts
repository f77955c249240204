import 'server-only'
import { cookies, headers } from 'next/headers'
import { forbidden, redirect } from 'next/navigation'
import { decode } from 'next-auth/jwt'
import { cache } from 'react'
import { z } from 'zod'
import type { PortalRole } from '#lib/config/portal-roles.ts'
import { refuse } from '#lib/config/result.ts'
import { mintViewer, type ViewerResult } from '#lib/people/mint-viewer.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { sessionCookieName } from './auth-options.ts'
import { safeReturn } from './safe-return.ts'
import { getServices } from './services.ts'

const signInIdSchema = z.uuid()

/** The id of the sign-in row from the encrypted cookie; undefined for no cookie, a tampered one, or one that expired. */
export const readSignInId = cache(async (): Promise<string | undefined> => {
  const { config } = await getServices()
  const token = (await cookies()).get(sessionCookieName(config.publicUrl))?.value
  if (!token) return undefined
  for (const secret of [config.secret, ...config.previousSecrets]) {
    const claims = await decode({ token, secret }).catch(() => null)
    const signInId = signInIdSchema.safeParse(claims?.signInId).data
    if (signInId) return signInId
  }
  return undefined
})

const mint = cache(async (fresh: boolean, stored: boolean): Promise<ViewerResult> => {
  const signInId = await readSignInId()
  if (!signInId) return refuse('signed_out', 'You are signed out.', 'Sign in again.')
  const services = await getServices()
  return mintViewer(services, signInId, services.clock(), { fresh, stored })
})

/**
 * The viewer of this request, minted once; `fresh` where groups must have been verified within five minutes, `stored`
 * where an emergency may go on what was stored while the identity provider cannot be asked.
 */
export const getViewer = ({ fresh = false, stored = false } = {}): Promise<ViewerResult> => mint(fresh, stored)

/**
 * For pages: the viewer, or a redirect to where a person can become one and come back to what they opened. Call it
 * before any Suspense boundary.
 */
export async function requireViewer(page: string, options: { stored?: boolean } = {}): Promise<Viewer> {
  const result = await getViewer(options)
  const returnTo = safeReturn((await headers()).get('x-requested-path') ?? page)
  if (!result.ok) redirect(`/sign-in?${new URLSearchParams({ why: result.code, returnTo })}` as never)
  if (result.viewer.roles.length === 0) redirect('/no-access')
  return result.viewer
}

/**
 * For pages of certain portal roles: the viewer, or 403. A section's layout calls it so that the answer's status is
 * right although the page below streams; the page calls it again, because a layout guards nothing.
 */
export async function requireRole(returnTo: string, ...roles: readonly PortalRole[]): Promise<Viewer> {
  const viewer = await requireViewer(returnTo)
  if (!hasRole(viewer, ...roles)) forbidden()
  return viewer
}
