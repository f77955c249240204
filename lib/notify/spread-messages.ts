import { randomUUID } from 'node:crypto'
import { minutes } from '#lib/config/clock.ts'
import { isMailAddress } from '#lib/config/mail-settings.ts'
import type { GroupRoleMap } from '#lib/config/portal-roles.ts'
import type { Database, Transaction } from '#lib/db/client.ts'
import type { MessageKind } from '#lib/outbox/message-kinds.ts'
import { liveChannel } from '#lib/record/seal-entries.ts'
import { decideDelivery } from './decide-delivery.ts'
import { findRecipients, type Recipient } from './find-recipients.ts'
import { liveTopicOf } from './live-topic.ts'
import { readPreference } from './preference.ts'

export type SpreadDeps = { db: Database; groupRoles: GroupRoleMap; /** Whether there is a mail server. */ mails: boolean }

/** What could not be spread for this long (a portal that stood still, a history that was loaded) is history: listed as read, and not mailed. */
const newsLastsMs = minutes(24 * 60)
/** A notice to the live channel holds 8,000 bytes at most; beyond this many people, everybody's browser is told to look. */
const mostNamed = 100

/**
 * Makes notifications, and the mails that go with them, of messages that nobody spread yet, oldest first. Each message
 * is one transaction that one process can have: nothing is told twice, however many run. Returns how many were spread;
 * a message that fails stays for the next time, and the others go on.
 */
export async function spreadMessages(deps: SpreadDeps, now: Date, batch = 100): Promise<number> {
  const waiting = await deps.db.outboxMessage.findMany({ where: { spreadAt: null }, select: { id: true }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }], take: batch })
  const failures: unknown[] = []
  let spread = 0
  for (const { id } of waiting) {
    try {
      if (await deps.db.$transaction((tx) => spreadOne(tx, deps, id, now))) spread += 1
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
  return spread
}

async function spreadOne(tx: Transaction, { groupRoles, mails }: SpreadDeps, id: string, now: Date): Promise<boolean> {
  const [free] = await tx.$queryRaw<object[]>`SELECT 1 FROM outbox_message WHERE id = ${id}::uuid AND "spreadAt" IS NULL FOR UPDATE SKIP LOCKED`
  if (!free) return false
  const message = await tx.outboxMessage.update({ where: { id }, data: { spreadAt: now } })
  const old = now.getTime() - message.createdAt.getTime() > newsLastsMs
  const told: string[] = []
  const rows = []
  // Always in one order, so that two messages for the same people wait for each other and never in a circle.
  for (const person of (await findRecipients(tx, message, groupRoles, now)).toSorted((one, other) => (one.id < other.id ? -1 : 1))) {
    const { listed, mail } = decideDelivery(readPreference(person.preference), message.kind as MessageKind, now)
    if (!listed) continue
    const mailId = mail && mails && !old && hasAddress(person) ? await queueMail(tx, person.id, mail, now) : null
    rows.push({ messageId: id, personId: person.id, createdAt: message.createdAt, readAt: old ? now : null, mailId })
    told.push(person.id)
  }
  await tx.notification.createMany({ data: rows })
  if (told.length > 0 && !old) await tellBrowsers(tx, told)
  return true
}

const hasAddress = ({ email }: Recipient): boolean => email !== null && isMailAddress(email)

/** The mail that a notification goes with: one of its own, or the digest that is being collected for the person. */
async function queueMail(tx: Transaction, personId: string, { digest, notBefore }: { digest: boolean; notBefore: Date }, now: Date): Promise<string> {
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO mail_delivery AS m (id, "personId", digest, "createdAt", "nextTryAt")
    VALUES (${randomUUID()}::uuid, ${personId}::uuid, ${digest}, ${now}, ${notBefore})
    ON CONFLICT ("personId") WHERE digest AND state = 'queued' AND attempts = 0 DO UPDATE SET "nextTryAt" = m."nextTryAt"
    RETURNING id::text`
  if (!row) throw new Error('A mail could not be queued.')
  return row.id
}

async function tellBrowsers(tx: Transaction, personIds: readonly string[]): Promise<void> {
  const topics = personIds.length > mostNamed ? '*' : personIds.map(liveTopicOf).join(',')
  await tx.$executeRaw`SELECT pg_notify(${liveChannel}, ${topics})`
}
