import { refuse, type Result } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import type { IdentityProvider } from './identity-provider.ts'
import type { TokenCipher } from './token-cipher.ts'

export type RefreshDeps = { db: Database; cipher: TokenCipher; provider: IdentityProvider }

type SignInRow = { id: string; refreshTokenCipher: Uint8Array | null; accessTokenCipher: Uint8Array | null }

const refreshLock = 0x1a7c4e03

/**
 * Asks the provider for the person's groups as they are now and stores them. One refresh of a sign-in runs at a time,
 * because refresh tokens rotate and a second use of one ends the session: a request that comes second waits for the
 * first and takes its answer. A refresh that fails refuses.
 */
export async function refreshGroups(
  { db, cipher, provider }: RefreshDeps,
  row: SignInRow,
  person: { id: string; subject: string },
  now: Date,
): Promise<Result<{ groups: string[] }, 'provider_unreachable'>> {
  try {
    const groups = await db.$transaction(
      async (tx) => {
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(${refreshLock}, hashtext(${row.id}))`
        const current = await tx.signIn.findUniqueOrThrow({ where: { id: row.id } })
        // Somebody else refreshed while this request waited for the lock.
        if (current.refreshAttemptedAt && current.refreshAttemptedAt >= now && current.groupsVerifiedAt >= now) return current.groups
        const open = (sealed: Uint8Array | null) => (sealed ? cipher.open(sealed) : undefined)
        const fresh = await provider.fetchGroups({
          refreshToken: open(current.refreshTokenCipher),
          accessToken: open(current.accessTokenCipher),
          subject: person.subject,
        })
        await tx.signIn.update({
          where: { id: row.id },
          data: {
            groups: fresh.groups,
            groupsVerifiedAt: now,
            refreshAttemptedAt: now,
            ...(fresh.refreshToken ? { refreshTokenCipher: cipher.seal(fresh.refreshToken) } : {}),
            ...(fresh.accessToken ? { accessTokenCipher: cipher.seal(fresh.accessToken) } : {}),
          },
        })
        await tx.person.update({ where: { id: person.id }, data: { lastKnownGroups: fresh.groups } })
        return fresh.groups
      },
      { timeout: 20_000, maxWait: 10_000 },
    )
    return { ok: true, groups }
  } catch {
    return refuse('provider_unreachable', 'Your groups could not be confirmed with the identity provider.', 'Try again in a minute, or sign in again.')
  }
}
