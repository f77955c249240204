import type { Database } from '#lib/db/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { getRequestFor } from '#lib/requests/requests.queries.ts'
import type { GrantEvent } from './detector.ts'
import { readOutlivingEvents, readTakingBack } from './grant-events.ts'
import { type Left, leftBehind, takenBackSince, wordsOf } from './left-behind.ts'
import { type Severity, severityOrder, worstOf } from './severity.ts'

type Taking = { call: string; at: Date }
/** `words` are such as "created" or "was given a policy (arn:…)"; call, time and event are those of the first of `times`. */
export type LeftChange = { words: string; call: string; at: Date; eventId: string; times: number; takenBack: Taking | null }
/** `accountId` where that is not the grant's; `finding` is for those who watch, once there is one. */
export type LeftThing = { of: string; name: string; accountId: string | null; changes: LeftChange[]; severity: Severity; finding: { id: string; state: string } | null }
export type LeftBehind = { things: LeftThing[]; /** The latest event known of the grant: later ones may still come. */ knownUntil: Date | null }

const mostThings = 100

/**
 * What changes under a grant outlive it and were not taken back within it, the gravest first, and what of that was taken
 * back since, as far as the portal sees: for those who watch, for its holder, and for those whom its request concerns; null
 * for others. The same as the findings about it say, whatever became of them.
 */
export async function listLeftBehind(db: Database, viewer: Viewer, grantId: string, now: Date): Promise<LeftBehind | null> {
  const watches = hasRole(viewer, 'responder', 'auditor', 'admin')
  const grant = await db.grant.findUnique({ where: { id: grantId }, select: { opensAt: true, accountId: true, personId: true, requestId: true } })
  if (!grant || !(watches || grant.personId === viewer.personId || (await getRequestFor(db, viewer, grant.requestId, now)))) return null
  const [events, findings, latest] = await Promise.all([
    readOutlivingEvents(db, grantId, grant.opensAt),
    watches ? db.finding.findMany({ where: { grantId, detector: 'outliving-writes' }, select: { id: true, state: true, dedupeKey: true }, orderBy: { createdAt: 'asc' } }) : [],
    db.session.aggregate({ where: { grantId }, _max: { lastEventAt: true } }),
  ])
  const left = leftBehind(events, grant.accountId)
  const takenBack = takenBackSince(left.values(), await readOthers(db, grantId, [...left.values()].flat()))
  const found = new Map(findings.map(({ id, state, dedupeKey }) => [thingOf(dedupeKey), { id, state }]))
  const things = [...left].flatMap(([thing, changes]) => listed(changes, takenBack, grant.accountId, found.get(thing) ?? null))
  return { things: things.toSorted(gravestFirst).slice(0, mostThings), knownUntil: latest._max.lastEventAt }
}

async function readOthers(db: Database, grantId: string, left: readonly Left[]): Promise<GrantEvent[]> {
  const names = [...new Set(left.flatMap(({ call }) => call.undoneBy ?? []))]
  if (names.length === 0) return []
  const from = new Date(Math.min(...left.map(({ event }) => event.eventTime.getTime())))
  return readTakingBack(db, { grantId, accountIds: [...new Set(left.map(({ event }) => event.accountId))], names, from })
}

/** `outliving-writes:<grant>:<thing>#<number>` */
const thingOf = (dedupeKey: string): string => dedupeKey.slice(dedupeKey.indexOf(':', dedupeKey.indexOf(':') + 1) + 1, dedupeKey.lastIndexOf('#'))

function listed(left: readonly Left[], takenBack: ReadonlyMap<Left, GrantEvent>, homeAccount: string, finding: LeftThing['finding']): LeftThing[] {
  const [first] = left
  if (!first) return []
  const { accountId } = first.event
  const changes = [...Map.groupBy(left, wordsOf)].map(([words, same]) => changeOf(words, same, takenBack))
  return [{ of: first.call.of, name: first.name, accountId: accountId === homeAccount ? null : accountId, changes, severity: worstOf(left.map(({ call }) => call.severity)), finding }]
}

function changeOf(words: string, same: readonly Left[], takenBack: ReadonlyMap<Left, GrantEvent>): LeftChange {
  const { eventName, eventTime, eventId } = (same[0] as Left).event
  const undone = same.map((one) => takenBack.get(one))
  const last = undone.at(-1)
  return { words, call: eventName, at: eventTime, eventId, times: same.length, takenBack: last && undone.every((one) => one !== undefined) ? { call: last.eventName, at: last.eventTime } : null }
}

/** What somebody has to look at comes before what was taken back since. */
function gravestFirst(one: LeftThing, other: LeftThing): number {
  const stays = ({ changes }: LeftThing): number => Number(changes.some(({ takenBack }) => takenBack === null))
  return stays(other) - stays(one) || severityOrder(other.severity) - severityOrder(one.severity) || firstAt(one) - firstAt(other)
}

const firstAt = ({ changes }: LeftThing): number => Math.min(...changes.map(({ at }) => at.getTime()))
