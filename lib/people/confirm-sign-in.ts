import { refuse, type Result } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { closeFirstAdminPath } from './first-admin.ts'
import { type AuthenticationNeed, type ConfirmationCode, confirmationProblems, decideConfirmation } from './fresh-authentication.ts'
import { keepGroups } from './keep-groups.ts'
import type { ProvenIdentity } from './open-sign-in.ts'
import { recordRefusedSignIn } from './refuse-sign-in.ts'
import type { TokenCipher } from './token-cipher.ts'

export type ConfirmResult = Result<object, ConfirmationCode | 'signed_out'>

const signedOut = refuse('signed_out', 'Your sign-in ended meanwhile.', 'Sign in again.')

/**
 * Takes a fresh authentication into the sign-in that asked for it: same person (issuer and subject), recent and strong
 * enough for `need`. Nothing else of the sign-in moves, its limits neither. Anything else changes nothing, and the
 * record says so.
 */
export async function confirmSignIn(db: Database, cipher: TokenCipher, asked: { signInId: string; need: AuthenticationNeed }, proven: ProvenIdentity, now: Date): Promise<ConfirmResult> {
  const row = await db.signIn.findUnique({ where: { id: asked.signInId }, include: { person: true } })
  if (!row || row.revokedAt || row.person.disabledAt || now >= row.expiresAt) return signedOut
  if (row.person.issuer !== proven.issuer || row.person.subject !== proven.subject) {
    await recordRefusedSignIn(db, proven, 'other_person', now)
    return confirmationProblems.other_person
  }
  const said = { authenticatedAt: proven.authenticatedAt ?? null, acr: proven.acr ?? null }
  const decision = decideConfirmation(said, asked.need, now)
  if (!decision.ok) {
    await recordRefusedSignIn(db, proven, decision.code, now)
    return decision
  }
  const seal = (token: string | undefined, old: Uint8Array<ArrayBuffer> | null) => (token === undefined ? old : cipher.seal(token))
  return db.$transaction(async (tx) => {
    const { count } = await tx.signIn.updateMany({
      where: { id: row.id, revokedAt: null },
      data: {
        ...said,
        groups: proven.groups,
        groupsVerifiedAt: now,
        providerSessionId: proven.providerSessionId ?? row.providerSessionId,
        refreshTokenCipher: seal(proven.refreshToken, row.refreshTokenCipher),
        accessTokenCipher: seal(proven.accessToken, row.accessTokenCipher),
        idTokenCipher: seal(proven.idToken, row.idTokenCipher),
        lastSeenAt: now,
      },
    })
    if (count === 0) return signedOut
    await keepGroups(tx, row.personId, proven.groups, now)
    await appendEntry(tx, { kind: 'signin.confirmed', occurredAt: now, actorId: row.personId, subjectId: row.id, facts: { acr: said.acr, authenticatedAt: said.authenticatedAt?.toISOString() ?? null } })
    if (proven.admin) await closeFirstAdminPath(tx, row.personId, now)
    return { ok: true }
  })
}
