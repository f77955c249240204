import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { approving, type Slice, startSlice } from '#lib/local/test/slice.ts'
import { endBarredGrants } from '#lib/grants/end-barred-grants.ts'
import { mintLease } from '#lib/grants/mint-lease.ts'
import { listProfilesFor } from '#lib/catalog/profiles.queries.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { settleRequest } from '#lib/requests/settle-request.ts'
import { closeReview, giveBack } from './close-review.ts'
import { openReview, type ReviewInput } from './open-review.ts'
import { remindReviewers } from './remind-reviewers.ts'
import { countReviewing, getReview, listReviews } from './reviews.queries.ts'
import { settleLines } from './settle-lines.ts'

const profileId = 'payments-prod-read'
let slice: Slice
let lena: Viewer, amir: Viewer, ana: Viewer, maya: Viewer, tom: Viewer
const db = () => slice.database.db
const now = () => slice.clock.now()
const input = (changes: Partial<ReviewInput> = {}): ReviewInput => ({ title: 'Payments, read only', riskTier: '', profileId, days: 14, reviewerId: ana.personId, ...changes })

beforeAll(async () => {
  slice = await startSlice()
  ;[lena, amir, ana, maya, tom] = (await Promise.all(['lena', 'amir', 'ana', 'maya', 'tom'].map((id) => slice.viewer(id)))) as [Viewer, Viewer, Viewer, Viewer, Viewer]
})
afterAll(() => slice.close())
// Each begins with nothing taken and nothing open.
beforeEach(async () => {
  await slice.database.owner.reviewLine.deleteMany({})
  await slice.database.owner.accessReview.deleteMany({})
  await slice.database.owner.accessProfile.updateMany({ data: { excludedPersonIds: [] } })
})

async function opened(changes: Partial<ReviewInput> = {}): Promise<string> {
  const result = await openReview(db(), lena, input(changes), now())
  if (!result.ok) throw new Error(result.code)
  return result.reviewId
}
const lineOf = async (reviewId: string, person: Viewer) => db().reviewLine.findFirstOrThrow({ where: { reviewId, personId: person.personId } })
const settle = (viewer: Viewer, lineIds: string[], verdict: 'keep' | 'remove', reason = 'Left the team') => settleLines(db(), viewer, { lineIds, verdict, reason }, now())

test('a review has a line for everybody whose groups give them the profile, with its use, and tells its reviewers', async () => {
  await slice.activeGrant(maya, profileId, 30)
  const reviewId = await opened()
  const line = await lineOf(reviewId, maya)
  expect(line).toMatchObject({ decision: null, reviewerId: ana.personId, grants: 1, lastUsedAt: expect.any(Date), groups: expect.arrayContaining(['engineering']) })
  expect(await lineOf(reviewId, tom)).toMatchObject({ decision: null, grants: 0, lastUsedAt: null })
  expect(await db().reviewLine.count({ where: { reviewId, personId: amir.personId } })).toBe(0)
  expect(await db().outboxMessage.findMany({ where: { kind: 'review.waiting' }, orderBy: { createdAt: 'desc' }, take: 1 })).toMatchObject([{ personIds: [ana.personId] }])
  expect(await countReviewing(db(), ana)).toBe(await db().reviewLine.count({ where: { reviewId } }))
})

test('who must not: others open, read, decide, close or give back nothing', async () => {
  const reviewId = await opened()
  const line = await lineOf(reviewId, tom)
  for (const viewer of [maya, ana]) expect(await openReview(db(), viewer, input(), now())).toMatchObject({ code: 'not_allowed' })
  expect(await getReview(db(), maya, reviewId, 'all', { take: 10, after: null })).toBeNull()
  expect(await listReviews(db(), maya)).toEqual([])
  expect(await settle(maya, [line.id], 'remove')).toMatchObject({ code: 'not_found' })
  expect(await settle(amir, [line.id], 'remove')).toMatchObject({ code: 'not_found' })
  for (const viewer of [maya, ana]) expect(await closeReview(db(), viewer, reviewId, 'signed', now())).toMatchObject({ code: 'not_allowed' })
  for (const viewer of [maya, ana, amir]) expect(await giveBack(db(), viewer, { personId: tom.personId, profileId }, now())).toMatchObject({ code: 'not_allowed' })
  expect(await openReview(db(), lena, input({ profileId: 'no-such-profile' }), now())).toMatchObject({ code: 'nothing_to_review' })
  expect(await db().accessReview.count()).toBe(1)
})

