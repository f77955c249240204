import type { Database } from '#lib/db/client.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import type { LogoutToken } from './logout-token.ts'
import type { TokenCipher } from './token-cipher.ts'

/** Ends one sign-in at its owner's wish; returns whose it was, and the ID token that the provider's sign-out page wants as a hint. */
export async function endSignIn(db: Database, cipher: TokenCipher, signInId: string, now: Date): Promise<{ issuer: string; idToken: string | undefined } | undefined> {
  return db.$transaction(async (tx) => {
    const row = await tx.signIn.findUnique({ where: { id: signInId }, include: { person: true } })
    const ended = await tx.signIn.updateMany({
      where: { id: signInId, revokedAt: null },
      data: { revokedAt: now, revokedReason: 'signed_out', refreshTokenCipher: null, accessTokenCipher: null, idTokenCipher: null },
    })
    if (!row || ended.count === 0) return undefined
    await appendEntry(tx, { kind: 'signin.ended', occurredAt: now, actorId: row.personId, subjectId: row.id, facts: {} })
    return { issuer: row.person.issuer, idToken: row.idTokenCipher ? cipher.open(row.idTokenCipher) : undefined }
  })
}

/**
 * Ends the sign-ins that a validated logout token names: those of one provider session, or all of a person's. A token
 * that was seen before changes nothing (`false`).
 */
export async function endSignInsByProvider(db: Database, token: LogoutToken, now: Date): Promise<boolean> {
  return db.$transaction(async (tx) => {
    await tx.usedToken.deleteMany({ where: { expiresAt: { lt: now } } })
    const used = await tx.usedToken.createMany({ data: [{ id: token.id, expiresAt: token.expiresAt }], skipDuplicates: true })
    if (used.count === 0) return false
    const where = {
      revokedAt: null,
      person: { issuer: token.issuer },
      ...(token.subject ? { OR: [{ providerSubject: token.subject }, { providerSubject: null, person: { subject: token.subject } }] } : {}),
      ...(token.providerSessionId ? { providerSessionId: token.providerSessionId } : {}),
    }
    const rows = await tx.signIn.findMany({ where, select: { id: true, personId: true } })
    await tx.signIn.updateMany({
      where: { id: { in: rows.map((row) => row.id) } },
      data: { revokedAt: now, revokedReason: 'provider_logout', refreshTokenCipher: null, accessTokenCipher: null, idTokenCipher: null },
    })
    for (const row of rows) await appendEntry(tx, { kind: 'signin.revoked', occurredAt: now, subjectId: row.id, facts: { person: row.personId } })
    return true
  })
}
