import type { ProfileDefinition } from '#lib/catalog/catalog-schema.ts'
import { definitionOf } from '#lib/catalog/definition-of.ts'
import type { Environment } from '#lib/catalog/environments.ts'
import { roleArnOf } from '#lib/catalog/role-arn.ts'
import { refuse, type Refusal } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import type { AccessProfile, Account } from '#lib/db/generated/client.ts'
import { findNamedPeople } from '#lib/people/deciders.queries.ts'
import { groupsFor, type Viewer } from '#lib/people/viewer.ts'
import type { ApprovalPolicy } from './approval-policy.ts'
import type { RiskAssessment } from './assess-risk.ts'
import { type ChosenPolicy, choosePolicy, chooseShadow } from './choose-policy.ts'
import { decideNewRequest, type FieldErrors, type NewRequestCode, type NewRequestInput } from './decide-new-request.ts'
import type { PolicyFacts } from './evaluate-policy.ts'
import { wantedBy, withoutExcluded } from './named-in-policy.ts'
import { type NarrowedScope, stillWithin } from './narrowed-scope.ts'

export type PrepareDeps = { db: Database; firstIssuer: string }
export type PreparedRequest = {
  ok: true
  profile: AccessProfile & { account: Account }
  definition: ProfileDefinition
  durationMinutes: number
  justification: string
  ticketReference: string | null
  startsAt: Date | null
  incidentReference: string | null
  extendsGrantId: string | null
  policy: ApprovalPolicy
  shadow: ChosenPolicy | null
  risk: RiskAssessment | null
  roleDigest: string | null
  narrowed: NarrowedScope | null
}
/** `narrowed` is what it keeps to, learned by the caller from the record. */
type More = { extended?: { grantId: string; minutesBefore: number }; narrowed?: NarrowedScope | null }
export type PrepareRefusal = Refusal<NewRequestCode | 'no_rule' | 'nobody_to_ask' | 'not_extendable' | 'nothing_used'> & { fields: FieldErrors }

const nothingUsed = refuse('nothing_used', 'There is no use of yours that this could be cut to: the record has none any more, or the profile changed meanwhile.', 'Ask for the whole profile, or reload the page to see what it says now.')

/** The risk of a request that nobody could assess: as high as the profile says. */
const riskOfTier = { low: 'low', medium: 'medium', high: 'high' } as const

/** Everything about a new request that is decided before it is written; nothing is written here. Of an extension, rules see the whole time. */
export async function prepareRequest(deps: PrepareDeps, viewer: Viewer, input: NewRequestInput, risk: RiskAssessment | null, now: Date, { extended, narrowed = null }: More = {}): Promise<PreparedRequest | PrepareRefusal> {
  const profile = await deps.db.accessProfile.findUnique({ where: { id: input.profileId }, include: { account: true } })
  if (!profile) return { ...refuse('not_offered', 'This profile is not in the catalogue.', 'Choose another profile from the catalogue.'), fields: {} }
  const definition = definitionOf(profile)
  const decision = decideNewRequest({ offered: profile.offered, excluded: profile.excludedPersonIds.includes(viewer.personId), definition }, groupsFor(viewer, { emergency: input.incidentReference !== undefined }), input, now)
  if (!decision.ok) return decision
  if (input.onlyUsed && (!narrowed || !stillWithin(definition.access, narrowed))) return { ...nothingUsed, fields: {} }
  const policy = await policyFor(deps, viewer, { profile, definition, risk, durationMinutes: decision.durationMinutes + (extended?.minutesBefore ?? 0), decision }, now)
  if (!policy.chosen.ok) return { ...policy.chosen, fields: {} }
  const roleArn = roleArnOf(definition, profile.account)
  const snapshot = roleArn ? await deps.db.roleSnapshot.findUnique({ where: { roleArn }, select: { digest: true } }) : null
  return { ...decision, profile, definition, extendsGrantId: extended?.grantId ?? null, policy: policy.chosen.policy, shadow: policy.shadow, risk, roleDigest: snapshot?.digest ?? null, narrowed }
}

type Asked = {
  profile: AccessProfile
  definition: ProfileDefinition
  risk: RiskAssessment | null
  /** What rules see as the duration: of an extension, the whole time. */
  durationMinutes: number
  decision: { ticketReference: string | null; startsAt: Date | null; incidentReference: string | null }
}

/** Which rule applies to somebody who asks so, and what the policy on trial would say. */
export async function policyFor({ db, firstIssuer }: PrepareDeps, viewer: Pick<Viewer, 'personId' | 'groups' | 'storedGroups'>, { profile, definition, risk, durationMinutes, decision }: Asked, now: Date): Promise<{ chosen: ChosenPolicy; shadow: ChosenPolicy | null }> {
  const named = withoutExcluded(await findNamedPeople(db, viewer.personId, wantedBy(definition), firstIssuer), profile.excludedApproverIds)
  const facts: PolicyFacts = {
    requesterGroups: groupsFor(viewer, { emergency: decision.incidentReference !== null }),
    durationMinutes,
    riskLevel: risk?.level ?? riskOfTier[definition.riskTier],
    environment: profile.environment as Environment,
    ticketPresent: decision.ticketReference !== null,
    breakGlass: decision.incidentReference !== null,
    startsAt: decision.startsAt ?? now,
  }
  return { chosen: choosePolicy(definition, facts, named), shadow: chooseShadow(definition, facts, named) }
}
