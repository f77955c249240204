import { randomUUID } from 'node:crypto'
import { definitionOf } from '#lib/catalog/definition-of.ts'
import { roleArnOf } from '#lib/catalog/role-arn.ts'
import { after, minutes } from '#lib/config/clock.ts'
import type { Database } from '#lib/db/client.ts'
import { newCode } from '#lib/db/new-code.ts'
import { sessionNameOf } from '#lib/grants/session-name.ts'
import { oneStepByGroup } from '#lib/requests/approval-policy.ts'
import type { Things } from './callers.ts'

/** What these rows say where a person would have written something, by which they are found again. */
const made = 'Made to be asked for'
const grantProfile = 'payments-prod-read'
const pendingProfile = 'sandbox-builder'

/**
 * An active grant, a pending request and an open finding of a person, whatever their groups: somebody who lost them has
 * such things too. Written as rows, since thousands are wanted; what was made before for the same person is over.
 */
export async function makeThings(db: Database, personId: string, profile: string): Promise<Things> {
  const now = new Date()
  await db.request.updateMany({ where: { personId, state: 'pending' }, data: { state: 'cancelled', settledAt: now } })
  await db.grant.updateMany({ where: { personId, confirmation: made, state: 'active' }, data: { state: 'ended', endReason: 'expired', mintingStoppedAt: now, credentialsDeadAt: now } })
  const pending = await makeRequest(db, personId, pendingProfile, 'pending', now)
  const request = await makeRequest(db, personId, grantProfile, 'approved', now)
  const grantId = await makeGrant(db, request, now)
  const key = randomUUID()
  const finding = await db.finding.create({
    data: { dedupeKey: key, detector: made, severity: 'low', severityOrder: 1, title: 'A finding', summary: made, accountId: '301122334455', grantId, firstEventAt: now, lastEventAt: now, eventCount: 1, evidence: [], createdAt: now, updatedAt: now },
    select: { id: true },
  })
  return { grantId, requestId: pending.id, findingId: finding.id, profile, personId }
}

/** Takes all of them away again, as the database's owner: the application may not. */
export async function removeThings(owner: Database): Promise<void> {
  const grant = { confirmation: made }
  // What was told of them goes first: messages point at what they are about.
  const about = { OR: [{ finding: { detector: made } }, { grant }, { request: { justification: made } }] }
  await owner.notification.deleteMany({ where: { message: about } })
  await owner.outboxMessage.deleteMany({ where: about })
  await owner.finding.deleteMany({ where: { detector: made } })
  await owner.suppression.deleteMany({ where: { detector: made } })
  await owner.lease.deleteMany({ where: { grant } })
  // The portal watches grants while this runs: whoever is about to open a watch waits, and finds nothing to watch.
  await owner.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM "grant" WHERE confirmation = ${made} ORDER BY id FOR UPDATE`
    await tx.trailWatch.deleteMany({ where: { grant } })
    // A mutated call may have ended one, cut its role off, or asked for more time.
    await tx.revocation.deleteMany({ where: { grant } })
    await tx.roleCutoff.deleteMany({ where: { grant } })
    await tx.request.deleteMany({ where: { extends: grant, grant: null } })
    await tx.grant.deleteMany({ where: grant })
  })
  await owner.decision.deleteMany({ where: { request: { justification: made, grant: null } } })
  await owner.request.deleteMany({ where: { justification: made, grant: null } })
}

type Made = { id: string; personId: string; profileId: string }

async function makeRequest(db: Database, personId: string, profileId: string, state: 'pending' | 'approved', now: Date): Promise<Made> {
  const profile = await db.accessProfile.findUniqueOrThrow({ where: { id: profileId } })
  return db.request.create({
    data: {
      code: newCode('R'),
      personId,
      profileId,
      state,
      justification: made,
      durationMinutes: 60,
      riskTier: profile.riskTier,
      riskOrder: 1,
      approvalPolicy: oneStepByGroup(profile.approverGroups),
      approverGroups: profile.approverGroups,
      stepSince: now,
      createdAt: now,
      lapsesAt: after(now, minutes(60)),
      ...(state === 'approved' ? { settledAt: now } : {}),
    },
    select: { id: true, personId: true, profileId: true },
  })
}

async function makeGrant(db: Database, request: Made, now: Date): Promise<string> {
  const profile = await db.accessProfile.findUniqueOrThrow({ where: { id: request.profileId }, include: { account: true } })
  const person = await db.person.findUniqueOrThrow({ where: { id: request.personId } })
  const definition = definitionOf(profile)
  const code = newCode('G')
  const { id } = await db.grant.create({
    data: {
      code,
      requestId: request.id,
      personId: request.personId,
      profileId: request.profileId,
      accountId: profile.accountId,
      region: profile.account.region,
      roleArn: roleArnOf(definition, profile.account)!,
      sessionName: sessionNameOf(person.username, code),
      state: 'active',
      durationMinutes: 60,
      access: definition.access,
      leaseMinutes: definition.limits.leaseMinutes,
      opensAt: now,
      activatedAt: now,
      endsAt: after(now, minutes(60)),
      confirmation: made,
      createdAt: now,
    },
    select: { id: true },
  })
  return id
}
