import { definitionOf } from '#lib/catalog/definition-of.ts'
import { same } from '#lib/catalog/difference.ts'
import { whyNoLongerEligible } from '#lib/catalog/eligibility.ts'
import { minutes } from '#lib/config/clock.ts'
import { refuse, type Result } from '#lib/config/result.ts'
import type { AccessProfile, Grant, Request } from '#lib/db/generated/client.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import type { RiskAssessment } from './assess-risk.ts'
import { alreadyPending, type CreateDeps, type CreateRefusal, type CreateRequestResult, writePrepared } from './create-request.ts'
import { narrow, narrowedOf, stillWithin } from './narrowed-scope.ts'
import { policyFor, type PrepareDeps, prepareRequest } from './prepare-request.ts'

/**
 * Asks for a later end of the viewer's own active grant: a new decision under the profile's policy as it is now. The
 * rules see the whole time since the grant began, so that many short extensions are not a way round them; what would
 * remain from now on keeps to the profile's limit.
 */
export async function requestExtension(deps: CreateDeps, viewer: Viewer, grantId: string, input: { durationMinutes: number | string; justification: string }, risk: RiskAssessment | null, now: Date): Promise<CreateRequestResult> {
  const found = await findExtensible(deps, viewer, grantId, now)
  if (!found.ok) return { ...found, fields: {}, profileId: '' }
  const { grant, minutesBefore, most } = found
  const prepared = await prepareRequest(deps, viewer, { profileId: grant.profileId, ...input, ticketReference: grant.request.ticketReference ?? '' }, risk, now, { extended: { grantId, minutesBefore }, narrowed: narrowedOf(grant.request) })
  if (!prepared.ok) return { ...prepared, profileId: grant.profileId }
  if (prepared.durationMinutes > most) {
    const { message, mend } = noRoom(grant.profile, found)
    return { ...refuse('invalid_input', message, mend), fields: { durationMinutes: message }, profileId: grant.profileId }
  }
  const result = await writePrepared(deps, viewer, [prepared], now)
  return result.ok ? { ok: true, ...(result.requests[0] as { requestId: string; code: string; approved: boolean }) } : result
}

/**
 * Whether the viewer could ask for more time now, by at most how many minutes, or why not and what would change it: all
 * that is refused after the press, but for what they have yet to type. `risk` is that of the shortest extension.
 */
export async function whyNotExtend(deps: PrepareDeps, viewer: Viewer, grantId: string, risk: RiskAssessment | null, now: Date): Promise<Result<{ most: number }, CreateRefusal['code']>> {
  const found = await findExtensible(deps, viewer, grantId, now)
  if (!found.ok) return found
  const { grant, minutesBefore, most } = found
  if (most < 1) return noRoom(grant.profile, found)
  const pending = await alreadyPending(deps, viewer, [{ profile: grant.profile, extendsGrantId: grantId }])
  if (pending) return refuse(pending.code, pending.message, pending.mend)
  const asked = { profile: grant.profile, definition: definitionOf(grant.profile), risk, decision: { ticketReference: grant.request.ticketReference, startsAt: null, incidentReference: null } }
  // A rule may want a least time: the longest extension is tried as well as the shortest.
  const [shortest, longest] = await Promise.all([1, most].map((more) => policyFor(deps, viewer, { ...asked, durationMinutes: minutesBefore + more }, now)))
  return shortest?.chosen.ok || !longest || longest.chosen.ok ? { ok: true, most } : longest.chosen
}

type Extensible = { grant: Grant & { profile: AccessProfile; request: Request }; /** From its beginning to its end as it stands. */ minutesBefore: number; /** From now to that end. */ left: number; most: number }

/** The viewer's own grant, where it can be extended at all. */
async function findExtensible({ db }: PrepareDeps, viewer: Viewer, grantId: string, now: Date): Promise<Result<Extensible, 'not_extendable' | 'not_eligible'>> {
  const grant = await db.grant.findFirst({ where: { id: grantId, personId: viewer.personId }, include: { profile: true, request: true } })
  if (!grant) return refuse('not_extendable', 'There is no such grant of yours.', 'Only its holder can ask for more time.')
  if (grant.state !== 'active' || !grant.endsAt || !grant.activatedAt || grant.endsAt <= now) return refuse('not_extendable', 'Only an active grant can be extended.', 'Ask for access again.')
  if (grant.request.incidentReference !== null) return refuse('not_extendable', 'Emergency access is not extended.', 'Ask for access in the usual way, or take emergency access again with its own review.')
  const definition = definitionOf(grant.profile)
  const barred = whyNoLongerEligible({ emergency: false, holder: { groups: viewer.groups, enabled: true, excluded: grant.profile.excludedPersonIds.includes(viewer.personId) }, profile: { offered: grant.profile.offered, definition } })
  if (barred) return refuse('not_eligible', `This cannot be extended, because ${barred}.`, 'Ask an admin, or for membership in your identity provider.')
  // More time would be approved for what the profile grants now, and be spent on what it granted then.
  if (!same(narrow(definition.access, narrowedOf(grant.request)), grant.access) || !stillWithin(definition.access, narrowedOf(grant.request))) return refuse('not_extendable', 'The profile grants something else by now than what this grant was approved for.', 'Ask for access again, for what it grants now.')
  const left = (grant.endsAt.getTime() - now.getTime()) / minutes(1)
  const minutesBefore = Math.ceil((grant.endsAt.getTime() - grant.activatedAt.getTime()) / minutes(1))
  return { ok: true, grant, minutesBefore, left, most: Math.max(0, Math.floor(definition.limits.maxDurationMinutes - left)) }
}

function noRoom(profile: AccessProfile, { left, most }: Extensible): ReturnType<typeof refuse<'invalid_input'>> {
  const longest = definitionOf(profile).limits.maxDurationMinutes
  const room = most < 1 ? 'nothing can be added yet' : `it can be extended by ${most}`
  return refuse('invalid_input', `"${profile.title}" allows at most ${longest} minutes from now; ${Math.ceil(left)} are left, so ${room}.`, most < 1 ? 'Ask later, when less of it is left.' : 'Ask for less, or later.')
}
