import { definitionOf } from '#lib/catalog/definition-of.ts'
import type { Transaction } from '#lib/db/client.ts'
import type { Finding, Prisma } from '#lib/db/generated/client.ts'
import { tellLater } from '#lib/outbox/tell-later.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import type { RecordKind } from '#lib/record/record-kinds.ts'
import type { FindingDraft } from './detector.ts'
import { type FindingEvidence, rememberedEvents } from './finding-evidence.ts'
import { severityOrder } from './severity.ts'
import { findSuppression } from './triage/suppression.store.ts'

/** The grant and its holder, where what was found is of one. */
export type FindingSubject = { grantId?: string; holderId?: string; requestId?: string; accountId: string }

const told = severityOrder('high')

/**
 * Opens a finding with its record entry, and has responders told of a severe one; what is suppressed is kept and tells
 * nobody. `dedupeKey` makes a second one of the same impossible.
 */
export async function openFinding(tx: Transaction, subject: FindingSubject, detector: string, dedupeKey: string, draft: FindingDraft, now: Date): Promise<void> {
  const { grantId, accountId } = subject
  const suppressionId = await suppressionOf(tx, subject, detector, draft, now)
  const state = suppressionId === null ? { state: 'open' as const, ...(await containmentOf(tx, subject, draft)) } : { state: 'suppressed' as const, suppressionId }
  const finding = await tx.finding.create({ data: { ...columns(draft, now), ...state, dedupeKey, detector, accountId, grantId: grantId ?? null, createdAt: now } })
  await note(tx, 'finding.opened', finding, subject, draft, now)
  if (suppressionId === null && finding.severityOrder >= told) await tellResponders(tx, finding, subject, now)
}

const suppressionOf = (tx: Transaction, { holderId, accountId }: FindingSubject, detector: string, { severity }: FindingDraft, now: Date): Promise<string | null> =>
  findSuppression(tx, { detector, holderId, accountId, severityOrder: severityOrder(severity) }, now)

/** A critical finding ends the grant where its profile says so; a step of the worker does it from here on. */
async function containmentOf(tx: Transaction, { grantId }: FindingSubject, { severity }: FindingDraft): Promise<{ containment?: 'wanted' }> {
  if (severity !== 'critical' || grantId === undefined) return {}
  const grant = await tx.grant.findUnique({ where: { id: grantId }, include: { profile: true } })
  return grant && definitionOf(grant.profile).revokeOnCriticalFinding ? { containment: 'wanted' } : {}
}

/** Whoever the finding is about does not hear of it by being a responder. */
async function tellResponders(tx: Transaction, { id, severity }: Pick<Finding, 'id' | 'severity'>, { holderId }: FindingSubject, now: Date): Promise<void> {
  await tellLater(tx, { kind: 'finding.opened', findingId: id, to: { roles: ['responder'] }, notTo: holderId === undefined ? [] : [holderId], facts: { severity } }, now)
}

/**
 * Brings a finding up to its grown evidence, with its record entry. One that was acknowledged is open again when it has
 * become more severe: what was acknowledged was less. One that was suppressed is open again when it grows and no
 * suppression covers it any more.
 */
export async function growFinding(tx: Transaction, subject: FindingSubject, finding: Finding, draft: FindingDraft, now: Date): Promise<boolean> {
  const hidden = finding.state === 'suppressed'
  const covered = hidden && (await suppressionOf(tx, subject, finding.detector, draft, now)) !== null
  const worse = severityOrder(draft.severity) > finding.severityOrder
  const again = !covered && (worse || hidden)
  const { count } = await tx.finding.updateMany({
    where: { id: finding.id, state: finding.state, updatedAt: finding.updatedAt },
    data: { ...columns(draft, now), ...(again ? { state: 'open' as const, suppressionId: null, ...(finding.containment === null ? await containmentOf(tx, subject, draft) : {}) } : {}) },
  })
  if (count !== 1) return false
  await note(tx, 'finding.updated', finding, subject, draft, now)
  if (again && severityOrder(draft.severity) >= told) await tellResponders(tx, { id: finding.id, severity: draft.severity }, subject, now)
  return true
}

function columns(draft: FindingDraft, now: Date) {
  const { events, severity, title, summary } = draft
  const [first] = events
  const evidence: FindingEvidence = {
    eventIds: events.slice(0, rememberedEvents).map((event) => event.eventId),
    facts: [...(draft.facts ?? [])],
    items: [...draft.items],
    leadEventId: first?.eventId ?? null,
  }
  return {
    severity,
    severityOrder: severityOrder(severity),
    title,
    summary,
    firstEventAt: first?.eventTime ?? now,
    lastEventAt: events.at(-1)?.eventTime ?? now,
    eventCount: events.length,
    evidence: evidence as Prisma.InputJsonObject,
    updatedAt: now,
  }
}

async function note(tx: Transaction, kind: RecordKind, finding: Finding, subject: FindingSubject, draft: FindingDraft, now: Date): Promise<void> {
  await appendEntry(tx, {
    kind,
    occurredAt: now,
    subjectId: finding.id,
    requestId: subject.requestId,
    grantId: subject.grantId,
    facts: { detector: finding.detector, severity: draft.severity, account: subject.accountId, events: draft.events.length, before: kind === 'finding.opened' ? null : finding.severity },
    personal: { summary: draft.summary },
  })
}
