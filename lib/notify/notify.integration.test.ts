import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { parseGroupRoles } from '#lib/config/portal-roles.ts'
import { endGrant } from '#lib/grants/end-grant.ts'
import { tellEndings } from '#lib/grants/tell-endings.ts'
import { type LocalMail, startMailServer } from '#lib/local/mail/start-mail-server.ts'
import { demoGroupRoles } from '#lib/local/oidc/personas.ts'
import { startSlice, type Slice } from '#lib/local/test/slice.ts'
import { tellLater, type Message } from '#lib/outbox/tell-later.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { getMailHealth } from './mail-health.ts'
import { openMailer } from './mailer.ts'
import { markRead } from './mark-read.ts'
import { countUnread, listNotifications } from './notifications.queries.ts'
import { type Preference, readPreference } from './preference.ts'
import { savePreference } from './save-preference.ts'
import { sendMails } from './send-mails.ts'
import { spreadMessages } from './spread-messages.ts'
import { tellOverdueReviews } from './tell-overdue-reviews.ts'

let slice: Slice
let mail: LocalMail
let maya: Viewer
let ana: Viewer
let rosa: Viewer
let lena: Viewer
const { map: groupRoles } = parseGroupRoles(demoGroupRoles)

beforeAll(async () => {
  slice = await startSlice()
  mail = await startMailServer()
})
afterAll(async () => {
  await mail.close()
  await slice.close()
})
beforeEach(async () => {
  slice.clock.reset()
  await slice.database.owner.$executeRaw`TRUNCATE request, outbox_message, mail_delivery, notification_preference, person CASCADE`
  mail.received.length = 0
  mail.faults.length = 0
  maya = await slice.viewer('maya')
  ana = await slice.viewer('ana')
  rosa = await slice.viewer('rosa')
  lena = await slice.viewer('lena')
})

const now = () => slice.clock.now()
const spread = () => spreadMessages({ db: slice.deps.db, groupRoles, mails: true }, now())
const send = () => sendMails({ db: slice.deps.db, clock: now, mailer: openMailer(mail.settings), from: mail.settings.from, publicUrl: new URL('https://latchkey.example') })
const tell = (message: Message) => tellLater(slice.deps.db, message, now())
const unread = (viewer: Viewer) => countUnread(slice.deps.db, viewer)
const listed = async (viewer: Viewer) => (await listNotifications(slice.deps.db, viewer, { take: 20 })).notifications
const prefer = (viewer: Viewer, change: Partial<Preference>) => savePreference(slice.deps.db, viewer, { ...readPreference(null), ...change }, now())
const mails = () => slice.deps.db.mailDelivery.findMany({ orderBy: { createdAt: 'asc' } })
const minutes = (count: number) => count * 60_000

test('a change of the catalogue that waits is told to admins but the proposer, and the proposer how it was decided', async () => {
  const sam = await slice.viewer('sam')
  await tell({ kind: 'change.waiting', to: { roles: ['admin'] }, notTo: [lena.personId], facts: { code: 'C-1', subject: 'payments-prod-admin', count: 1 } })
  await tell({ kind: 'change.settled', to: { personIds: [lena.personId] }, facts: { code: 'C-1', subject: 'payments-prod-admin', outcome: 'rejected' } })
  await spread()
  expect([await unread(maya), await unread(sam), await unread(lena)]).toEqual([0, 1, 1])
  expect((await listed(sam))[0]).toMatchObject({ title: 'A change of payments-prod-admin waits for a second admin', path: '/catalogue/changes', tone: 'soon' })
  expect((await listed(lena))[0]).toMatchObject({ title: 'Rejected: your change of payments-prod-admin' })
  await send()
  expect(mail.received.map(({ to, raw }) => `${to.join()} ${/^Subject: (.*)$/m.exec(raw)?.[1] ?? ''}`).toSorted()).toEqual([expect.stringMatching(/^lena.*Rejected: your change/), expect.stringMatching(/^sam.*A change of payments-prod-admin/)])
})

test('what was rolled back is not told', async () => {
  const requestId = await slice.ask(maya, 'payments-prod-read')
  const before = await slice.deps.db.outboxMessage.count()
  await expect(
    slice.deps.db.$transaction(async (tx) => {
      await tellLater(tx, { kind: 'request.waiting', requestId, to: { personIds: [ana.personId] } }, now())
      throw new Error('rolled back')
    }),
  ).rejects.toThrow('rolled back')
  expect(await slice.deps.db.outboxMessage.count()).toBe(before)
})

test('approvers are told once, whoever spreads; the requester in their group is not, under no identity, nor who was switched off', async () => {
  maya = await slice.viewer('maya', ['platform-leads', 'engineering'])
  const twin = await slice.viewer('priya', ['platform-leads'])
  const gone = await slice.viewer('rosa', ['platform-leads'])
  const [firstId = '', secondId = ''] = [maya.personId, twin.personId].toSorted()
  await slice.deps.db.personLink.create({ data: { firstId, secondId, madeById: lena.personId, madeAt: now() } })
  await slice.deps.db.person.update({ where: { id: gone.personId }, data: { disabledAt: now() } })
  const stand = await slice.viewer('amir')
  await slice.deps.db.delegation.create({ data: { fromId: ana.personId, toId: stand.personId, startsAt: now(), endsAt: new Date(now().getTime() + minutes(60)), reason: 'holiday', createdAt: now() } })
  await slice.ask(maya, 'payments-prod-read')
  await Promise.all([spread(), spread(), spread()])
  await spread()
  expect(await Promise.all([ana, stand, maya, twin, gone].map(unread))).toEqual([1, 1, 0, 0, 0])
})

