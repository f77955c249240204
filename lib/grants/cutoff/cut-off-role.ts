import { mintableOf } from '#lib/catalog/access-kinds.ts'
import { definitionOf } from '#lib/catalog/definition-of.ts'
import { refuse, type Refusal, type Result } from '#lib/config/result.ts'
import type { Grant } from '#lib/db/generated/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import type { GrantDeps } from '../grant-deps.ts'
import { appendCutoffEntry } from './cutoff.store.ts'
import { holdersOf } from './cutoff.queries.ts'
import { decideCutoff } from './decide-cutoff.ts'

type Refused = 'not_allowed' | 'not_found' | 'no_role' | 'reason_missing' | 'more_people' | 'under_way'
type Asked = { grantId: string; reason: string; shown: number }

/**
 * A responder or an admin cuts off everybody in the role of a grant: whoever holds credentials that AWS issued until this
 * second, known to the portal or not. Stored with its record entry and its job in one transaction, and nothing when more
 * people are hit than were `shown`, or another cutoff of the role is being written. Grants go on: what is issued
 * afterwards works. AWS is asked by the job.
 */
export async function cutOffRole(deps: Pick<GrantDeps, 'db' | 'queue' | 'clock'>, viewer: Viewer, { grantId, reason, shown }: Asked): Promise<Result<{ people: number; cutAt: Date }, Refused>> {
  if (!hasRole(viewer, 'responder', 'admin')) return refuse('not_allowed', 'Only responders and admins cut off everybody in a role.')
  const grant = await deps.db.grant.findUnique({ where: { id: grantId }, include: { profile: { select: { definition: true } } } })
  if (!grant) return refuse('not_found', 'There is no such grant.')
  if (!mintableOf(definitionOf(grant.profile))) return refuse('no_role', 'The portal hands out no credentials of a role here.', 'Revoke the grant instead.')
  return want(deps, viewer, grant, { reason: reason.trim().slice(0, 1_000), shown })
}

const underWay: Refusal & { code: 'under_way' } = refuse('under_way', 'Everybody in this role is being cut off already.', 'Load the page again to see how far that is.')

async function want({ db, queue, clock }: Pick<GrantDeps, 'db' | 'queue' | 'clock'>, viewer: Viewer, { id: grantId, roleArn }: Grant, { reason, shown }: Omit<Asked, 'grantId'>): Promise<Result<{ people: number; cutAt: Date }, Refused>> {
  return db.$transaction(async (tx) => {
    // Two operators at once: the second sees what the first one wrote.
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`role_cutoff/${roleArn}`}, 0))::text`
    const now = clock()
    const people = (await holdersOf(tx, roleArn, now)).length
    const decided = decideCutoff({ reason, shown, people, now })
    if (!decided.ok) return decided
    const { cutAt, until } = decided
    if ((await tx.roleCutoff.count({ where: { roleArn, closedAt: null, OR: [{ state: 'wanted' }, { cutAt: { gte: cutAt } }] } })) > 0) return underWay
    const cutoff = await tx.roleCutoff.create({ data: { roleArn, grantId, cutAt, until, wantedById: viewer.personId, reason, people, wantedAt: now, nextAttemptAt: now } })
    await appendCutoffEntry(tx, cutoff, 'role.cutoff.wanted', now, { actorId: viewer.personId, reason, facts: { cutAt: cutAt.toISOString(), people } })
    await queue.enqueue(tx, 'role.cutoff', { cutoffId: cutoff.id })
    return { ok: true, people, cutAt }
  })
}
