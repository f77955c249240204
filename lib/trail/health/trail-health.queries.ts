import type { Database } from '#lib/db/client.ts'
import type { TrailSource, TrailUnreadable } from '#lib/db/generated/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { type KeptTrail, readKept } from './kept-trails.ts'

const mayWatch = (viewer: Viewer): boolean => hasRole(viewer, 'responder', 'auditor', 'admin')

export type AccountTrails = {
  accountId: string
  accountName: string
  environment: string
  /** When AWS last answered; null before it ever did. */
  readAt: Date | null
  /** What it said since instead. */
  failure: string | null
  trails: KeptTrail[]
  /** Regions that are enabled; empty while that is not known. */
  regions: string[]
  regionsFailure: string | null
}

/** How each account on offer is recorded, by name, the first thousand; for responders, auditors and admins, empty for others. */
export async function listAccountTrails(db: Database, viewer: Viewer, take = 1_000): Promise<AccountTrails[]> {
  if (!mayWatch(viewer)) return []
  const rows = await db.account.findMany({ where: { offered: true }, include: { trailHealth: true }, orderBy: [{ name: 'asc' }, { id: 'asc' }], take })
  return rows.map(({ id, name, environment, regions, trailHealth }) => {
    const trails = readKept(trailHealth?.trails ?? [])
    const { readAt = null, failure = null, regionsFailure = null } = trailHealth ?? {}
    // What another version wrote is not known, which is not the same as no trail.
    return { accountId: id, accountName: name, environment, readAt: trails && readAt, failure, trails: trails ?? [], regions, regionsFailure }
  })
}

/** When the newest event happened that any source told of and that was stored; for responders, auditors and admins. */
export async function findNewestEvent(db: Database, viewer: Viewer): Promise<Date | null> {
  if (!mayWatch(viewer)) return null
  const newest = await db.trailEvent.findFirst({ select: { eventTime: true }, orderBy: { eventTime: 'desc' } })
  return newest?.eventTime ?? null
}

export type ListedSource = Pick<TrailSource, 'id' | 'kind' | 'lastReadAt' | 'lastEventAt' | 'readCount' | 'storedCount' | 'unreadableCount'>

/** The buckets' folders, queues and digests that are read, those not read longest first; for responders, auditors and admins. */
export async function listSources(db: Database, viewer: Viewer, take = 500): Promise<ListedSource[]> {
  if (!mayWatch(viewer)) return []
  const select = { id: true, kind: true, lastReadAt: true, lastEventAt: true, readCount: true, storedCount: true, unreadableCount: true }
  return db.trailSource.findMany({ select, orderBy: [{ lastReadAt: { sort: 'asc', nulls: 'first' } }, { id: 'asc' }], take })
}

export type Unread = { count: number; latest: Pick<TrailUnreadable, 'id' | 'source' | 'file' | 'position' | 'reason' | 'seenAt'>[] }

/** What could not be read: how much of it is kept, and the latest with file, position and reason; for responders, auditors and admins. */
export async function listUnreadable(db: Database, viewer: Viewer, take = 10): Promise<Unread> {
  if (!mayWatch(viewer)) return { count: 0, latest: [] }
  const [count, latest] = await Promise.all([db.trailUnreadable.count(), db.trailUnreadable.findMany({ orderBy: [{ seenAt: 'desc' }, { id: 'desc' }], take })])
  return { count, latest }
}