test('one mail goes out though two workers send at once, and says who, what, how long and how risky with a link that only shows', async () => {
  const requestId = await slice.ask(maya, 'payments-prod-read')
  await spread()
  await Promise.all([send(), send(), send()])
  expect(mail.received.map(({ to }) => to)).toEqual([[ana.email]])
  const [{ raw } = { raw: '' }] = mail.received
  expect(raw).toMatch(/Maya Chen asks for/)
  expect(raw.replaceAll('=\r\n', '').replaceAll('=3D', '=')).toContain(`https://latchkey.example/approvals?selected=${requestId}`)
  expect(raw).not.toContain('failed payouts')
  expect(raw).not.toMatch(/<img|src=/)
  expect((await mails()).map(({ state, attempts }) => [state, attempts])).toEqual([['sent', 1]])
})

test('after a try-later and broken connections it is sent again later, with the same Message-ID, also when nobody knows whether it left', async () => {
  mail.faults.push('try-later', 'drop', 'drop-after')
  await slice.ask(maya, 'payments-prod-read')
  await spread()
  for (const attempts of [1, 2, 3]) {
    expect(await send()).toEqual({ sent: 0, failed: 1 })
    expect(await send()).toEqual({ sent: 0, failed: 0 })
    expect(await mails()).toMatchObject([{ state: 'queued', attempts }])
    slice.clock.advance(minutes(10))
  }
  expect(await send()).toEqual({ sent: 1, failed: 0 })
  const ids = mail.received.map(({ raw }) => /^Message-ID: (.*)$/im.exec(raw)?.[1])
  expect(ids).toEqual([ids[0], ids[0]])
})

test('a worker that died while sending is replaced after its claim, and what it says later counts no more', async () => {
  await slice.ask(maya, 'payments-prod-read')
  await spread()
  await slice.deps.db.mailDelivery.updateMany({ data: { state: 'sending', attempts: 1, claimedUntil: new Date(now().getTime() + minutes(2)) } })
  expect(await send()).toEqual({ sent: 0, failed: 0 })
  slice.clock.advance(minutes(3))
  expect(await send()).toEqual({ sent: 1, failed: 0 })
  expect(await mails()).toMatchObject([{ state: 'sent', attempts: 2 }])
})

test('a refused address is given up at once, and Health says so to admins only', async () => {
  mail.faults.push('refuse-recipient')
  await slice.ask(maya, 'payments-prod-read')
  await spread()
  await send()
  slice.clock.advance(minutes(120))
  await send()
  expect(mail.received).toEqual([])
  expect(await mails()).toMatchObject([{ state: 'failed', attempts: 1 }])
  expect(await getMailHealth(slice.deps.db, lena, now())).toMatchObject({ failures: 1, waiting: 0, lastFailure: expect.stringContaining('550') })
  expect(await getMailHealth(slice.deps.db, ana, now())).toBeNull()
})

test('a digest is one mail for all that came in, without what was read or decided meanwhile', async () => {
  await prefer(ana, { approvals: 'digest', digestEvery: 'hour' })
  const first = await slice.ask(maya, 'payments-prod-read')
  const second = await slice.ask(maya, 'payments-prod-operate')
  await slice.ask(maya, 'sandbox-admin')
  await Promise.all([spread(), spread()])
  expect(await send()).toEqual({ sent: 0, failed: 0 })
  await slice.deps.db.request.update({ where: { id: second }, data: { state: 'cancelled', settledAt: now() } })
  slice.clock.advance(minutes(61))
  expect(await send()).toEqual({ sent: 1, failed: 0 })
  expect(mail.received).toHaveLength(1)
  expect(mail.received[0]?.raw).toContain('2 messages from Latchkey')
  await tell({ kind: 'request.waiting', requestId: first, to: { groups: ['platform-leads'] } })
  await spread()
  expect(await mails()).toMatchObject([{ state: 'sent' }, { state: 'queued', digest: true }])
  await markRead(slice.deps.db, ana, { upTo: now() }, now())
  slice.clock.advance(minutes(61))
  expect(await send()).toEqual({ sent: 0, failed: 0 })
  expect(await mails()).toMatchObject([{ state: 'sent' }, { state: 'skipped' }])
})

