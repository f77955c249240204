import 'server-only'
import type { ActivityModel, CallRow } from '#components/request-detail/request-detail-models.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { isDenied } from '#lib/trail/denied.ts'
import { findGrantActivity, type ListedEvent, listGrantEvents } from '#lib/trail/sessions.queries.ts'
import { getServices } from './services.ts'

const pageSize = 25

/** What CloudTrail shows of a grant's use, a page at a time; null for those who may not see it. */
export async function activityOf(viewer: Viewer, grant: { id: string; state: string }, before: string | undefined, href: string): Promise<ActivityModel | null> {
  const { db } = await getServices()
  const [totals, page] = await Promise.all([findGrantActivity(db, viewer, grant.id), listGrantEvents(db, viewer, grant.id, { take: pageSize, before })])
  if (!totals) return null
  return {
    sentence: sentenceOf(totals),
    calls: page.events.map(callRow),
    newerHref: before ? `${href}#activity` : null,
    olderHref: page.next ? `${href}?${new URLSearchParams({ before: page.next })}#activity` : null,
    open: grant.state !== 'ended' && grant.state !== 'failed',
  }
}

const some = (count: number, one: string): string => `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`

function sentenceOf({ sessions, events, changes, denied }: { sessions: number; events: number; changes: number; denied: number }): string {
  return [some(events, 'call'), some(changes, 'change'), `${denied.toLocaleString('en')} denied`, some(sessions, 'session')].join(' · ')
}

export function callRow(event: Omit<ListedEvent, 'sessionId' | 'userAgent'>): CallRow {
  return {
    id: event.eventId,
    at: event.eventTime.toISOString(),
    call: `${event.eventSource.replace(/\.amazonaws\.com$/, '')}:${event.eventName}`,
    result: isDenied(event.errorCode) ? 'denied' : event.errorCode ? 'failed' : event.readOnly ? 'read' : 'change',
    code: event.errorCode,
    from: event.sourceIp ?? 'unknown',
    region: event.region,
  }
}
