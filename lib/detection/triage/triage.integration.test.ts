import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Prisma } from '#lib/db/generated/client.ts'
import { demoGroupRoles } from '#lib/local/oidc/personas.ts'
import { startSlice, type Slice } from '#lib/local/test/slice.ts'
import { meetClock } from '#lib/local/test/meet-clock.ts'
import { parseGroupRoles } from '#lib/config/portal-roles.ts'
import { minutes } from '#lib/config/clock.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import type { FindingDraft } from '../detector.ts'
import { type FindingSubject, growFinding, openFinding } from '../finding.store.ts'
import { countFindingsAbout, countVerdicts, groupFindings, listFindings, nameOf } from '../findings.queries.ts'
import type { Severity } from '../severity.ts'
import { assignFinding, listResponders } from './assign-finding.ts'
import { containGrants } from './contain-grants.ts'
import { endSuppression, suppressFinding, type SuppressionScope } from './suppress-finding.ts'
import { listSuppressions } from './suppressions.queries.ts'
import { triageFinding } from './triage-finding.ts'

let slice: Slice
let maya: Viewer
let rosa: Viewer
let lena: Viewer
const day = minutes(24 * 60)
const groupRoles = parseGroupRoles(demoGroupRoles).map
const assign = (viewer: Viewer, id: string, to: string | null) => assignFinding({ ...slice.deps, groupRoles }, viewer, id, to)

beforeAll(async () => {
  slice = await startSlice()
})
afterAll(() => slice.close())
beforeEach(async () => {
  slice.clock.reset()
  slice.aws.wipe()
  await meetClock(slice)
  await slice.database.owner.$executeRaw`TRUNCATE "grant", finding, suppression, person_link, outbox_message, rate_budget, record_entry, record_commitment, record_pending, record_seal CASCADE`
  ;[maya, rosa, lena] = await Promise.all(['maya', 'rosa', 'lena'].map((name) => slice.viewer(name))) as [Viewer, Viewer, Viewer]
})

const draft = (severity: Severity, events = 1): FindingDraft => ({ subject: 's', severity, title: 'Calls denied in a burst', summary: 'Several.', items: [], events: Array.from({ length: events }, (_, at) => ({ eventId: `e${at}`, eventTime: slice.clock.now(), eventSource: 'ec2.amazonaws.com', eventName: 'StopInstances', sourceIp: null, errorCode: null, readOnly: false, sessionId: null })) })
const subjectOf = async (holder: Viewer, profile = 'payments-prod-read'): Promise<FindingSubject> => {
  const grant = await slice.deps.db.grant.findUniqueOrThrow({ where: { id: await slice.activeGrant(holder, profile) } })
  return { grantId: grant.id, holderId: holder.personId, requestId: grant.requestId, accountId: grant.accountId }
}
/** Opened the way every detector opens one. */
const opened = async (subject: FindingSubject, severity: Severity = 'high', detector = 'denied-burst') => {
  const dedupeKey = randomUUID()
  await slice.deps.db.$transaction((tx) => openFinding(tx, subject, detector, dedupeKey, draft(severity), slice.clock.now()))
  return slice.deps.db.finding.findUniqueOrThrow({ where: { dedupeKey } })
}
const grown = async (id: string, subject: FindingSubject, severity: Severity = 'high') => {
  const finding = await slice.deps.db.finding.findUniqueOrThrow({ where: { id } })
  slice.clock.advance(1_000)
  expect(await slice.deps.db.$transaction((tx) => growFinding(tx, subject, finding, draft(severity, finding.eventCount + 1), slice.clock.now()))).toBe(true)
}
const stateOf = async (id: string) => (await slice.deps.db.finding.findUniqueOrThrow({ where: { id } })).state
const told = (where: Prisma.OutboxMessageWhereInput = {}) => slice.deps.db.outboxMessage.count({ where: { kind: { startsWith: 'finding.' }, ...where } })
const recorded = (kind: string) => slice.deps.db.recordEntry.findMany({ where: { kind }, orderBy: { id: 'asc' } })
const suppress = (viewer: Viewer, id: string, scope: SuppressionScope, days = 7) => suppressFinding(slice.deps, viewer, id, { scope, days, reason: 'the nightly import' })