test('quiet hours hold mail back, not the bell; an emergency waits for neither', async () => {
  const hour = new Date(now()).getUTCHours() * 60
  await prefer(ana, { quiet: { from: hour, to: (hour + 120) % 1440 }, zone: 'UTC' })
  const requestId = await slice.ask(maya, 'payments-prod-read')
  await spread()
  expect(await unread(ana)).toBe(1)
  expect(await send()).toEqual({ sent: 0, failed: 0 })
  await tell({ kind: 'emergency.taken', requestId, to: { groups: ['platform-leads'], roles: ['responder'] }, notTo: [maya.personId] })
  await spread()
  expect(await unread(rosa)).toBe(1)
  expect(await send()).toMatchObject({ sent: 2 })
  slice.clock.advance(minutes(121))
  expect(await send()).toEqual({ sent: 1, failed: 0 })
})

test('without a mail server nothing is queued; who turned mail off, or has an address that is none, is told in the product', async () => {
  await slice.ask(maya, 'payments-prod-read')
  await spreadMessages({ db: slice.deps.db, groupRoles, mails: false }, now())
  await prefer(ana, { mail: false })
  await slice.ask(maya, 'payments-prod-operate')
  await spread()
  await prefer(ana, { mail: true })
  await slice.deps.db.person.update({ where: { id: ana.personId }, data: { email: 'ana@x.example\r\nBcc: all@x.example' } })
  await slice.ask(maya, 'sandbox-admin')
  await spread()
  expect(await unread(ana)).toBe(3)
  expect(await mails()).toEqual([])
})

test('hostile names and titles stay text: no header of their own, no markup', async () => {
  await slice.deps.db.person.update({ where: { id: maya.personId }, data: { displayName: 'Maya\r\nBcc: all@x.example\r\n\r\n<img src=http://x.example/a>&\u202e' } })
  await slice.ask(maya, 'payments-prod-read')
  await spread()
  await send()
  const [{ raw, to } = { raw: '', to: [] }] = mail.received
  expect(to).toEqual([ana.email])
  expect(raw).not.toMatch(/^Bcc:/im)
  expect(raw.replaceAll('=\r\n', '')).toContain('&lt;img src=3Dhttp')
  expect(raw).toMatch(/^Auto-Submitted: auto-generated/m)
})

test('what AWS confirms, refuses and a responder revokes reaches the holder, and an end is announced once', async () => {
  const grantId = await slice.activeGrant(maya, 'payments-prod-read', 60)
  expect(await tellEndings(slice.deps.db, now())).toBe(0)
  slice.clock.advance(minutes(46))
  await Promise.all([tellEndings(slice.deps.db, now()), tellEndings(slice.deps.db, now())])
  expect(await tellEndings(slice.deps.db, now())).toBe(0)
  await endGrant(slice.deps, rosa, grantId, 'Not needed any more')
  await spread()
  const titles = (await listed(maya)).map(({ title }) => title).toReversed()
  expect(titles.slice(-3)).toEqual([expect.stringContaining('can be used now'), expect.stringContaining('ends within 15 minutes'), expect.stringContaining('was revoked')])
  // The end came sooner: its warning is not mailed any more.
  await send()
  expect(mail.received.filter(({ raw }) => raw.includes('within 15 minutes'))).toEqual([])
  expect(mail.received.some(({ raw }) => raw.includes('was revoked'))).toBe(true)
})

test('an overdue review of emergency access is told once to its reviewers and responders', async () => {
  const requestId = await slice.ask(maya, 'payments-prod-read')
  await slice.deps.db.emergencyReview.create({ data: { requestId, dueAt: now(), reviewerGroups: ['platform-leads'] } })
  const told = await Promise.all([tellOverdueReviews(slice.deps.db, now()), tellOverdueReviews(slice.deps.db, now())])
  expect(told.toSorted()).toEqual([0, 1])
  await spread()
  expect((await listed(rosa)).map(({ title }) => title)).toEqual([expect.stringContaining('overdue')])
})

test('people read and mark their own only; history that is spread late is read already and not mailed', async () => {
  const requestId = await slice.ask(maya, 'payments-prod-read')
  // What its approvers are told of it is not what this is about.
  await slice.database.owner.outboxMessage.deleteMany()
  await tellLater(slice.deps.db, { kind: 'request.lapsed', requestId, to: { personIds: [maya.personId] } }, new Date(now().getTime() - minutes(25 * 60)))
  for (let count = 0; count < 3; count += 1) await tell({ kind: 'request.lapsed', requestId, to: { personIds: [maya.personId] } })
  await spread()
  expect(await unread(maya)).toBe(3)
  expect(await mails()).toHaveLength(3)
  const [newest] = await listed(maya)
  expect(await markRead(slice.deps.db, ana, { id: newest?.id ?? '' }, now())).toBe(0)
  expect(await markRead(slice.deps.db, ana, { upTo: now() }, now())).toBe(0)
  expect(await markRead(slice.deps.db, maya, { id: newest?.id ?? '' }, now())).toBe(1)
  expect(await unread(maya)).toBe(2)
  const page = await listNotifications(slice.deps.db, maya, { take: 3 })
  const rest = await listNotifications(slice.deps.db, maya, { take: 3, after: page.next })
  expect(page.notifications).toHaveLength(3)
  expect(rest.notifications.map(({ read }) => read)).toEqual([true])
  expect(await listed(ana)).toEqual([])
})