test('what a review takes away is gone at once: list, request, pending decision, credentials; running grants end, and it can be given back', async () => {
  const pending = await slice.ask(tom, profileId)
  const grantId = await slice.activeGrant(maya, 'payments-prod-read', 60).catch(async () => (await db().grant.findFirstOrThrow({ where: { personId: maya.personId, state: 'active' } })).id)
  const reviewId = await opened()
  const lines = [await lineOf(reviewId, maya), await lineOf(reviewId, tom)]
  expect(await settle(ana, lines.map(({ id }) => id), 'remove')).toEqual({ ok: true, settled: 2, left: [] })
  expect(await listProfilesFor(db(), maya, { search: '', account: '', environment: '', useCase: '' })).not.toContainEqual(expect.objectContaining({ id: profileId }))
  await expect(slice.ask(maya, profileId)).rejects.toThrow('An access review took')
  expect(await settleRequest(approving(slice.deps), ana, pending, null, { verdict: 'approve', reason: 'Because of the plan', roleDigest: null }, now())).toMatchObject({ code: 'requester_not_eligible', message: expect.stringContaining('an access review took this profile away') })
  expect(await mintLease(slice.deps, maya, grantId, 'reveal')).toMatchObject({ code: 'no_longer_eligible' })
  await endBarredGrants(slice.deps)
  expect((await db().grant.findUniqueOrThrow({ where: { id: grantId } })).state).not.toBe('active')
  expect(await db().recordEntry.count({ where: { kind: 'review.effect.carried' } })).toBe(2)
  expect(await giveBack(db(), lena, { personId: maya.personId, profileId }, now())).toEqual({ ok: true })
  expect(await giveBack(db(), lena, { personId: maya.personId, profileId }, now())).toMatchObject({ code: 'not_found' })
  await slice.ask(maya, profileId)
})

test('nothing is kept by silence: signing off waits until every line was decided by somebody, once', async () => {
  const reviewId = await opened()
  expect(await closeReview(db(), amir, reviewId, 'signed', now())).toMatchObject({ code: 'undecided' })
  expect((await db().accessReview.findUniqueOrThrow({ where: { id: reviewId } })).state).toBe('open')
  const ids = (await db().reviewLine.findMany({ where: { reviewId, personId: { not: ana.personId } } })).map(({ id }) => id)
  // Two decide the same lines at the same moment: each line once.
  const both = await Promise.all([settle(ana, ids, 'keep', 'Still needed'), settle(lena, ids, 'keep', 'Still needed')])
  expect(both.reduce((sum, answer) => sum + (answer.ok ? answer.settled : 0), 0)).toBe(ids.length - (await db().reviewLine.count({ where: { reviewId, decision: null, personId: { not: ana.personId } } })))
  expect(await db().recordEntry.count({ where: { kind: 'review.decided', subjectId: maya.personId } })).toBeLessThanOrEqual(2)
  const open = await db().reviewLine.findMany({ where: { reviewId, decision: null } })
  for (const line of open) await settle(line.personId === lena.personId ? ana : lena, [line.id], 'keep', 'Still needed')
  const left = await db().reviewLine.count({ where: { reviewId, decision: null } })
  expect(left).toBe(0)
  expect(await closeReview(db(), amir, reviewId, 'signed', now())).toMatchObject({ ok: true, removed: 0 })
  expect(await closeReview(db(), amir, reviewId, 'cancelled', now())).toMatchObject({ code: 'not_found' })
  expect(await settle(lena, ids, 'remove')).toMatchObject({ ok: false })
})

test('together, lines that need a reason of their own are left and counted', async () => {
  const reviewId = await opened()
  const [used, never] = [await lineOf(reviewId, maya), await lineOf(reviewId, tom)]
  expect(await settle(ana, [used.id, never.id], 'keep', '')).toEqual({ ok: true, settled: 1, left: [{ message: 'Say why, because it was never used.', count: 1 }] })
})

test('reviewers are reminded a week and a day before, and once when it is overdue', async () => {
  await opened({ days: 10 })
  const reminders = async () => (await db().outboxMessage.findMany({ where: { kind: 'review.waiting', onceKey: { startsWith: 'review.reminder/' } } })).length
  const before = await reminders()
  const counts: number[] = []
  for (const days of [0, 4, 1, 4.5, 1, 1]) {
    slice.clock.advance(days * 86_400_000)
    await remindReviewers(db(), now())
    counts.push((await reminders()) - before)
  }
  expect(counts).toEqual([0, 1, 1, 2, 3, 3])
})
