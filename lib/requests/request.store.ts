import type { RiskTier } from '#lib/catalog/catalog-schema.ts'
import { after, minutes } from '#lib/config/clock.ts'
import type { Transaction } from '#lib/db/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { newCode } from '#lib/db/new-code.ts'
import { tellLater } from '#lib/outbox/tell-later.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import type { Json } from '#lib/record/canonical-json.ts'
import { stepColumns } from './approval-policy.ts'
import { bringAbout, type CarryOut } from './bring-about.ts'
import type { PreparedRequest } from './prepare-request.ts'

const scoreOfTier: Record<RiskTier, number> = { low: 0, medium: 25, high: 50 }

type When = { bundleId: string | null; lapsesAt: Date; now: Date }

/** Writes a request with its entries; one that a rule approves by itself is carried out here, in the same transaction, which fails with `GrantOver` when what it would extend is over. */
export async function writeRequest(tx: Transaction, { carryOut }: { carryOut: CarryOut }, viewer: Viewer, prepared: PreparedRequest, { bundleId, lapsesAt, now }: When): Promise<{ requestId: string; code: string; approved: boolean }> {
  const { profile, definition, policy, risk } = prepared
  const [step] = policy.steps
  const approved = policy.automatic
  const request = await tx.request.create({
    data: {
      code: newCode('R'),
      personId: viewer.personId,
      profileId: profile.id,
      justification: prepared.justification,
      ticketReference: prepared.ticketReference,
      durationMinutes: prepared.durationMinutes,
      startsAt: prepared.startsAt,
      incidentReference: prepared.incidentReference,
      extendsGrantId: prepared.extendsGrantId,
      bundleId,
      state: approved ? 'approved' : 'pending',
      settledAt: approved ? now : null,
      riskTier: profile.riskTier,
      // By score; what could not be assessed stands where its tier would.
      riskOrder: risk?.score ?? scoreOfTier[definition.riskTier],
      risk: risk ?? undefined,
      shadow: prepared.shadow ?? undefined,
      narrowed: prepared.narrowed ?? undefined,
      approvalPolicy: policy,
      stepSince: now,
      ...(step ? stepColumns(step, now) : {}),
      roleDigest: prepared.roleDigest,
      createdAt: now,
      lapsesAt,
    },
  })
  const about = { subjectId: profile.id, requestId: request.id, occurredAt: now }
  await appendEntry(tx, {
    ...about,
    kind: prepared.incidentReference === null ? (prepared.extendsGrantId ? 'request.extension' : 'request.created') : 'request.emergency',
    actorId: viewer.personId,
    facts: { ...factsOf(request.code, prepared), ...(viewer.storedGroups ? { groupsConfirmedAt: viewer.groupsVerifiedAt.toISOString() } : {}) },
    personal: { justification: request.justification, ticketReference: request.ticketReference, incidentReference: request.incidentReference },
  })
  if (prepared.incidentReference !== null && definition.breakGlass) {
    const dueAt = after(now, minutes(60 * definition.breakGlass.reviewWithinHours))
    await tx.emergencyReview.create({ data: { requestId: request.id, dueAt, reviewerGroups: definition.breakGlass.reviewers } })
  }
  if (approved) {
    const facts = { code: request.code, entitledBy: `rule: ${policy.rule}`, before: 'pending', after: 'approved', roleDigest: request.roleDigest }
    await bringAbout(tx, Prisma.sql`SELECT true`, { entries: [{ ...about, kind: 'request.approved', facts }] }, carryOut({ ...request, person: viewer, profile }, now))
  }
  if (prepared.incidentReference !== null) {
    await tellLater(tx, { kind: 'emergency.taken', requestId: request.id, to: { groups: profile.approverGroups, personIds: step?.personIds ?? [], roles: ['responder'] }, notTo: [viewer.personId] }, now)
  } else if (!approved && step) {
    await tellLater(tx, { kind: 'request.waiting', requestId: request.id, to: { groups: step.groups, personIds: step.personIds }, notTo: [viewer.personId] }, now)
  }
  return { requestId: request.id, code: request.code, approved }
}

function factsOf(code: string, { profile, durationMinutes, startsAt, policy, risk, roleDigest, extendsGrantId, narrowed }: PreparedRequest): Record<string, Json> {
  return {
    code,
    profile: profile.id,
    durationMinutes,
    startsAt: startsAt?.toISOString() ?? null,
    rule: policy.rule,
    steps: policy.steps.map(({ groups, personIds, quorum }) => ({ groups, personIds, quorum })),
    riskScore: risk?.score ?? null,
    riskReasons: risk?.reasons.map(({ code: reason }) => reason) ?? [],
    roleDigest,
    extends: extendsGrantId,
    ...(narrowed ? { narrowedTo: narrowed.scope.map(({ actions, resources }) => ({ actions, resources })) } : {}),
  }
}
