import type { ProfileDefinition } from '#lib/catalog/catalog-schema.ts'
import { refuse, type Result } from '#lib/config/result.ts'
import type { Database, Transaction } from '#lib/db/client.ts'
import { decideFreshAuthentication, type FreshAuthenticationCode } from '#lib/people/fresh-authentication.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { approvalPolicySchema } from './approval-policy.ts'
import { type DecisionCode, type DecisionInput, decideDecision } from './decide-decision.ts'
import { settledSentence } from './request-lifecycle.ts'

export type ApprovedRequest = {
  id: string
  code: string
  personId: string
  profileId: string
  durationMinutes: number
  roleDigest: string | null
}
export type SettleDeps = {
  db: Database
  /** Opens the grant in the same transaction; supplied by the room that owns grants. */
  openGrant: (tx: Transaction, request: ApprovedRequest, now: Date) => Promise<void>
}
export type SettleResult = Result<{ requestId: string; verdict: 'approve' | 'deny' }, DecisionCode | FreshAuthenticationCode | 'not_found'>

/**
 * Approves or denies a request as the viewer. The state moves by one conditional update, so of two people who decide at
 * once one wins and the other is told who it was. Decision, record entry and, when approved, the grant commit together.
 */
export async function settleRequest(
  { db, openGrant }: SettleDeps,
  viewer: Viewer,
  requestId: string,
  currentRoleDigest: string | null,
  input: DecisionInput,
  now: Date,
): Promise<SettleResult> {
  const request = await db.request.findUnique({ where: { id: requestId }, include: { profile: { select: { offered: true, approverGroups: true, definitionHash: true, definition: true } } } })
  if (!request) return refuse('not_found', 'There is no such request.')
  const policy = approvalPolicySchema.parse(request.approvalPolicy)
  const decision = decideDecision(
    { request: { ...request, policy }, decider: viewer, profileOffered: request.profile.offered, currentApproverGroups: request.profile.approverGroups, currentRoleDigest },
    input,
    now,
  )
  if (!decision.ok) return decision.code === 'settled' ? settledBy(db, requestId) : decision
  const { definitionHash } = request.profile
  const { freshAuthentication } = request.profile.definition as unknown as ProfileDefinition
  const proven = decideFreshAuthentication(viewer.authentication, freshAuthentication?.decide, now)
  if (!proven.ok) return proven
  if (input.verdict === 'approve' && input.definitionHash && input.definitionHash !== definitionHash) return profileChanged
  const won = await db.$transaction(async (tx) => {
    const moved = await tx.request.updateMany({
      where: { id: requestId, state: 'pending', version: request.version, lapsesAt: { gt: now } },
      data: { state: decision.next, version: { increment: 1 }, settledAt: now },
    })
    if (moved.count !== 1) return false
    // What is approved is the profile that was shown: it is held still until this commits.
    const same = await tx.$queryRaw<object[]>`SELECT 1 FROM access_profile WHERE id = ${request.profileId} AND "definitionHash" = ${definitionHash} FOR SHARE`
    if (decision.next === 'approved' && same.length === 0) throw new ProfileMoved()
    await tx.decision.create({
      data: { requestId, stepIndex: 0, personId: viewer.personId, verdict: input.verdict, reason: input.reason || null, entitledBy: decision.entitledBy, roleDigest: input.roleDigest, decidedAt: now },
    })
    await appendEntry(tx, {
      kind: input.verdict === 'approve' ? 'request.approved' : 'request.denied',
      occurredAt: now,
      actorId: viewer.personId,
      subjectId: request.profileId,
      requestId,
      facts: { code: request.code, step: 0, entitledBy: decision.entitledBy, before: 'pending', after: decision.next, roleDigest: input.roleDigest },
      personal: { reason: input.reason || null },
    })
    if (decision.next === 'approved') await openGrant(tx, { ...request, roleDigest: input.roleDigest }, now)
    return true
  }).catch((error: unknown) => {
    if (error instanceof ProfileMoved) return 'profile moved' as const
    throw error
  })
  if (won === 'profile moved') return profileChanged
  return won ? { ok: true, requestId, verdict: input.verdict } : settledBy(db, requestId)
}

/** Rolls the approval back when the catalogue changed under it. */
class ProfileMoved extends Error {}

const profileChanged = refuse('role_changed', 'The profile changed in the catalogue since you opened this page.', 'Look at what it allows now, then decide.')

/** Who was faster, for the one who was not. */
async function settledBy(db: Database, requestId: string): Promise<SettleResult> {
  const request = await db.request.findUniqueOrThrow({
    where: { id: requestId },
    include: { decisions: { include: { person: { select: { displayName: true } } }, orderBy: { decidedAt: 'desc' }, take: 1 } },
  })
  const [decision] = request.decisions
  const sentence = request.state === 'pending' ? 'This request changed while you were deciding.' : settledSentence[request.state]
  const who = decision ? `${decision.person.displayName} ${decision.verdict === 'approve' ? 'approved' : 'denied'} this request at ${decision.decidedAt.toISOString().slice(11, 16)} UTC.` : sentence
  return refuse('settled', who)
}
