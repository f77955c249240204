import { setTimeout as sleep } from 'node:timers/promises'
import { after, seconds } from '#lib/config/clock.ts'
import type { Config } from '#lib/config/config.ts'
import { refuse, type Result } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import { decideSignIn } from './decide-sign-in.ts'
import { keepGroups } from './keep-groups.ts'
import type { IdentityProvider, RenewedTokens } from './identity-provider.ts'
import { TooManyGroups } from './read-groups.ts'
import type { TokenCipher } from './token-cipher.ts'

export type RefreshDeps = { db: Database; cipher: TokenCipher; provider: IdentityProvider; signIn: Config['signIn'] }
type Person = { id: string; issuer: string; subject: string }
type Refreshed = Result<{ groups: string[]; groupsVerifiedAt: Date }, 'provider_unreachable' | 'groups_overage' | 'signed_out'>

/** A refresh makes at most two calls of eight seconds; whoever claimed longer ago died. */
const claimLasts = seconds(25)
const waitMs = 20_000
const lookAgainMs = 100

const unreachable = refuse('provider_unreachable', 'Your groups could not be confirmed with the identity provider.', 'Try again in a minute, or sign in again.')
/** What somebody is told whose groups are too many for their provider's answers; the mend is for the directory's admin. */
export const groupsOverage = refuse('groups_overage', 'You are in more groups than the identity provider sends.', 'Ask the people who run it to send only the groups assigned to Latchkey, or app roles.')
const signedOut = refuse('signed_out', 'Your sign-in was ended.', 'Sign in again.')

const running = new WeakMap<Database, Map<string, Promise<Refreshed>>>()

/**
 * Asks the provider for the person's groups as they are now and stores them. One refresh of a sign-in runs at a time,
 * in this process and among replicas, because refresh tokens rotate and a second use of one ends the session: who comes
 * second takes the first one's answer. No connection is held meanwhile, so a slow provider stops nobody who needs no
 * refresh. A refresh that fails refuses, and so does one whose sign-in was ended while the provider answered.
 */
export function refreshGroups(deps: RefreshDeps, signInId: string, person: Person, now: Date, fresh: boolean): Promise<Refreshed> {
  const ofDatabase = running.get(deps.db) ?? new Map<string, Promise<Refreshed>>()
  running.set(deps.db, ofDatabase)
  const known = ofDatabase.get(signInId)
  if (known) return known
  const started = refreshOnce(deps, signInId, person, now, fresh)
    .catch((error: unknown) => (error instanceof TooManyGroups ? groupsOverage : unreachable))
    .finally(() => ofDatabase.delete(signInId))
  ofDatabase.set(signInId, started)
  return started
}

async function refreshOnce(deps: RefreshDeps, id: string, person: Person, now: Date, fresh: boolean): Promise<Refreshed> {
  const giveUpAt = performance.now() + waitMs
  while (!(await claim(deps.db, id, now))) {
    const answered = await answerOfAnother(deps, id, now, fresh)
    if (answered) return answered
    if (performance.now() > giveUpAt) return unreachable
    await sleep(lookAgainMs)
  }
  try {
    return (await answerOfAnother(deps, id, now, fresh)) ?? (await ask(deps, id, person, now))
  } finally {
    await deps.db.signIn.updateMany({ where: { id, refreshAttemptedAt: now }, data: { refreshAttemptedAt: null } })
  }
}

async function answerOfAnother({ db, signIn }: RefreshDeps, id: string, now: Date, fresh: boolean): Promise<Refreshed | undefined> {
  const row = await db.signIn.findUniqueOrThrow({ where: { id }, include: { person: true } })
  const verdict = decideSignIn({ ...row, personDisabledAt: row.person.disabledAt }, signIn, now, fresh)
  if (verdict.state === 'over') return signedOut
  return verdict.state === 'valid' ? { ok: true, groups: row.groups, groupsVerifiedAt: row.groupsVerifiedAt } : undefined
}

/** `refreshAttemptedAt` is set while a process asks. */
async function claim(db: Database, id: string, now: Date): Promise<boolean> {
  const { count } = await db.signIn.updateMany({
    where: { id, revokedAt: null, OR: [{ refreshAttemptedAt: null }, { refreshAttemptedAt: { lte: after(now, -claimLasts) } }, { refreshAttemptedAt: { gte: after(now, claimLasts) } }] },
    data: { refreshAttemptedAt: now },
  })
  return count === 1
}

async function ask({ db, cipher, provider }: RefreshDeps, id: string, person: Person, now: Date): Promise<Refreshed> {
  const row = await db.signIn.findUniqueOrThrow({ where: { id } })
  const open = (sealed: Uint8Array | null) => (sealed ? cipher.open(sealed) : undefined)
  // Kept at once: when what follows fails, the old refresh token is used up and only the new one still works.
  const keep = async ({ accessToken, refreshToken }: RenewedTokens): Promise<void> => {
    const data = { accessTokenCipher: cipher.seal(accessToken), ...(refreshToken ? { refreshTokenCipher: cipher.seal(refreshToken) } : {}) }
    await db.signIn.updateMany({ where: { id, revokedAt: null }, data })
  }
  const groups = await provider.fetchGroups({ issuer: person.issuer, refreshToken: open(row.refreshTokenCipher), accessToken: open(row.accessTokenCipher), subject: row.providerSubject ?? person.subject, keep })
  const { count } = await db.signIn.updateMany({ where: { id, revokedAt: null }, data: { groups, groupsVerifiedAt: now } })
  if (count === 0) return signedOut
  await keepGroups(db, person.id, groups, now)
  return { ok: true, groups, groupsVerifiedAt: now }
}