test('a finding is taken, given to a responder who is told, and given back; of two who take it at once one does', async () => {
  const { id } = await opened(await subjectOf(maya), 'medium')
  const responders = await listResponders({ db: slice.deps.db, groupRoles }, rosa)
  expect(responders.map(({ name }) => name)).toEqual(expect.arrayContaining([rosa.displayName, lena.displayName]))
  expect(responders.map(({ id: one }) => one)).not.toContain(maya.personId)
  const both = await Promise.all([assign(rosa, id, rosa.personId), assign(lena, id, lena.personId)])
  expect(both.map((result) => (result.ok ? 'taken' : result.code)).sort()).toEqual(['already', 'taken'])
  expect(await assign(rosa, id, lena.personId)).toMatchObject({ ok: true, name: lena.displayName })
  expect(await told({ kind: 'finding.assigned', personIds: { equals: [lena.personId] } })).toBe(1)
  expect(await assign(lena, id, null)).toEqual({ ok: true, name: null })
  const last = (await recorded('finding.assigned')).at(-1)
  expect(last).toMatchObject({ actorId: lena.personId, subjectId: id })
  expect(JSON.parse(Buffer.from(last!.body).toString())).toMatchObject({ facts: { before: lena.personId, after: null } })
})

test('nobody decides about their own access, under any of their identities, and nobody is given a finding about themselves', async () => {
  const subject = await subjectOf(maya)
  const { id } = await opened(subject)
  const holder = { ...maya, roles: ['responder', 'admin'] } as Viewer
  const [firstId, secondId] = [maya.personId, lena.personId].sort() as [string, string]
  await slice.database.owner.personLink.create({ data: { firstId, secondId, madeById: rosa.personId, madeAt: slice.clock.now() } })
  for (const viewer of [holder, lena]) {
    expect(await triageFinding(slice.deps, viewer, id, { verdict: 'acknowledge' })).toMatchObject({ code: 'own' })
    expect(await assign(viewer, id, rosa.personId)).toMatchObject({ code: 'own' })
    expect(await suppress(viewer, id, 'everywhere')).toMatchObject({ code: 'own' })
  }
  expect(await assign(rosa, id, lena.personId)).toMatchObject({ code: 'about_them' })
  expect(await assign(rosa, id, (await slice.viewer('tom')).personId)).toMatchObject({ code: 'no_responder' })
  expect(await stateOf(id)).toBe('open')
})

test('only responders and admins assign, suppress, and end a suppression; auditors see what is suppressed, others nothing', async () => {
  const { id } = await opened(await subjectOf(maya))
  await suppress(rosa, id, 'person')
  const [suppression] = await slice.deps.db.suppression.findMany()
  for (const [name, code] of [['maya', 'not_found'], ['ana', 'not_found'], ['tom', 'not_found'], ['amir', 'not_allowed']] as const) {
    const viewer = await slice.viewer(name)
    expect([await assign(viewer, id, null), await suppress(viewer, id, 'person'), await endSuppression(slice.deps, viewer, suppression!.id)], name).toMatchObject([{ code }, { code }, { code }])
    expect(await listResponders({ db: slice.deps.db, groupRoles }, viewer)).toEqual([])
    expect((await listSuppressions(slice.deps.db, viewer, slice.clock.now())).inForce, name).toHaveLength(name === 'amir' ? 1 : 0)
    expect(await groupFindings(slice.deps.db, viewer, 'rule', { state: 'suppressed' }), name).toHaveLength(name === 'amir' ? 1 : 0)
    expect(await nameOf(slice.deps.db, viewer, 'person', maya.personId), name).toBe(name === 'amir' ? maya.displayName : null)
  }
})

test('what is suppressed is found, kept and told to nobody: exactly who, where, which rule, and not more severe', async () => {
  const [payments, sandbox, tom] = [await subjectOf(maya), await subjectOf(maya, 'sandbox-builder'), await subjectOf(await slice.viewer('tom'), 'sandbox-builder')]
  const first = await opened(payments)
  const second = await opened(payments)
  expect(await suppress(rosa, first.id, 'person_in_account')).toMatchObject({ ok: true, hidden: 2 })
  expect([await stateOf(first.id), await stateOf(second.id)]).toEqual(['suppressed', 'suppressed'])
  const before = await told()
  const states = async (...made: Promise<{ state: string }>[]) => (await Promise.all(made)).map(({ state }) => state)
  expect(await states(opened(payments), opened(payments, 'low'))).toEqual(['suppressed', 'suppressed'])
  expect(await told()).toBe(before)
  expect(await states(opened(payments, 'critical'), opened(payments, 'high', 'use-after-end'), opened(sandbox), opened(tom))).toEqual(['open', 'open', 'open', 'open'])
  const wide = await opened(sandbox)
  expect(await suppress(rosa, wide.id, 'person')).toMatchObject({ ok: true })
  expect(await states(opened(sandbox), opened(tom))).toEqual(['suppressed', 'open'])
  expect(await suppress(lena, (await opened(tom)).id, 'account')).toMatchObject({ ok: true })
  expect(await states(opened({ accountId: tom.accountId }), opened({ accountId: payments.accountId }))).toEqual(['suppressed', 'open'])
  expect(await suppress(rosa, (await opened({ accountId: payments.accountId })).id, 'person')).toMatchObject({ code: 'no_person' })
})

