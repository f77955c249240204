import { createHash, timingSafeEqual } from 'node:crypto'
import type { Config } from '#lib/config/config.ts'
import { refuse, type Result } from '#lib/config/result.ts'
import type { Database, Transaction } from '#lib/db/client.ts'
import { takeToken } from '#lib/db/take-token.ts'
import { appendEntry } from '#lib/record/append-entry.ts'

export type FirstAdminDeps = { db: Database; code: string | undefined; groupRoles: Config['groupRoles'] }
export type FirstAdminCode = 'not_open' | 'wrong_code' | 'too_many_tries'
type Claimer = { personId: string }

const notOpen = refuse('not_open', 'There is no open path to the first admin.', 'Admins are made by the groups of the identity provider (OIDC_GROUP_ROLES).')
/** A person may try five times at once, then once a minute; the code itself is 32 characters or more. */
const tries = { capacity: 5, refillPerSecond: 1 / 60 }

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
/** Takes as long for a wrong code as for the right one, whatever is wrong with it. */
const sameCode = (typed: string, code: string): boolean => timingSafeEqual(digest(typed), digest(code))
const adminGroups = (map: Config['groupRoles']): string[] => [...map].filter(([, roles]) => roles.includes('admin')).map(([group]) => group)

/** Whether somebody could still become the first admin by code: one is set, nobody did, and no admin by group was ever seen. */
export async function isFirstAdminPathOpen({ db, code, groupRoles }: FirstAdminDeps): Promise<boolean> {
  if (!code || (await db.firstAdmin.count()) > 0) return false
  return (await db.signIn.findFirst({ where: { groups: { hasSome: adminGroups(groupRoles) } }, select: { id: true } })) === null
}

/**
 * Makes the viewer the first admin, for a company whose groups do not arrive yet. Once, for one identity (issuer and
 * subject), in the record; over as soon as an admin by group signs in. The database holds that too: one row, which
 * cannot be deleted or given to somebody else.
 */
export async function claimFirstAdmin(deps: FirstAdminDeps, viewer: Claimer, typed: string, now: Date): Promise<Result<object, FirstAdminCode>> {
  const { db, code, groupRoles } = deps
  if (!code || !(await isFirstAdminPathOpen(deps))) return notOpen
  if (!(await takeToken(db, `first-admin/${viewer.personId}`, tries, now))) return refuse('too_many_tries', 'That were too many tries.', 'Wait a minute.')
  if (!sameCode(typed.trim(), code)) {
    await db.$transaction((tx) => appendEntry(tx, { kind: 'admin.first.refused', occurredAt: now, actorId: viewer.personId, facts: {} }))
    return refuse('wrong_code', 'That is not the code.', 'It is the value of LATCHKEY_FIRST_ADMIN_CODE.')
  }
  return db.$transaction(async (tx) => {
    const claimed = await tx.$executeRaw`
      INSERT INTO first_admin (id, "personId", "claimedAt") SELECT 1, ${viewer.personId}::uuid, ${now}
      WHERE NOT EXISTS (SELECT FROM sign_in WHERE groups && ${adminGroups(groupRoles)}::text[])
      ON CONFLICT (id) DO NOTHING`
    if (claimed !== 1) return notOpen
    await appendEntry(tx, { kind: 'admin.first.claimed', occurredAt: now, actorId: viewer.personId, subjectId: viewer.personId, facts: {} })
    return { ok: true }
  })
}

/** Closes the path for good, because an admin by group is here; whoever used it is an admin no more. */
export async function closeFirstAdminPath(tx: Transaction, personId: string, now: Date): Promise<void> {
  const closed = await tx.$executeRaw`
    INSERT INTO first_admin (id, "closedAt") VALUES (1, ${now})
    ON CONFLICT (id) DO UPDATE SET "closedAt" = ${now} WHERE first_admin."closedAt" IS NULL`
  if (closed === 1) await appendEntry(tx, { kind: 'admin.first.closed', occurredAt: now, actorId: personId, facts: {} })
}
