import { findProfile, type ListedProfile } from '#lib/catalog/profiles.queries.ts'
import { readRole } from '#lib/catalog/read-role.ts'
import { roleArnOf } from '#lib/catalog/role-arn.ts'
import type { Environment } from '#lib/catalog/environments.ts'
import { countFindingsAbout } from '#lib/detection/findings.queries.ts'
import type { GrantDeps } from '#lib/grants/grant-deps.ts'
import type { AccessExplanation } from '#lib/iam/explain-access.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { type AccessFacts, assessRisk, type RiskAssessment } from '#lib/requests/assess-risk.ts'
import type { NewRequestInput } from '#lib/requests/decide-new-request.ts'
import type { NarrowedScope } from '#lib/requests/narrowed-scope.ts'
import { historyOf } from '#lib/requests/history.queries.ts'
import { explainRole, previewAgeMs } from './explain-role.ts'

/** How risky what somebody asks for is; null when there is no such profile. Every room adds what it knows. */
export async function assessRequest(deps: Pick<GrantDeps, 'db' | 'roleReader' | 'clock' | 'managedRolePath'>, viewer: Pick<Viewer, 'personId'>, input: NewRequestInput, narrowed: NarrowedScope | null = null): Promise<RiskAssessment | null> {
  const profile = await findProfile(deps.db, input.profileId)
  if (!profile) return null
  const now = deps.clock()
  const [history, findings, access] = await Promise.all([historyOf(deps.db, viewer, profile.id, now), countFindingsAbout(deps.db, viewer.personId, now), accessFacts(deps, profile, narrowed)])
  return assessRisk({
    ...history,
    access,
    environment: profile.account.environment as Environment,
    tier: profile.definition.riskTier,
    durationMinutes: Number(input.durationMinutes) || 0,
    startHour: (input.startsAt ?? now).getUTCHours(),
    openOrConfirmedFindings: findings,
    breakGlass: input.incidentReference !== undefined,
    narrowed: narrowed && { services: narrowed.services.length, actions: narrowed.services.reduce((sum, { actions }) => sum + actions.length, 0) },
  })
}

async function accessFacts(deps: Parameters<typeof assessRequest>[0], profile: ListedProfile, narrowed: NarrowedScope | null): Promise<AccessFacts | null> {
  const roleArn = roleArnOf(profile.definition, profile.account)
  if (!roleArn) return null
  const read = await readRole(deps, profile.definition, roleArn, deps.clock(), previewAgeMs)
  return read.ok ? factsOf(await explainRole(deps, read.reading.digest, read.reading.role, profile, narrowed)) : null
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
