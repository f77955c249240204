import { refuse, type Result } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import { appendEntry } from '#lib/record/append-entry.ts'

type Named = { issuer: string; subject: string }

/** Notes that a sign-in of somebody known was refused, and why, as a code. Of strangers nothing is kept. */
export async function recordRefusedSignIn(db: Database, { issuer, subject }: Named, reason: string, now: Date): Promise<void> {
  const person = await db.person.findUnique({ where: { issuer_subject: { issuer, subject } }, select: { id: true } })
  if (!person) return
  await db.$transaction((tx) => appendEntry(tx, { kind: 'signin.refused', occurredAt: now, actorId: person.id, subjectId: person.id, facts: { reason } }))
}

/** Whether somebody whom the provider vouches for may come in: not when they were switched off here. */
export async function admitIdentity(db: Database, identity: Named, now: Date): Promise<Result<object, 'person_disabled'>> {
  const { issuer, subject } = identity
  const person = await db.person.findUnique({ where: { issuer_subject: { issuer, subject } }, select: { disabledAt: true } })
  if (!person?.disabledAt) return { ok: true }
  await recordRefusedSignIn(db, identity, 'person_disabled', now)
  return refuse('person_disabled', 'Your access to Latchkey was switched off.', 'Ask the people who run it.')
}
