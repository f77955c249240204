import { after, minutes } from '#lib/config/clock.ts'
import { refuse, type Result } from '#lib/config/result.ts'
import type { Database, Transaction } from '#lib/db/client.ts'
import type { CatalogChange } from '#lib/db/generated/client.ts'
import { tellLater } from '#lib/outbox/tell-later.ts'
import { samePersonIds } from '#lib/people/deciders.queries.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { applyChanges } from './apply-changes.ts'
import type { CatalogAccount, ProfileDefinition } from './catalog-schema.ts'
import { digestOf, lockCatalog, readCatalogState } from './catalog-state.ts'
import { type ChangeCode, type ChangeFacts, type ChangeVerdict, decideCatalogChange } from './decide-catalog-change.ts'
import { kindProblems } from './kind-problems.ts'
import { planChange } from './plan-catalog.ts'

/** A widening this recent counts as if it had not been, when it is asked who gains by the next. */
const recentMs = minutes(30 * 24 * 60)

export type SettleChangeDeps = { db: Database; /** The provider at which a bare subject names somebody. */ firstIssuer: string }

/**
 * Approves, rejects or withdraws a change that waits, in one transaction with its entries of the record. Groups must
 * have been verified within five minutes: the viewer is minted fresh. A change whose entry is no longer what it was made
 * for becomes superseded.
 */
export async function settleChange({ db, firstIssuer }: SettleChangeDeps, viewer: Viewer, changeId: string, input: { verdict: ChangeVerdict; reason: string }, now: Date): Promise<Result<{ code: string; subjectId: string; next: string }, ChangeCode>> {
  const decider = await loadDecider(db, firstIssuer, viewer)
  return db.$transaction(async (tx) => {
    await lockCatalog(tx)
    const change = await tx.catalogChange.findUnique({ where: { id: changeId } })
    if (!change) return refuse('not_found', 'There is no such change.')
    const facts = await loadFacts(tx, change, decider, now)
    const decision = decideCatalogChange(facts, input)
    if (!decision.ok && decision.code === 'superseded') await close(tx, change, 'superseded', null, null, now)
    if (!decision.ok) return decision
    const conflict = decision.next === 'applied' ? await conflictOf(tx, change) : undefined
    if (conflict) return refuse('conflict', conflict, 'Reject it, or change what is in its way first.')
    await close(tx, change, decision.next, viewer.personId, decision.reason, now)
    if (decision.next === 'applied') await apply(tx, change, now)
    return { ok: true as const, code: change.code, subjectId: change.subjectId, next: decision.next }
  })
}

/** Everything by which a profile may name the viewer, under all their identities. */
export async function loadDecider(db: Database, firstIssuer: string, viewer: Viewer): Promise<ChangeFacts['decider']> {
  const personIds = [viewer.personId, ...(await samePersonIds(db, viewer.personId))]
  const people = await db.person.findMany({ where: { id: { in: personIds } }, select: { issuer: true, subject: true, lastKnownGroups: true, _count: { select: { reports: true } } } })
  return {
    isAdmin: hasRole(viewer, 'admin'),
    personIds,
    groups: [...new Set([...viewer.groups, ...people.flatMap(({ lastKnownGroups }) => lastKnownGroups)])],
    references: new Set(people.flatMap(({ issuer, subject }) => [`${issuer}|${subject}`, ...(issuer === firstIssuer ? [subject] : [])])),
    leads: people.some(({ _count }) => _count.reports > 0),
  }
}

async function loadFacts(tx: Transaction, change: CatalogChange, decider: ChangeFacts['decider'], now: Date): Promise<ChangeFacts> {
  const { accounts, profiles } = await readCatalogState(tx, change.subject === 'profile' ? change.subjectId : '')
  const current = (change.subject === 'profile' ? profiles : accounts).get(change.subjectId) ?? null
  const recent = await tx.catalogChange.findMany({ where: { subject: change.subject, subjectId: change.subjectId, state: 'applied', settledAt: { gt: after(now, -recentMs) }, widenings: { isEmpty: false } }, select: { before: true }, take: 100 })
  const definition = (value: unknown): ProfileDefinition | null => (change.subject === 'profile' ? (value as ProfileDefinition | null) : null)
  return {
    state: change.state,
    proposerId: change.proposerId,
    baseHash: change.baseHash,
    currentHash: digestOf(current),
    before: definition(change.before),
    after: definition(change.after),
    recentBefores: recent.map(({ before }) => definition(before)),
    decider,
  }
}

/** What a change was checked against when it was proposed may have changed since: its account, and the profiles beside it. */
async function conflictOf(tx: Transaction, { subject, after }: CatalogChange): Promise<string | undefined> {
  if (subject !== 'profile' || after === null) return undefined
  const profile = after as ProfileDefinition
  const { accounts, profiles } = await readCatalogState(tx)
  if (!accounts.has(profile.account)) return `The account ${profile.account} of this profile is not in the catalogue any more.`
  const [problem] = kindProblems([...profiles.values()], profile)
  return problem && `What stands beside it changed since it was proposed: ${problem.path.join('.')} ${problem.message}.`
}

async function close(tx: Transaction, change: CatalogChange, next: 'applied' | 'rejected' | 'withdrawn' | 'superseded', deciderId: string | null, reason: string | null, now: Date): Promise<void> {
  const { count } = await tx.catalogChange.updateMany({ where: { id: change.id, state: 'proposed' }, data: { state: next, deciderId, decisionReason: reason, settledAt: now } })
  if (count !== 1) throw new Error(`change ${change.code} is not waiting any more`)
  if (change.proposerId && (next === 'applied' || next === 'rejected')) await tellLater(tx, { kind: 'change.settled', to: { personIds: [change.proposerId] }, facts: { code: change.code, subject: change.subjectId, outcome: next } }, now)
  await appendEntry(tx, { kind: `catalog.change.${next}`, occurredAt: now, actorId: deciderId ?? undefined, subjectId: change.subjectId, facts: { code: change.code, widenings: change.widenings }, personal: { reason } })
}

async function apply(tx: Transaction, change: CatalogChange, now: Date): Promise<void> {
  const versions =
    change.subject === 'profile'
      ? { subject: 'profile' as const, before: change.before as ProfileDefinition | null, after: change.after as ProfileDefinition | null }
      : { subject: 'account' as const, before: change.before as CatalogAccount | null, after: change.after as CatalogAccount | null }
  const plan = planChange(change.subjectId, versions)
  if (plan) await applyChanges(tx, [plan], { source: change.source as 'page', proposerId: change.proposerId ?? undefined }, now)
}
