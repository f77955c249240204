import { randomBytes } from 'node:crypto'
import { partitionOf } from '#lib/catalog/role-arn.ts'
import { after, seconds } from '#lib/config/clock.ts'
import type { Database, Transaction } from '#lib/db/client.ts'
import { type Grant, Prisma, type VendorRole } from '#lib/db/generated/client.ts'
import { approvedAccess } from '../approved-access.ts'

type VendorGrant = Pick<Grant, 'id' | 'roleArn' | 'access'>

/** The activation that opens a window carries it out itself; who comes later goes on when that one died. */
const graceMs = seconds(30)

export const isOfVendor = (grant: Pick<Grant, 'access'>): boolean => approvedAccess(grant).kind === 'third_party_trust'

/** Whom a grant lets in: one role or user of the vendor, or its account. Undefined for other kinds. */
export function principalOf(grant: Pick<Grant, 'access' | 'region'>): string | undefined {
  const access = approvedAccess(grant)
  return access.kind === 'third_party_trust' ? (access.vendorPrincipal ?? `arn:${partitionOf(grant.region)}:iam::${access.vendorAccount}:root`) : undefined
}

/** Makes sure, beside what follows from an approval, that a vendor's role has its external id: random, one a role, the same for every grant of it. */
export function vendorRoleInsert(roleArn: string, now: Date): Prisma.Sql {
  return Prisma.sql`
    vendor AS (
      INSERT INTO vendor_role ("roleArn", "externalId", "createdAt")
      SELECT ${roleArn}, ${`latchkey-${randomBytes(18).toString('base64url')}`}, ${now}::timestamptz FROM change
      ON CONFLICT ("roleArn") DO NOTHING
    )`
}

/** Grants that let a vendor in at `now`, the one that lasts longest first. */
export function liveVendorGrants(db: Database | Transaction, roleArn: string, now: Date): Promise<Grant[]> {
  return db.grant.findMany({
    where: { roleArn, state: { in: ['activating', 'active'] }, endsAt: { gt: now }, access: { path: ['kind'], equals: 'third_party_trust' } },
    orderBy: [{ endsAt: 'desc' }, { id: 'asc' }],
  })
}

/**
 * Wants the vendor let in for a grant whose activation begins, in its transaction. Sessions of an earlier window stay dead:
 * only what is begun from now on counts, unless another grant of the role is open already. Nothing for other kinds.
 */
export async function openWindow(tx: Transaction, grant: VendorGrant, now: Date): Promise<void> {
  if (!isOfVendor(grant)) return
  const role = await lock(tx, grant.roleArn)
  const shared = (await others(tx, grant, now)).length > 0
  await tx.vendorRole.update({
    where: { roleArn: grant.roleArn },
    data: { openSince: (shared && role.openSince) || now, closedFrom: null, quietFrom: null, version: { increment: 1 }, attempts: 0, failureCode: null, failureMessage: null, nextAttemptAt: after(now, graceMs) },
  })
  const blank = { openedAt: null, openUntil: null, closedAt: null, deniedAt: null, lastSessionDiesAt: null, sharedWithId: null }
  await tx.vendorAccess.upsert({ where: { grantId: grant.id }, create: { grantId: grant.id, roleArn: grant.roleArn }, update: blank })
}

/** Wants the dates in AWS moved after a grant's end moved, in that transaction. Nothing for other kinds. */
export async function moveWindow(tx: Transaction, grant: VendorGrant, now: Date): Promise<void> {
  if (isOfVendor(grant)) await tx.vendorRole.update({ where: { roleArn: grant.roleArn }, data: { version: { increment: 1 }, attempts: 0, nextAttemptAt: now } })
}

/** What the end of a grant means for its vendor: `live` when AWS may hold sessions that nobody has denied yet. */
export type Closing = { live: boolean }

/**
 * Wants the vendor shut out from `at` on, in the transaction of a grant's end; or the window cut to what other grants of the
 * role leave of it. `null` for other kinds, and where no activation ever began.
 */
export async function closeWindow(tx: Transaction, grant: VendorGrant, at: Date, now: Date): Promise<Closing | null> {
  if (!isOfVendor(grant) || !(await tx.vendorAccess.findUnique({ where: { grantId: grant.id } }))) return null
  const role = await lock(tx, grant.roleArn)
  const changed = { version: { increment: 1 }, attempts: 0 }
  if ((await others(tx, grant, now)).length > 0) {
    await tx.vendorRole.update({ where: { roleArn: grant.roleArn }, data: { ...changed, nextAttemptAt: now } })
    return { live: false }
  }
  const touched = role.touchedAt !== null
  await tx.vendorRole.update({ where: { roleArn: grant.roleArn }, data: { ...changed, openSince: null, quietFrom: null, closedFrom: touched ? at : null, nextAttemptAt: touched ? now : null } })
  return { live: touched }
}

/** Everybody who changes what is wanted of a role, or notes what was done, goes one after the other. */
export async function lock(tx: Transaction, roleArn: string): Promise<VendorRole> {
  await tx.$queryRaw`SELECT "roleArn" FROM vendor_role WHERE "roleArn" = ${roleArn} FOR UPDATE`
  return tx.vendorRole.findUniqueOrThrow({ where: { roleArn } })
}

const others = async (tx: Transaction, grant: VendorGrant, now: Date): Promise<Grant[]> => (await liveVendorGrants(tx, grant.roleArn, now)).filter(({ id }) => id !== grant.id)
