import type { Database } from '#lib/db/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { changesOf, leftBehind } from './detectors/outliving-writes.ts'
import { readOutlivingEvents } from './grant-events.ts'
import { type Severity, severityOrder } from './severity.ts'

/** `changes` are words such as "created" or "was given a policy (arn:…)"; `finding` is for those who watch, once there is one. */
export type LeftThing = { of: string; name: string; changes: string[]; severity: Severity; firstAt: Date; lastAt: Date; finding: { id: string; state: string } | null }
export type LeftBehind = { things: LeftThing[]; /** The latest event known of the grant: later ones may still come. */ knownUntil: Date | null }

const mostThings = 100

/**
 * What changes under a grant outlive it and were not taken back within it: for those who watch, and for its holder; null
 * for others. The same as the findings about it say, whatever became of them.
 */
export async function listLeftBehind(db: Database, viewer: Viewer, grantId: string): Promise<LeftBehind | null> {
  const watches = hasRole(viewer, 'responder', 'auditor', 'admin')
  const grant = await db.grant.findFirst({ where: { id: grantId, ...(watches ? {} : { personId: viewer.personId }) }, select: { opensAt: true } })
  if (!grant) return null
  const [events, findings, latest] = await Promise.all([
    readOutlivingEvents(db, grantId, grant.opensAt),
    watches ? db.finding.findMany({ where: { grantId, detector: 'outliving-writes' }, select: { id: true, state: true, dedupeKey: true }, orderBy: { createdAt: 'asc' } }) : [],
    db.session.aggregate({ where: { grantId }, _max: { lastEventAt: true } }),
  ])
  const byThing = new Map(findings.map(({ id, state, dedupeKey }) => [dedupeKey.slice(dedupeKey.indexOf(':', dedupeKey.indexOf(':') + 1) + 1, dedupeKey.lastIndexOf('#')), { id, state }]))
  const things = [...leftBehind(events)].flatMap(([thing, left]): LeftThing[] => {
    const [first] = left
    if (!first) return []
    const times = left.map(({ event }) => event.eventTime.getTime())
    const severity = left.map(({ call }) => call.severity).reduce((one, other) => (severityOrder(one) >= severityOrder(other) ? one : other))
    return [{ of: first.call.of, name: first.name, changes: changesOf(left), severity, firstAt: new Date(Math.min(...times)), lastAt: new Date(Math.max(...times)), finding: byThing.get(thing) ?? null }]
  })
  return { things: things.toSorted((one, other) => severityOrder(other.severity) - severityOrder(one.severity) || one.firstAt.getTime() - other.firstAt.getTime()).slice(0, mostThings), knownUntil: latest._max.lastEventAt }
}
