import type { AwsFailure } from '#lib/aws/aws-failure.ts'
import { after, minutes, seconds } from '#lib/config/clock.ts'
import type { Transaction } from '#lib/db/client.ts'
import type { Grant, VendorAccess } from '#lib/db/generated/client.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import type { Json } from '#lib/record/canonical-json.ts'
import type { RecordKind } from '#lib/record/record-kinds.ts'
import type { GrantDeps } from '../grant-deps.ts'
import type { TakenStep } from './settle-vendor-role.ts'
import { liveVendorGrants, lock } from './vendor.store.ts'

/** IAM spreads a closed trust in seconds to minutes, and sessions begun until then must not come back to life. */
const spreadsWithinMs = minutes(10)
const firstPauseMs = seconds(2)
const longestPauseMs = minutes(5)

type NoteDeps = Pick<GrantDeps, 'db' | 'clock'>
type Noted = VendorAccess & { grant: Grant }

/** Writes down what AWS was seen to have. `false`, and only to be done again, when something else is wanted by now. */
export async function noteSettled({ db, clock }: NoteDeps, roleArn: string, taken: TakenStep): Promise<boolean> {
  const now = clock()
  return db.$transaction(async (tx) => {
    const role = await lock(tx, roleArn)
    if (role.version !== taken.version) {
      await tx.vendorRole.update({ where: { roleArn }, data: { nextAttemptAt: now } })
      return false
    }
    const well = { attempts: 0, failureCode: null, failureMessage: null }
    const open = await tx.vendorAccess.findMany({ where: { roleArn, closedAt: null }, include: { grant: true } })
    if (taken.wanted.open) {
      const { until } = taken.wanted.opening
      await noteOpen(tx, open, taken.live, until, now)
      await tx.vendorRole.update({ where: { roleArn }, data: { ...well, nextAttemptAt: null } })
      return true
    }
    const sessionMs = seconds(taken.reading.maxSessionSeconds)
    for (const access of open) await noteClosed(tx, access, taken.wanted.closedFrom, after(now, sessionMs), now)
    const quietFrom = taken.wanted.quietFrom ?? after(now, sessionMs + spreadsWithinMs)
    const rest = now >= quietFrom ? { closedFrom: null, touchedAt: null, quietFrom: null, nextAttemptAt: null } : { quietFrom, nextAttemptAt: quietFrom }
    await tx.vendorRole.update({ where: { roleArn }, data: { ...well, ...rest } })
    return true
  })
}

async function noteOpen(tx: Transaction, open: readonly Noted[], live: readonly Grant[], until: Date, now: Date): Promise<void> {
  const [longest] = live
  for (const { grant, ...access } of open) {
    if (live.some(({ id }) => id === grant.id)) {
      if (access.openUntil?.getTime() === until.getTime()) continue
      await tx.vendorAccess.update({ where: { grantId: grant.id }, data: { openedAt: access.openedAt ?? now, openUntil: until } })
      await appendEntry(tx, entry(grant, access.openedAt ? 'grant.trust.moved' : 'grant.trust.opened', now, { roleArn: grant.roleArn, until: until.toISOString() }))
    } else {
      await tx.vendorAccess.update({ where: { grantId: grant.id }, data: { closedAt: now, sharedWithId: longest?.id ?? null } })
      await appendEntry(tx, entry(grant, 'grant.trust.closed', now, { roleArn: grant.roleArn, goesOnUnder: longest?.code ?? null, until: until.toISOString() }))
    }
  }
}

/** At its end the dated denial is at work already; before it, every session was denied early. */
async function noteClosed(tx: Transaction, { grant, openUntil }: Noted, closedFrom: Date, lastSession: Date, now: Date): Promise<void> {
  const early = openUntil === null || closedFrom < openUntil
  const lastSessionDiesAt = openUntil && openUntil < lastSession ? openUntil : lastSession
  await tx.vendorAccess.update({ where: { grantId: grant.id }, data: { closedAt: now, deniedAt: early ? now : null, lastSessionDiesAt } })
  // Only ever earlier: what was promised at the end was the dated denial.
  await tx.grant.updateMany({ where: { id: grant.id, state: 'ending', credentialsDeadAt: { gt: lastSessionDiesAt } }, data: { credentialsDeadAt: lastSessionDiesAt } })
  await appendEntry(tx, entry(grant, 'grant.trust.closed', now, { roleArn: grant.roleArn, deniedFrom: closedFrom.toISOString(), lastSessionDiesAt: lastSessionDiesAt.toISOString() }))
}

/** Writes down why AWS does not have what is wanted, once for each reason in the record, and when it is tried again. */
export async function noteUnsettled({ db, clock }: NoteDeps, roleArn: string, failure: AwsFailure): Promise<AwsFailure> {
  const now = clock()
  await db.$transaction(async (tx) => {
    const role = await lock(tx, roleArn)
    const nextAttemptAt = after(now, Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(role.attempts, 10)))
    await tx.vendorRole.update({ where: { roleArn }, data: { attempts: { increment: 1 }, failureCode: failure.awsCode, failureMessage: failure.message.slice(0, 500), nextAttemptAt } })
    if (role.failureCode === failure.awsCode) return
    const live = await liveVendorGrants(tx, roleArn, now)
    const open = await tx.vendorAccess.findMany({ where: { roleArn, closedAt: null }, include: { grant: true } })
    const grants = new Map([...live, ...open.map(({ grant }) => grant)].map((grant) => [grant.id, grant]))
    for (const grant of grants.values()) await appendEntry(tx, entry(grant, 'grant.trust.failed', now, { roleArn, awsCode: failure.awsCode }))
  })
  return failure
}

const entry = (grant: Grant, kind: RecordKind, occurredAt: Date, facts: { readonly [key: string]: Json }) => ({ kind, occurredAt, subjectId: grant.profileId, requestId: grant.requestId, grantId: grant.id, facts: { code: grant.code, ...facts } })
