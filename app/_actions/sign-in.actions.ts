'use server'
import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { endSignIn } from '#lib/people/end-sign-in.ts'
import { sessionCookieName } from '#app/_server/auth-options.ts'
import { applyCookies } from '#app/_server/apply-cookies.ts'
import { logError } from '#app/_server/log.ts'
import { safeReturn } from '#app/_server/safe-return.ts'
import { formField } from '#app/_server/form-field.ts'
import { overAddressLimit } from '#app/_server/rate-limit.ts'
import { getServices } from '#app/_server/services.ts'
import { startSignIn } from '#app/_server/start-sign-in.ts'
import { readSignInId } from '#app/_server/viewer.ts'

const signInSchema = z.object({ returnTo: z.string().max(2_000).optional() })

/** Sends the browser to the identity provider. Open to everybody: it reveals and changes nothing. */
export async function signInAction(form: FormData): Promise<void> {
  const input = signInSchema.safeParse({ returnTo: formField(form, 'returnTo') ?? undefined })
  if (await overAddressLimit('signIns')) redirect('/sign-in?error=TooMany')
  const started = await startSignIn(safeReturn(input.data?.returnTo)).catch((error: unknown) => {
    logError('sign-in', error)
    return undefined
  })
  if (!started) redirect('/sign-in?error=OAuthSignin')
  await applyCookies(started.cookies)
  redirect(started.location as never)
}

/** Ends the viewer's own sign-in here, then at the identity provider (OpenID Connect RP-Initiated Logout 1.0). */
export async function signOutAction(): Promise<void> {
  const services = await getServices()
  const { config } = services
  const signInId = await readSignInId()
  const idToken = signInId ? await endSignIn(services.db, services.cipher, signInId, services.clock()) : undefined
  ;(await cookies()).delete({ name: sessionCookieName(config.publicUrl), path: '/', secure: config.publicUrl.protocol === 'https:' })
  const away = await services.provider.signOutUrl(idToken, new URL('/signed-out', config.publicUrl)).catch(() => undefined)
  redirect((away ?? '/signed-out') as never)
}
