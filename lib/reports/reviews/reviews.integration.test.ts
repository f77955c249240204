import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { approving, type Slice, startSlice } from '#lib/local/test/slice.ts'
import { endBarredGrants } from '#lib/grants/end-barred-grants.ts'
import { mintLease } from '#lib/grants/mint-lease.ts'
import { listProfilesFor } from '#lib/catalog/profiles.queries.ts'
import { noteOutside } from '#lib/grants/reconcile/outside.store.ts'
import { findRecipients } from '#lib/notify/find-recipients.ts'
import { findDecider } from '#lib/people/deciders.queries.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { listWaitingFor } from '#lib/requests/requests.queries.ts'
import { settleRequest } from '#lib/requests/settle-request.ts'
import { askQuestion } from '../ask-question.ts'
import { filterSchema } from '../filters.ts'
import { accessReviews } from '../questions/reviews.ts'
import { closeReview } from './close-review.ts'
import { openReview, type ReviewInput } from './open-review.ts'
import { remindReviewers } from './remind-reviewers.ts'
import { countReviewing, getReview, listReviews } from './reviews.queries.ts'
import { reassignLines } from './reassign-lines.ts'
import { settleLines } from './settle-lines.ts'
import { giveBack } from './take-away.ts'

const profileId = 'payments-prod-read'
let slice: Slice
let lena: Viewer, amir: Viewer, ana: Viewer, maya: Viewer, tom: Viewer
const db = () => slice.database.db
const now = () => slice.clock.now()
const input = (changes: Partial<ReviewInput> = {}): ReviewInput => ({ title: 'Payments, read only', about: 'access', riskTier: '', profileId, accountId: '', group: '', personId: null, days: 14, reviewerId: ana.personId, ...changes })

beforeAll(async () => {
  slice = await startSlice()
  ;[lena, amir, ana, maya, tom] = (await Promise.all(['lena', 'amir', 'ana', 'maya', 'tom'].map((id) => slice.viewer(id)))) as [Viewer, Viewer, Viewer, Viewer, Viewer]
})
afterAll(() => slice.close())
// Each begins with nothing taken and nothing open.
beforeEach(async () => {
  await slice.database.owner.reviewLine.deleteMany({})
  await slice.database.owner.accessReview.deleteMany({})
  await slice.database.owner.accessProfile.updateMany({ data: { excludedPersonIds: [], excludedApproverIds: [] } })
})

async function opened(changes: Partial<ReviewInput> = {}): Promise<string> {
  const result = await openReview(approving(slice.deps), lena, input(changes), now())
  if (!result.ok) throw new Error(result.code)
  return result.reviewId
}
const lineOf = async (reviewId: string, person: Viewer) => db().reviewLine.findFirstOrThrow({ where: { reviewId, personId: person.personId } })
const settle = (viewer: Viewer, lineIds: string[], verdict: 'keep' | 'remove', reason = 'Left the team') => settleLines(db(), viewer, { lineIds, verdict, reason }, now())

test('a review has a line for everybody whose groups give them the profile, with its use, and tells its reviewers', async () => {
  await slice.activeGrant(maya, profileId, 30)
  const reviewId = await opened()
  const line = await lineOf(reviewId, maya)
  expect(line).toMatchObject({ decision: null, reviewerId: ana.personId, uses: 1, lastUsedAt: expect.any(Date), groups: expect.arrayContaining(['engineering']) })
  expect(await lineOf(reviewId, tom)).toMatchObject({ decision: null, uses: 0, lastUsedAt: null })
  expect(await db().reviewLine.count({ where: { reviewId, personId: amir.personId } })).toBe(0)
  expect(await db().outboxMessage.findMany({ where: { kind: 'review.waiting' }, orderBy: { createdAt: 'desc' }, take: 1 })).toMatchObject([{ personIds: expect.arrayContaining([ana.personId]) }])
  expect(await countReviewing(db(), ana)).toBe(await db().reviewLine.count({ where: { reviewId, personId: { not: ana.personId } } }))
})

