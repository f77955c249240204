import type { Database, Transaction } from '#lib/db/client.ts'
import type { OutsideRecord } from '#lib/db/generated/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { appendEntry } from '#lib/record/append-entry.ts'

/**
 * Notes what a role has beyond the record, each once with its entry, and that what was there before is gone. Returns how
 * many are new. Nothing of it is touched in AWS.
 */
export async function noteOutside(tx: Transaction, roleArn: string, found: readonly { outside: string; name: string }[], now: Date): Promise<number> {
  // Two replicas that saw the same note it once.
  await tx.$queryRaw`SELECT "roleArn" FROM role_check WHERE "roleArn" = ${roleArn} FOR UPDATE`
  const known = new Map((await tx.outsideRecord.findMany({ where: { roleArn, goneAt: null } })).map((row) => [row.key, row]))
  const keys = new Set(found.map(({ name }) => `${roleArn} ${name}`))
  const fresh = found.filter(({ name }) => !known.has(`${roleArn} ${name}`))
  for (const { outside, name } of fresh) {
    const row = { roleArn, what: outside, firstSeenAt: now, lastSeenAt: now, goneAt: null }
    await tx.outsideRecord.upsert({ where: { key: `${roleArn} ${name}` }, create: { key: `${roleArn} ${name}`, ...row }, update: row })
    await appendEntry(tx, { kind: 'reconcile.outside', occurredAt: now, subjectId: roleArn, facts: { name, what: outside } })
  }
  await tx.outsideRecord.updateMany({ where: { roleArn, goneAt: null, key: { in: [...keys] } }, data: { lastSeenAt: now } })
  for (const gone of [...known.values()].filter(({ key }) => !keys.has(key))) {
    await tx.outsideRecord.update({ where: { key: gone.key }, data: { goneAt: now } })
    await appendEntry(tx, { kind: 'reconcile.outside.gone', occurredAt: now, subjectId: roleArn, facts: { what: gone.what } })
  }
  return fresh.length
}

/** What AWS has beyond the record at this moment, what was seen first first; for responders, auditors and admins; empty for others. */
export async function listOutside(db: Database, viewer: Viewer, take = 50): Promise<OutsideRecord[]> {
  return hasRole(viewer, 'responder', 'auditor', 'admin') ? db.outsideRecord.findMany({ where: { goneAt: null }, orderBy: [{ firstSeenAt: 'asc' }, { key: 'asc' }], take }) : []
}
