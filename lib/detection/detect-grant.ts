import type { Clock } from '#lib/config/clock.ts'
import type { Database, Transaction } from '#lib/db/client.ts'
import type { Finding, Grant, Person } from '#lib/db/generated/client.ts'
import { approvedAccess } from '#lib/grants/approved-access.ts'
import { loadKnownActions } from '#lib/iam/known-actions.ts'
import { liveChannel } from '#lib/record/seal-entries.ts'
import type { Detector, GrantEvent, FindingDraft, GrantFacts } from './detector.ts'
import { detectors } from './detectors.ts'
import { readEvidence } from './finding-evidence.ts'
import { type FindingSubject, growFinding, openFinding } from './finding.store.ts'
import { mostEvents, readGrantEvents } from './grant-events.ts'
import { networksTakenFrom } from './source-network.ts'

/** Namespace of the advisory locks below; no other lock of the product uses it. */
const detectionLock = 0x1a7c4e03

export type DetectOutcome = { opened: number; updated: number }

/**
 * The job after new events of a grant: runs the detectors over its events and opens or updates findings. Idempotent, and
 * one at a time per grant, so that the same facts found twice are one finding. What a person closed stays closed: its
 * events are not looked at again, and only new ones open another finding.
 */
export async function detectGrant({ db, clock }: { db: Database; clock: Clock }, grantId: string): Promise<DetectOutcome> {
  const now = clock()
  return db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${detectionLock}::int, hashtext(${grantId}))`
    const grant = await tx.grant.findUnique({ where: { id: grantId }, include: { person: true, profile: { include: { account: true } } } })
    if (!grant) return { opened: 0, updated: 0 }
    const facts = await factsOf(tx, grant)
    const subject = { grantId, holderId: grant.personId, requestId: grant.requestId, accountId: grant.accountId }
    const events = await readGrantEvents(tx, grantId, grant.opensAt)
    const findings = await tx.finding.findMany({ where: { grantId } })
    const outcome = { opened: 0, updated: 0, unchanged: 0 }
    for (const detector of detectors) {
      const own = findings.filter((finding) => finding.detector === detector.id)
      for (const draft of run(detector, facts, events, own)) outcome[await keep(tx, subject, detector.id, draft, own, now)] += 1
    }
    if (outcome.opened + outcome.updated > 0) await tx.$executeRaw`SELECT pg_notify(${liveChannel}, 'finding')`
    return outcome
  })
}

/** What was approved with it counts, whatever the profile says by now. */
async function factsOf(tx: Transaction, grant: Grant & { person: Person; profile: { account: { name: string } } }): Promise<GrantFacts> {
  const { endsAt, endReason, credentialsDeadAt, roleArn } = grant
  const access = approvedAccess(grant)
  const minted = access.kind === 'sts_role' ? access : null
  const leases = await tx.lease.findMany({ where: { grantId: grant.id, purpose: { not: 'probe' }, state: 'minted' }, select: { fromAddress: true } })
  const sessions = await tx.session.findMany({ where: { grantId: grant.id }, select: { id: true, roleArn: true }, take: mostEvents })
  return {
    person: grant.person.displayName,
    account: grant.profile.account.name,
    accountId: grant.accountId,
    endsAt,
    endReason,
    credentialsDeadAt,
    roleArn,
    scope: minted && minted.scope.length > 0 ? { statements: minted.scope, known: await loadKnownActions() } : null,
    onwardRoles: minted?.onwardRoles ?? [],
    takenFrom: networksTakenFrom(leases.map(({ fromAddress }) => fromAddress)),
    sessionRoles: new Map(sessions.map(({ id, roleArn: of }) => [id, of])),
  }
}

function run(detector: Detector, grant: GrantFacts, events: readonly GrantEvent[], own: readonly Finding[]): FindingDraft[] {
  const closed = own.filter((finding) => finding.state === 'closed').map((finding) => readEvidence(finding.evidence))
  const settled = new Set(closed.flatMap((evidence) => evidence.eventIds))
  const known = new Set(closed.flatMap((evidence) => evidence.facts))
  return detector.detect({ grant, known, events: events.filter((event) => !settled.has(event.eventId)) })
}

/** The key of the same facts; after one was closed, the next has the next number. */
async function keep(tx: Transaction, subject: FindingSubject, detector: string, draft: FindingDraft, own: readonly Finding[], now: Date): Promise<'opened' | 'updated' | 'unchanged'> {
  const base = `${detector}:${subject.grantId}:${draft.subject}`
  const same = own.filter((finding) => finding.dedupeKey.slice(0, finding.dedupeKey.lastIndexOf('#')) === base)
  const current = same.find((finding) => finding.state !== 'closed')
  if (!current) {
    await openFinding(tx, subject, detector, `${base}#${same.length + 1}`, draft, now)
    return 'opened'
  }
  const grown = draft.events.length > current.eventCount || draft.severity !== current.severity
  if (!grown) return 'unchanged'
  // Somebody triaged it in between: the job is tried again and sees what they did.
  if (!(await growFinding(tx, subject, current, draft, now))) throw new Error(`Finding ${current.id} changed while its evidence grew.`)
  return 'updated'
}
