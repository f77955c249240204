import { after, minutes } from '#lib/config/clock.ts'
import type { Database } from '#lib/db/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'

export type MailHealth = { lastSentAt: Date | null; waiting: number; lateMs: number; failures: number; lastFailure: string | null }

/** How mail is doing, for admins: what is due and waits, since when, and what was given up within a day, or why the last try failed. */
export async function getMailHealth(db: Database, viewer: Viewer, now: Date): Promise<MailHealth | null> {
  if (!hasRole(viewer, 'admin')) return null
  const due = { state: { in: ['queued' as const, 'sending' as const] }, nextTryAt: { lte: now } }
  const lately = { state: 'failed' as const, failedAt: { gte: after(now, -minutes(24 * 60)) } }
  const [sent, waiting, oldest, failures, failed, retried] = await Promise.all([
    db.mailDelivery.aggregate({ _max: { sentAt: true } }),
    db.mailDelivery.count({ where: due }),
    db.mailDelivery.findFirst({ where: due, orderBy: { nextTryAt: 'asc' }, select: { nextTryAt: true } }),
    db.mailDelivery.count({ where: lately }),
    db.mailDelivery.findFirst({ where: lately, orderBy: { failedAt: 'desc' }, select: { failure: true } }),
    db.mailDelivery.findFirst({ where: { state: 'queued', failure: { not: null } }, orderBy: { nextTryAt: 'asc' }, select: { failure: true } }),
  ])
  return {
    lastSentAt: sent._max.sentAt,
    waiting,
    lateMs: oldest ? now.getTime() - oldest.nextTryAt.getTime() : 0,
    failures,
    lastFailure: failed?.failure ?? retried?.failure ?? null,
  }
}