test('a suppression never covers whoever made it', async () => {
  const own = await subjectOf(lena, 'sandbox-admin')
  const mine = await opened(own)
  expect(await suppress(lena, (await opened(await subjectOf(maya))).id, 'everywhere')).toMatchObject({ ok: true, hidden: 1 })
  expect([await stateOf(mine.id), (await opened(own)).state, (await opened(await subjectOf(maya, 'sandbox-builder'))).state]).toEqual(['open', 'open', 'suppressed'])
})

test('when a suppression is over, what grows is open again and told; ended early, all of it is', async () => {
  const subject = await subjectOf(maya)
  const [grows, stays] = [await opened(subject), await opened(subject)]
  expect(await suppress(rosa, grows.id, 'person', 1)).toMatchObject({ ok: true, hidden: 2 })
  await grown(grows.id, subject)
  expect(await stateOf(grows.id)).toBe('suppressed')
  const before = await told()
  slice.clock.advance(day)
  await grown(grows.id, subject)
  expect([await stateOf(grows.id), await stateOf(stays.id), (await told()) - before]).toEqual(['open', 'suppressed', 1])
  expect((await listSuppressions(slice.deps.db, rosa, slice.clock.now())).over).toMatchObject([{ reason: 'the nightly import', accountName: null, endedAt: null }])

  await suppress(rosa, grows.id, 'person', 400)
  const { inForce } = await listSuppressions(slice.deps.db, rosa, slice.clock.now())
  expect(inForce).toMatchObject([{ _count: { findings: 1 } }])
  expect(inForce[0]!.expiresAt.getTime() - inForce[0]!.createdAt.getTime()).toBe(90 * day)
  expect(await endSuppression(slice.deps, lena, inForce[0]!.id)).toEqual({ ok: true, shown: 1 })
  expect(await endSuppression(slice.deps, lena, inForce[0]!.id)).toMatchObject({ code: 'already' })
  expect(await endSuppression(slice.deps, lena, randomUUID())).toMatchObject({ code: 'not_found' })
  expect(await stateOf(grows.id)).toBe('open')
  expect([(await recorded('suppression.begun')).length, (await recorded('suppression.ended')).length]).toEqual([2, 1])
})

test('what a finding turned out to be decides whether it counts in a person\'s risk', async () => {
  const subject = await subjectOf(maya)
  const risk = () => countFindingsAbout(slice.deps.db, maya.personId, slice.clock.now())
  for (const as of ['benign', 'expected', 'false_positive', 'true_positive'] as const) {
    const { id } = await opened(subject)
    expect(await risk(), 'open').toBe(1)
    expect(await triageFinding(slice.deps, rosa, id, { verdict: 'close', as, reason: 'looked into it' })).toMatchObject({ ok: true })
    expect(await risk(), as).toBe(as === 'true_positive' ? 1 : 0)
  }
  await suppress(rosa, (await opened(subject)).id, 'person')
  expect(await risk()).toBe(1)
  expect(await countVerdicts(slice.deps.db, rosa, 'denied-burst', slice.clock.now())).toEqual({ waiting: 0, suppressed: 1, benign: 1, expected: 1, false_positive: 1, true_positive: 1 })
})

const wantRevocation = async (profileId: string, value: boolean) => {
  const profile = await slice.deps.db.accessProfile.findUniqueOrThrow({ where: { id: profileId } })
  await slice.database.owner.accessProfile.update({ where: { id: profileId }, data: { definition: { ...(profile.definition as object), revokeOnCriticalFinding: value } } })
}

