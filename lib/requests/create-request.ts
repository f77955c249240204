import type { Config } from '#lib/config/config.ts'
import { after, minutes } from '#lib/config/clock.ts'
import { refuse, type Refusal } from '#lib/config/result.ts'
import { type ProfileDefinition, riskTiers } from '#lib/catalog/catalog-schema.ts'
import { roleArnOf } from '#lib/catalog/role-arn.ts'
import type { Database } from '#lib/db/client.ts'
import { newCode } from '#lib/db/new-code.ts'
import { isUniqueViolation } from '#lib/db/unique-violation.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { oneStepByGroup } from './approval-policy.ts'
import { decideNewRequest, type FieldErrors, type NewRequestInput } from './decide-new-request.ts'

export type CreateRequestResult =
  | { ok: true; requestId: string; code: string }
  | (Refusal<'not_offered' | 'not_eligible' | 'invalid_input' | 'already_pending'> & { fields: FieldErrors; requestId?: string })

/**
 * Asks for access in the viewer's own name. One pending request a person and profile: a second one is refused with the
 * first's code, also when both are sent at once (a partial unique index decides).
 */
export async function createRequest(
  { db, requestLapseHours }: { db: Database } & Pick<Config, 'requestLapseHours'>,
  viewer: Viewer,
  input: NewRequestInput,
  now: Date,
): Promise<CreateRequestResult> {
  const profile = await db.accessProfile.findUnique({ where: { id: input.profileId }, include: { account: true } })
  if (!profile) return { ...refuse('not_offered', 'This profile is not in the catalogue.', 'Choose another profile from the catalogue.'), fields: {} }
  const definition = profile.definition as unknown as ProfileDefinition
  const decision = decideNewRequest({ offered: profile.offered, definition }, viewer.groups, input)
  if (!decision.ok) return decision
  const snapshot = await db.roleSnapshot.findUnique({ where: { roleArn: roleArnOf(definition, profile.account) }, select: { digest: true } })
  try {
    return await db.$transaction(async (tx) => {
      const request = await tx.request.create({
        data: {
          code: newCode('R'),
          personId: viewer.personId,
          profileId: profile.id,
          justification: decision.justification,
          ticketReference: decision.ticketReference,
          durationMinutes: decision.durationMinutes,
          riskTier: profile.riskTier,
          riskOrder: riskTiers.findIndex((tier) => tier === profile.riskTier),
          approvalPolicy: oneStepByGroup(profile.approverGroups),
          approverGroups: profile.approverGroups,
          roleDigest: snapshot?.digest ?? null,
          createdAt: now,
          lapsesAt: after(now, minutes(60 * requestLapseHours)),
        },
      })
      await appendEntry(tx, {
        kind: 'request.created',
        occurredAt: now,
        actorId: viewer.personId,
        subjectId: profile.id,
        requestId: request.id,
        facts: { code: request.code, profile: profile.id, durationMinutes: request.durationMinutes, approverGroups: profile.approverGroups, roleDigest: request.roleDigest },
        personal: { justification: request.justification, ticketReference: request.ticketReference },
      })
      return { ok: true as const, requestId: request.id, code: request.code }
    })
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    const pending = await db.request.findFirst({ where: { personId: viewer.personId, profileId: profile.id, state: 'pending' } })
    if (!pending) throw error
    const told = refuse('already_pending', `You asked for "${profile.title}" already; ${pending.code} waits for a decision.`, 'Cancel that request first if you want to ask differently.')
    return { ...told, fields: {}, requestId: pending.id }
  }
}
