import 'server-only'
import { getOwnGrant } from '#lib/grants/grants.queries.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import type { RiskAssessment } from '#lib/requests/assess-risk.ts'
import type { NewRequestInput } from '#lib/requests/decide-new-request.ts'
import { narrowedOf, type NarrowedScope } from '#lib/requests/narrowed-scope.ts'
import { assessRequest } from './assess-request.ts'
import { getServices } from './services.ts'

/** The risk of what the viewer asks for now, cut to what it keeps to. */
export const riskOf = async (viewer: Viewer, input: NewRequestInput, narrowed: NarrowedScope | null): Promise<RiskAssessment | null> => assessRequest(await getServices(), viewer, input, narrowed)

/** The risk of more time: of the whole time, for the holder's own grant. */
export async function riskOfExtension(viewer: Viewer, grantId: string, durationMinutes: string): Promise<RiskAssessment | null> {
  const { db } = await getServices()
  const grant = await getOwnGrant(db, viewer, grantId)
  return grant && riskOf(viewer, { profileId: grant.profileId, durationMinutes: wholeMinutes(grant) + (Number(durationMinutes) || 0), justification: '' }, narrowedOf(grant.request))
}

/** From the beginning of access to its end as it stands, earlier extensions included. */
const wholeMinutes = ({ activatedAt, endsAt, durationMinutes }: { activatedAt: Date | null; endsAt: Date | null; durationMinutes: number }): number =>
  activatedAt && endsAt ? Math.ceil((endsAt.getTime() - activatedAt.getTime()) / 60_000) : durationMinutes