test('a critical finding ends the grant by itself where the profile wants that, once, and says so', async () => {
  await wantRevocation('sandbox-builder', true)
  const [watched, other] = [await subjectOf(maya, 'sandbox-builder'), await subjectOf(maya)]
  const high = await opened(watched, 'high')
  await opened(other, 'critical')
  expect(await containGrants(slice.deps)).toEqual({ revoked: 0 })
  await grown(high.id, watched, 'critical')
  const again = await opened(watched, 'critical')
  const outcomes = await Promise.all([containGrants(slice.deps), containGrants(slice.deps)])
  expect(outcomes.reduce((sum, { revoked }) => sum + revoked, 0)).toBe(1)
  await containGrants(slice.deps)
  const grant = await slice.deps.db.grant.findUniqueOrThrow({ where: { id: watched.grantId! } })
  expect(grant).toMatchObject({ endReason: 'revoked', endedById: null, endNote: 'Ended by Latchkey: critical finding “Calls denied in a burst”.' })
  expect(await slice.deps.db.grant.findUniqueOrThrow({ where: { id: other.grantId! } })).toMatchObject({ state: 'active' })
  const contained = await slice.deps.db.finding.findMany({ where: { containment: { not: null } }, orderBy: { createdAt: 'asc' } })
  expect(contained.map(({ id, containment }) => [id, containment])).toEqual([[high.id, 'revoked'], [again.id, 'revoked']])
  expect(await recorded('finding.contained')).toHaveLength(2)
  await wantRevocation('sandbox-builder', false)
})

test('whoever is cut off after ending the grant and before writing it down still writes it down; what is suppressed revokes nothing', async () => {
  await wantRevocation('sandbox-builder', true)
  const subject = await subjectOf(maya, 'sandbox-builder')
  const hidden = await opened(subject, 'critical', 'rule-a')
  expect(hidden.containment).toBe('wanted')
  await slice.deps.db.finding.update({ where: { id: hidden.id }, data: { containment: null } })
  await suppress(rosa, hidden.id, 'person')
  expect((await opened(subject, 'critical', 'rule-a')).containment).toBeNull()
  const finding = await opened(subject, 'critical')
  await containGrants(slice.deps)
  await slice.deps.db.finding.update({ where: { id: finding.id }, data: { containment: 'wanted' } })
  expect(await containGrants(slice.deps)).toEqual({ revoked: 0 })
  expect(await slice.deps.db.finding.findUniqueOrThrow({ where: { id: finding.id } })).toMatchObject({ containment: 'revoked' })
  const late = await opened(subject, 'critical', 'rule-b')
  await slice.deps.db.grant.update({ where: { id: subject.grantId! }, data: { endNote: 'somebody else' } })
  await containGrants(slice.deps)
  expect(await slice.deps.db.finding.findUniqueOrThrow({ where: { id: late.id } })).toMatchObject({ containment: 'over' })
  await wantRevocation('sandbox-builder', false)
})

test('findings are counted by what they have in common, and each group leads to its findings', async () => {
  const [payments, sandbox] = [await subjectOf(maya), await subjectOf(await slice.viewer('tom'), 'sandbox-builder')]
  await opened(payments, 'low')
  await opened(payments, 'critical', 'use-after-end')
  const mine = await opened(sandbox, 'low')
  await opened({ accountId: sandbox.accountId }, 'medium')
  await assign(rosa, mine.id, rosa.personId)
  await triageFinding(slice.deps, rosa, (await opened(sandbox, 'low')).id, { verdict: 'close', as: 'benign', reason: 'tried out' })
  const groups = async (by: 'rule' | 'person' | 'account', filter = {}) => (await groupFindings(slice.deps.db, rosa, by, filter)).map(({ key, open, others, severityOrder }) => [key, open, others, severityOrder])
  expect(await groups('rule')).toEqual([['use-after-end', 1, 0, 4], ['denied-burst', 3, 0, 2]])
  expect(await groups('person')).toEqual([[maya.personId, 2, 0, 4], ['none', 1, 0, 2], [expect.any(String), 1, 0, 1]])
  expect(await groups('account', { state: 'closed' })).toEqual([[sandbox.accountId, 0, 1, 1]])
  const listed = async (filter: object) => (await listFindings(slice.deps.db, rosa, filter, { take: 50 })).findings.length
  expect([await listed({ rule: 'denied-burst' }), await listed({ person: maya.personId }), await listed({ person: 'none' }), await listed({ account: sandbox.accountId, state: 'open' }), await listed({ assigned: 'me' }), await listed({ assigned: 'nobody' }), await listed({ finding: mine.id })]).toEqual([4, 2, 1, 2, 1, 4, 1])
})
