import { encode } from 'next-auth/jwt'
import type { Database } from '#lib/db/client.ts'
import { openSignIn } from '#lib/people/open-sign-in.ts'
import { openTokenCipher } from '#lib/people/token-cipher.ts'
import { personas } from '../oidc/personas.ts'

/** A sign-in as the callback of the identity provider leaves it, without the round trip through a browser: its cookie. */
export async function signInAs(db: Database, environment: Record<string, string>, personaId: string): Promise<{ cookie: string; personId: string; signInId: string }> {
  const persona = personas.find((candidate) => candidate.id === personaId)
  if (!persona) throw new Error(`There is no persona "${personaId}".`)
  const secret = environment.LATCHKEY_SECRET ?? ''
  const signInId = await openSignIn(
    db,
    openTokenCipher(secret),
    { idleMinutes: 60, maxMinutes: 720, groupsMaxAgeMinutes: 15, groupsFreshMinutes: 5 },
    { issuer: environment.OIDC_ISSUER ?? '', subject: persona.id, displayName: persona.name, email: persona.email, username: persona.username, groups: persona.groups, providerSessionId: undefined, refreshToken: undefined, accessToken: undefined, idToken: undefined },
    new Date(),
  )
  const { personId } = await db.signIn.findUniqueOrThrow({ where: { id: signInId } })
  return { cookie: `latchkey=${await encode({ token: { signInId }, secret })}`, personId, signInId }
}
