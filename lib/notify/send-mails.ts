import { after, minutes, seconds } from '#lib/config/clock.ts'
import { isMailAddress } from '#lib/config/mail-settings.ts'
import type { Clock } from '#lib/config/clock.ts'
import type { Database } from '#lib/db/client.ts'
import type { MailDelivery, Prisma } from '#lib/db/generated/client.ts'
import { composeMail, type Mail } from './compose-mail.ts'
import { describeMessage } from './describe-message.ts'
import type { Mailer, MailOutcome } from './mailer.ts'
import { stillHolds, withSubject } from './subject.ts'

export type SendDeps = { db: Database; clock: Clock; mailer: Mailer; from: string; publicUrl: URL }
export type SendOutcome = { sent: number; failed: number }

/** Twice as long as a mail may take: whoever claimed one longer ago died, and nobody knows whether it left. */
const claimLastsMs = minutes(2)
const mostAttempts = 10
const longestPauseMs = minutes(60)

/**
 * Sends the mails that are due, one after the other, at most `batch`. Each is claimed before it is sent and marked
 * afterwards, so of two workers one sends it. A worker that dies in between leaves the one doubt there can be: the mail
 * is sent again under the same Message-ID, by which receivers know it.
 */
export async function sendMails(deps: SendDeps, batch = 50): Promise<SendOutcome> {
  const outcome = { sent: 0, failed: 0 }
  for (let count = 0; count < batch; count += 1) {
    const claimed = await claim(deps.db, deps.clock())
    if (!claimed) break
    const mail = await compose(deps, claimed)
    if (!mail) {
      await mark(deps.db, claimed, { state: 'skipped' })
      continue
    }
    const result = await deps.mailer.send(mail)
    await mark(deps.db, claimed, next(claimed, result, deps.clock()))
    outcome[result.ok ? 'sent' : 'failed'] += 1
  }
  return outcome
}

type Claimed = Pick<MailDelivery, 'id' | 'personId' | 'digest' | 'attempts'>

async function claim(db: Database, now: Date): Promise<Claimed | undefined> {
  const [row] = await db.$queryRaw<Claimed[]>`
    UPDATE mail_delivery SET state = 'sending', attempts = attempts + 1, "claimedUntil" = ${after(now, claimLastsMs)}
    WHERE id = (
      SELECT id FROM mail_delivery
      WHERE state IN ('queued', 'sending') AND "nextTryAt" <= ${now} AND (state = 'queued' OR "claimedUntil" <= ${now})
      ORDER BY "nextTryAt" LIMIT 1 FOR UPDATE SKIP LOCKED
    ) RETURNING id::text, "personId"::text, digest, attempts`
  return row
}

/** Only who claimed it last says how it ended. */
async function mark(db: Database, { id, attempts }: Claimed, data: Prisma.MailDeliveryUpdateManyMutationInput): Promise<void> {
  await db.mailDelivery.updateMany({ where: { id, attempts, state: 'sending' }, data: { ...data, claimedUntil: null } })
}

/** `undefined` when there is nothing to tell any more: it was read or is over, or the person was switched off, wants no mail or has no address. */
async function compose({ db, clock, from, publicUrl }: SendDeps, { id, personId, digest }: Claimed): Promise<Mail | undefined> {
  const [person, notifications] = await Promise.all([
    db.person.findUniqueOrThrow({ where: { id: personId }, select: { email: true, disabledAt: true, notifying: { select: { mail: true } } } }),
    db.notification.findMany({ where: { mailId: id, readAt: null }, include: { message: { include: withSubject } }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }], take: 100 }),
  ])
  const items = notifications.filter(({ message }) => stillHolds(message, clock())).map(({ message }) => describeMessage(message))
  if (person.disabledAt || person.notifying?.mail === false || !person.email || !isMailAddress(person.email) || items.length === 0) return undefined
  return composeMail({ publicUrl, from, to: person.email, mailId: id, digest, items })
}

function next({ attempts }: Claimed, result: MailOutcome, now: Date): Prisma.MailDeliveryUpdateManyMutationInput {
  if (result.ok) return { state: 'sent', sentAt: now, failure: null }
  const over = result.permanent || attempts >= mostAttempts
  const pauseMs = Math.min(longestPauseMs, seconds(15) * 2 ** attempts)
  return { failure: result.message, ...(over ? { state: 'failed', failedAt: now } : { state: 'queued', nextTryAt: after(now, pauseMs) }) }
}
