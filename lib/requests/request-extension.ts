import { minutes } from '#lib/config/clock.ts'
import { refuse } from '#lib/config/result.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import type { RiskAssessment } from './assess-risk.ts'
import { type CreateDeps, type CreateRequestResult, writePrepared } from './create-request.ts'
import { policyFor, prepareRequest } from './prepare-request.ts'

/**
 * Asks for a later end of the viewer's own active grant: a new decision under the profile's policy as it is now. The
 * rules see the whole time since the grant began, so that many short extensions are not a way round them; what would
 * remain from now on keeps to the profile's limit.
 */
export async function requestExtension(deps: CreateDeps, viewer: Viewer, grantId: string, input: { durationMinutes: number | string; justification: string }, risk: RiskAssessment | null, now: Date): Promise<CreateRequestResult> {
  const grant = await deps.db.grant.findFirst({ where: { id: grantId, personId: viewer.personId } })
  const no = (message: string, mend: string): CreateRequestResult => ({ ...refuse('not_extendable', message, mend), fields: {}, profileId: grant?.profileId ?? '' })
  if (!grant) return no('There is no such grant of yours.', 'Only its holder can ask for more time.')
  if (grant.state !== 'active' || !grant.endsAt || !grant.activatedAt || grant.endsAt <= now) return no('Only an active grant can be extended.', 'Ask for access again.')
  const request = await deps.db.request.findUniqueOrThrow({ where: { id: grant.requestId } })
  if (request.incidentReference !== null) return no('Emergency access is not extended.', 'Ask for access in the usual way, or take emergency access again with its own review.')
  const prepared = await prepareRequest(deps, viewer, { profileId: grant.profileId, ...input, ticketReference: request.ticketReference ?? '' }, risk, now)
  if (!prepared.ok) return { ...prepared, profileId: grant.profileId }
  const most = prepared.definition.limits.maxDurationMinutes
  const left = (grant.endsAt.getTime() - now.getTime()) / minutes(1)
  if (left + prepared.durationMinutes > most) {
    const room = Math.max(0, Math.floor(most - left))
    const message = `"${prepared.profile.title}" allows at most ${most} minutes from now; ${Math.ceil(left)} are left, so it can be extended by ${room}.`
    return { ...refuse('invalid_input', message, 'Ask for less, or later.'), fields: { durationMinutes: message }, profileId: grant.profileId }
  }
  const whole = Math.ceil((grant.endsAt.getTime() - grant.activatedAt.getTime()) / minutes(1)) + prepared.durationMinutes
  const { chosen, shadow } = await policyFor(deps, viewer, { ...prepared, durationMinutes: whole, decision: prepared }, now)
  if (!chosen.ok) return { ...chosen, fields: {}, profileId: grant.profileId }
  const result = await writePrepared(deps, viewer, [{ ...prepared, policy: chosen.policy, shadow, extendsGrantId: grant.id }], now)
  return result.ok ? { ok: true, ...(result.requests[0] as { requestId: string; code: string; approved: boolean }) } : result
}