test('who must not: others open, read, decide, close or give back nothing', async () => {
  const reviewId = await opened()
  const line = await lineOf(reviewId, tom)
  for (const viewer of [maya, ana]) expect(await openReview(approving(slice.deps), viewer, input(), now())).toMatchObject({ code: 'not_allowed' })
  expect(await getReview(db(), maya, reviewId, 'all', { take: 10, after: 0 })).toBeNull()
  expect(await listReviews(db(), maya)).toEqual([])
  expect(await settle(maya, [line.id], 'remove')).toMatchObject({ code: 'not_found' })
  expect(await settle(amir, [line.id], 'remove')).toMatchObject({ code: 'not_found' })
  for (const viewer of [maya, ana]) expect(await closeReview(db(), viewer, reviewId, 'signed', now())).toMatchObject({ code: 'not_allowed' })
  for (const viewer of [maya, ana, amir]) expect(await giveBack(db(), viewer, { right: 'access', personId: tom.personId, profileId }, now())).toMatchObject({ code: 'not_allowed' })
  expect(await openReview(approving(slice.deps), lena, input({ profileId: 'no-such-profile' }), now())).toMatchObject({ code: 'nothing_to_review' })
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
  expect(await giveBack(db(), lena, { right: 'access', personId: maya.personId, profileId }, now())).toEqual({ ok: true })
  expect(await giveBack(db(), lena, { right: 'access', personId: maya.personId, profileId }, now())).toMatchObject({ code: 'not_found' })
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

test('whom a review of approvers removed decides nothing any more, sees nothing of it waiting, is not told, and gets it back from an admin', async () => {
  await slice.database.owner.request.updateMany({ where: { state: 'pending' }, data: { state: 'cancelled', settledAt: now() } })
  const asked = await slice.ask(tom, profileId)
  const reviewId = await opened({ about: 'approvers', reviewerId: lena.personId })
  const line = await lineOf(reviewId, ana)
  expect(line).toMatchObject({ groups: expect.arrayContaining(['platform-leads']), reviewerId: lena.personId })
  expect(await db().reviewLine.count({ where: { reviewId, personId: { in: [maya.personId, tom.personId] } } })).toBe(0)
  expect(await settle(lena, [line.id], 'remove', 'Changed teams')).toMatchObject({ ok: true, settled: 1 })
  const decider = await findDecider(db(), ana, now())
  expect((await listWaitingFor(db(), decider)).map(({ id }) => id)).not.toContain(asked)
  const decide = () => settleRequest(approving(slice.deps), ana, asked, null, { verdict: 'approve', reason: 'Because of the plan', roleDigest: null }, now())
  expect(await decide()).toMatchObject({ ok: false, code: 'not_entitled', message: 'An access review took the right to decide about this profile from you.' })
  const message = await db().outboxMessage.findFirstOrThrow({ where: { kind: 'request.waiting', requestId: asked } })
  const told = async () => (await db().$transaction((tx) => findRecipients(tx, message, new Map(), now()))).map(({ id }) => id)
  expect(await told()).not.toContain(ana.personId)
  // What else they may is theirs still.
  expect(await settle(ana, [(await lineOf(await opened(), tom)).id], 'keep', 'Still on the team')).toMatchObject({ ok: true })
  expect(await giveBack(db(), lena, { right: 'approvers', personId: ana.personId, profileId }, now())).toEqual({ ok: true })
  expect(await told()).toContain(ana.personId)
  expect((await listWaitingFor(db(), decider)).map(({ id }) => id)).toContain(asked)
  expect(await decide()).not.toMatchObject({ code: 'not_entitled' })
})

test('what stands outside the record is decided with a reason, and a review is signed off when what had to go is gone from AWS', async () => {
  const roleArn = 'arn:aws:iam::222222222222:role/latchkey/reviewed'
  const found = [{ name: 'a', outside: 'Trusts arn:aws:iam::999999999999:root' }, { name: 'b', outside: 'An inline policy that is not ours' }]
  await db().$transaction((tx) => noteOutside(tx, roleArn, found, now()))
  const reviewId = await opened({ about: 'standing', accountId: '222222222222', reviewerId: ana.personId })
  const lines = await db().reviewLine.findMany({ where: { reviewId }, orderBy: { position: 'asc' } })
  expect(lines).toMatchObject([{ outsideKey: `${roleArn} a`, personId: null }, { outsideKey: `${roleArn} b`, personId: null }])
  const [first, second] = lines.map(({ id }) => id) as [string, string]
  expect(await settle(ana, [first], 'keep', '')).toMatchObject({ code: 'reason_missing' })
  expect(await settle(ana, [first], 'keep', 'The monitoring vendor, until March')).toMatchObject({ ok: true })
  expect(await settle(ana, [second], 'remove', 'Nobody knows it')).toMatchObject({ ok: true })
  expect(await closeReview(db(), amir, reviewId, 'signed', now())).toMatchObject({ code: 'still_there' })
  expect((await db().accessReview.findUniqueOrThrow({ where: { id: reviewId } })).state).toBe('open')
  await db().$transaction((tx) => noteOutside(tx, roleArn, found.slice(0, 1), now()))
  expect(await closeReview(db(), amir, reviewId, 'signed', now())).toMatchObject({ ok: true, kept: 1, removed: 1 })
})

test('a review is narrowed to a person, a group or an account', async () => {
  const of = async (changes: Partial<ReviewInput>) => db().reviewLine.findMany({ where: { reviewId: await opened({ profileId: '', ...changes }) }, include: { profile: true } })
  const all = await of({})
  const mayas = await of({ personId: maya.personId })
  expect(mayas.length).toBeGreaterThan(1)
  expect(new Set(mayas.map(({ personId }) => personId))).toEqual(new Set([maya.personId]))
  const [line] = mayas
  const account = await of({ accountId: line?.profile?.accountId ?? '' })
  expect(account.length).toBeLessThan(all.length)
  expect(new Set(account.map(({ profile }) => profile?.accountId))).toEqual(new Set([line?.profile?.accountId]))
  for (const { groups } of await of({ group: 'engineering' })) expect(groups).toContain('engineering')
})

test('nobody is the reviewer of their own line where there is anybody else', async () => {
  const reviewId = await opened({ about: 'approvers', reviewerId: ana.personId })
  expect(await lineOf(reviewId, ana)).not.toMatchObject({ reviewerId: ana.personId })
})

test('lines go to another reviewer from theirs, an admin or whoever opened the review; never to the one they are about', async () => {
  const result = await openReview(approving(slice.deps), amir, input(), now())
  if (!result.ok) throw new Error(result.code)
  const { reviewId } = result
  const [mayas, toms] = [await lineOf(reviewId, maya), await lineOf(reviewId, tom)]
  const give = (viewer: Viewer, lineIds: string[], to: Viewer) => reassignLines(db(), viewer, { reviewId, lineIds, reviewerId: to.personId }, now())
  for (const viewer of [maya, tom]) expect(await give(viewer, [mayas.id, toms.id], lena)).toMatchObject({ code: 'not_found' })
  expect(await give(ana, [mayas.id, toms.id], tom)).toEqual({ ok: true, moved: 1, left: 1 })
  expect(await lineOf(reviewId, maya)).toMatchObject({ reviewerId: tom.personId })
  expect(await give(ana, [mayas.id], lena)).toMatchObject({ code: 'not_found' })
  expect(await give(tom, [mayas.id], maya)).toMatchObject({ code: 'invalid_input' })
  expect(await give(amir, [mayas.id], lena)).toEqual({ ok: true, moved: 1, left: 0 })
  expect(await settle(lena, [mayas.id], 'keep', 'Still needed')).toMatchObject({ ok: true })
  expect(await give(lena, [mayas.id], ana)).toMatchObject({ code: 'invalid_input' })
  expect(await db().recordEntry.count({ where: { kind: 'review.reassigned', subjectId: reviewId } })).toBe(2)
  expect(await closeReview(db(), lena, reviewId, 'cancelled', now())).toMatchObject({ ok: true })
  expect(await give(lena, [toms.id], ana)).toMatchObject({ code: 'closed' })
})

test('a review is taken away as a report: each line with what was said, why, and what became of it', async () => {
  const reviewId = await opened()
  const [mayas, toms] = [await lineOf(reviewId, maya), await lineOf(reviewId, tom)]
  await settle(ana, [mayas.id], 'remove', 'Left the team')
  await settle(ana, [toms.id], 'remove', 'Left as well')
  await giveBack(db(), lena, { right: 'access', personId: tom.personId, profileId }, now())
  const filters = filterSchema.parse({ review: reviewId })
  const { rows } = await askQuestion(db(), amir, accessReviews, filters, null, 50)
  const column = (key: string): number => accessReviews.columns.findIndex((one) => one.key === key)
  const said = rows.map(({ cells }) => ['person', 'decision', 'reason', 'effect'].map((key) => cells[column(key)]))
  expect(said).toContainEqual(['Maya Chen', 'remove', 'Left the team', 'taken away'])
  expect(said).toContainEqual(['Tom Becker', 'remove', 'Left as well', 'given back since'])
  expect(rows).toHaveLength(await db().reviewLine.count({ where: { reviewId } }))
  expect(await askQuestion(db(), maya, accessReviews, filters, null, 50)).toEqual({ rows: [], next: null })
})
