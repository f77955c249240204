import 'server-only'
import { findProfile, type ListedProfile } from '#lib/catalog/profiles.queries.ts'
import { countFindingsAbout } from '#lib/detection/findings.queries.ts'
import { getOwnGrant } from '#lib/grants/grants.queries.ts'
import type { AccessExplanation } from '#lib/iam/explain-access.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { type AccessFacts, assessRisk, type RiskAssessment } from '#lib/requests/assess-risk.ts'
import type { NewRequestInput } from '#lib/requests/decide-new-request.ts'
import { historyOf } from '#lib/requests/history.queries.ts'
import { explainProfile } from './permission-preview.ts'
import { getServices } from './services.ts'

/** How risky what the viewer asks for is; null when there is no such profile. Every room adds what it knows. */
export async function riskOf(viewer: Viewer, input: NewRequestInput): Promise<RiskAssessment | null> {
  const { db, clock } = await getServices()
  const profile = await findProfile(db, input.profileId)
  if (!profile) return null
  const now = clock()
  const [history, findings, access] = await Promise.all([historyOf(db, viewer, profile.id, now), countFindingsAbout(db, viewer.personId, now), accessFacts(profile)])
  return assessRisk({
    ...history,
    access,
    environment: profile.account.environment as Parameters<typeof assessRisk>[0]['environment'],
    tier: profile.definition.riskTier,
    durationMinutes: Number(input.durationMinutes) || 0,
    startHour: (input.startsAt ?? now).getUTCHours(),
    openOrConfirmedFindings: findings,
    breakGlass: input.incidentReference !== undefined,
  })
}

/** The risk of more time: of the whole time, for the holder's own grant. */
export async function riskOfExtension(viewer: Viewer, grantId: string, durationMinutes: string): Promise<RiskAssessment | null> {
  const { db } = await getServices()
  const grant = await getOwnGrant(db, viewer, grantId)
  return grant && riskOf(viewer, { profileId: grant.profileId, durationMinutes: grant.durationMinutes + (Number(durationMinutes) || 0), justification: '' })
}

async function accessFacts(profile: ListedProfile): Promise<AccessFacts | null> {
  const explanation = await explainProfile(profile)
  return explanation && factsOf(explanation)
}

function factsOf({ isAdministrator, services, dangers }: AccessExplanation): AccessFacts {
  const levels = services.flatMap((service) => service.levels)
  const writing = levels.filter(({ level }) => level === 'Write' || level === 'Permissions management')
  return {
    administrator: isAdministrator,
    permissionsManagement: levels.some(({ level }) => level === 'Permissions management'),
    dataAccess: dangers.some(({ code }) => code.startsWith('secrets.') || code.startsWith('data.')),
    write: writing.length > 0,
    wildcardResources: writing.some(({ resources }) => resources === 'all'),
    escalations: dangers.filter(({ code }) => code.startsWith('escalation.')).map(({ title }) => title),
  }
}
