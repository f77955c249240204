import type { AwsFailure } from '#lib/aws/aws-failure.ts'
import type { Transaction } from '#lib/db/client.ts'
import type { AccountAssignment, Prisma } from '#lib/db/generated/client.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { confirmActivation, failActivation } from '../activation-outcome.ts'
import type { GrantDeps } from '../grant-deps.ts'
import { assignmentEntry, type HeldAssignment, lockClaimed, type OpenNeed } from './assignment.store.ts'
import { closeNeed } from './close-need.ts'
import { decideAssignmentStep, nextTry } from './decide-assignment-step.ts'

type NoteDeps = Pick<GrantDeps, 'db' | 'queue' | 'clock'>
type Note = Prisma.AccountAssignmentUncheckedUpdateManyInput & { dueAt: Date | null }

/** Nothing more is to be done for an operation: its place is free, and what was tried is forgotten. */
const over = { requestId: null, slot: null, attempts: 0, failureCode: null, failureMessage: null }

/**
 * Writes down a step while the claim is held, and ends the claim. Who released the assignment meanwhile made it due
 * earlier, and so it stays. `undefined`, and nothing written, when the claim lapsed and another process took over.
 */
async function write(tx: Transaction, claimed: AccountAssignment, note: Note): Promise<HeldAssignment | undefined> {
  const held = await lockClaimed(tx, claimed)
  if (!held) return undefined
  const calledAt = held.assignment.dueAt?.getTime() === claimed.dueAt?.getTime() ? null : held.assignment.dueAt
  await tx.accountAssignment.update({ where: { id: claimed.id }, data: { ...note, claimedUntil: null, ...(calledAt && note.dueAt && calledAt < note.dueAt ? { dueAt: calledAt } : {}) } })
  return held
}

/** What a step brought that concerns no grant. */
export async function noteStep({ db }: NoteDeps, claimed: AccountAssignment, note: Note): Promise<void> {
  await db.$transaction((tx) => write(tx, claimed, note))
}

/** What AWS is about to be asked for; it is asked in the next step. */
export async function noteIntent(deps: NoteDeps, claimed: AccountAssignment, state: 'creating' | 'removing'): Promise<void> {
  await noteStep(deps, claimed, { state, ...(state === 'creating' && { asked: true }), dueAt: deps.clock() })
}

/** What AWS has now. What that means to grants is the next step's, but for those whose assignment is gone. */
export async function noteOver({ db, queue, clock }: NoteDeps, claimed: AccountAssignment, has: { state: 'present' | 'absent'; foreign: boolean; asked: boolean }): Promise<void> {
  const now = clock()
  await db.$transaction(async (tx) => {
    const held = await write(tx, claimed, { ...over, ...has, dueAt: now })
    if (!held) return
    // A session may have begun under every grant that AWS was asked for and that is not closed yet.
    if (has.state === 'present') for (const need of held.needs) await noteOpened(tx, need, claimed, has.foreign, now)
    if (has.state === 'absent') for (const need of held.needs.filter(released)) await closeNeed(tx, queue, claimed, need, { how: 'removed', stoppedAt: now, sessions: true }, now)
  })
}

async function noteOpened(tx: Transaction, { grant, openedAt }: OpenNeed, { permissionSetArn }: AccountAssignment, outside: boolean, now: Date): Promise<void> {
  if (openedAt) return
  await tx.assignmentNeed.update({ where: { grantId: grant.id }, data: { openedAt: now } })
  await appendEntry(tx, assignmentEntry(grant, 'grant.assignment.made', now, { permissionSetArn, outside }))
}

const released = ({ releasedAt }: OpenNeed): boolean => releasedAt !== null

/** Nothing is to be done in AWS: grants that need the assignment are active, those that no longer do are closed. */
export async function noteRest({ db, queue, clock }: NoteDeps, claimed: AccountAssignment): Promise<void> {
  const now = clock()
  await db.$transaction(async (tx) => {
    const held = await write(tx, claimed, { ...over, dueAt: null })
    if (!held) return
    const { needs, live, complete } = held
    // Needed or released since it was decided that nothing is to be done.
    if (!complete || decideAssignmentStep(claimed, live.length > 0) !== 'rest') return void (await tx.accountAssignment.update({ where: { id: claimed.id }, data: { dueAt: now } }))
    const there = claimed.state === 'present'
    for (const need of there ? live : []) {
      await noteOpened(tx, need, claimed, claimed.foreign, now)
      if (need.grant.state === 'activating') await confirmActivation(tx, need.grant, { confirmation: sentenceOf(claimed) }, now)
    }
    for (const need of needs.filter(released)) {
      await closeNeed(tx, queue, claimed, need, { how: live[0] ? 'shared' : there ? 'outside' : 'removed', stoppedAt: there ? (need.releasedAt ?? now) : now, sessions: need.openedAt !== null, ...(live[0] && { sharedWith: live[0].grant }) }, now)
    }
  })
}

/**
 * Why AWS does not have what is wanted. What passes by itself is tried again. Whatever else keeps an assignment from being
 * made fails the grants that wait for it; for a grant that is active, and to remove one, it is tried again for good.
 */
export async function noteFailure({ db, clock }: NoteDeps, claimed: AccountAssignment, { awsCode, message, retryable }: AwsFailure): Promise<void> {
  const now = clock()
  const note = { requestId: null, slot: null, attempts: claimed.attempts + 1, failureCode: awsCode, failureMessage: message.slice(0, 500), dueAt: nextTry(claimed.attempts, now), ...(awsCode === 'FAILED' ? { state: before(claimed) } : {}) }
  await db.$transaction(async (tx) => {
    const held = await write(tx, claimed, note)
    if (!held || retryable) return
    for (const { grant, releasedAt } of held.needs) {
      // Said once for each reason: the record is no log of tries.
      if (claimed.failureCode !== awsCode) await appendEntry(tx, assignmentEntry(grant, 'grant.assignment.failed', now, { awsCode, permissionSetArn: claimed.permissionSetArn }))
      const waits = grant.state === 'activating' && releasedAt === null
      if (waits && (await failActivation(tx, grant, { awsCode, message }, now))) await tx.assignmentNeed.update({ where: { grantId: grant.id }, data: { releasedAt: now } })
    }
  })
}

/** A creation that failed left nothing, a removal that failed everything. */
const before = ({ state }: AccountAssignment) => (state === 'removing' ? ('present' as const) : ('absent' as const))

const sentenceOf = ({ foreign, permissionSetName }: AccountAssignment): string =>
  foreign ? `IAM Identity Center had the assignment of ${permissionSetName} already; it is not the portal's and stays.` : `IAM Identity Center says that the assignment of ${permissionSetName} succeeded.`
