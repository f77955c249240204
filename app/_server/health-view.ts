import 'server-only'
import type { Dependency, HealthPageProps, HealthState } from '#components/health/health-models.ts'
import { getChainHead } from '#lib/record/record.queries.ts'
import type { Check } from './doctor/check.ts'
import { getMailHealth } from '#lib/notify/mail-health.ts'
import type { OutsideRecord } from '#lib/db/generated/client.ts'
import { listOutside } from '#lib/grants/reconcile/outside.store.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { openDoctor } from './doctor/doctor-deps.ts'
import { runDoctor } from './doctor/run-doctor.ts'
import { listAccountTrails, type ListedSource, listSources, listUnreadable } from '#lib/trail/health/trail-health.queries.ts'
import { listFreshness } from '#lib/trail/sessions.queries.ts'
import { accountRows, sourceFacts, unreadOf } from './trail-health-view.ts'
import { anchorLoopParts, loopParts, type Part, sourceLoopParts } from './loop-parts.ts'
import { getServices } from './services.ts'

const ago = (ms: number): string => (ms < 90_000 ? `${Math.max(0, Math.round(ms / 1_000))} s` : `${Math.round(ms / 60_000)} min`)

/** Each dependency with its last success, its lag and what mends it. The doctor's checks run now; loops report by heartbeat. */
export async function healthGroups(viewer: Viewer, now: Date): Promise<HealthPageProps['groups']> {
  const { db, config } = await getServices()
  const [checks, beats, outside, accounts, freshness, sources, unreadable] = await Promise.all([
    liveChecks(),
    db.heartbeat.findMany({ orderBy: { component: 'asc' } }),
    listOutside(db, viewer),
    listAccountTrails(db, viewer),
    listFreshness(db, viewer),
    listSources(db, viewer),
    listUnreadable(db, viewer),
  ])
  const known = new Map(beats.map((beat) => [beat.component, beat]))
  const running = Object.entries({ ...loopParts, ...(config.trailSources.length > 0 ? sourceLoopParts : {}), ...(config.anchor.bucket ? { 'anchor/bucket': anchorLoopParts['anchor/bucket'] } : {}), ...(config.anchor.mailTo.length > 0 ? { 'anchor/mail': anchorLoopParts['anchor/mail'] } : {}) })
  const loopRows = running.map(([component, part]) => loopRow(component, part, known.get(component), now))
  const roles = beats.filter(({ component }) => component.startsWith('roles/')).map((beat) => rolesRow(beat, now))
  const [dependencies, ...aws] = checkGroups(checks, now)
  return [
    ...(dependencies ? [dependencies] : []),
    ...(accounts.length > 0 ? [{ title: 'CloudTrail of each account', dependencies: accountRows(accounts, freshness, now), ...(sources.length > 0 ? {} : { unread: unreadOf(unreadable) }) }] : []),
    ...(sources.length > 0 ? [{ title: 'CloudTrail\'s buckets and queues', dependencies: sources.toSorted(byPlace).map((source) => sourceRow(source, known.get(`source/${source.id}`), now)), unread: unreadOf(unreadable) }] : []),
    { title: 'What runs by itself', dependencies: [...loopRows, ...(await mailRow(viewer, now)), await recordRow(now)] },
    ...(outside.length > 0 ? [{ title: 'In AWS beyond the record', dependencies: outside.map((row) => outsideRow(row, now)) }] : []),
    ...(roles.length > 0 ? [{ title: 'Roles past the portal, by account and Region', dependencies: roles }] : []),
    ...aws,
  ]
}

type Beat = { component: string; lastSuccessAt: Date | null; lastFailureAt: Date | null; message: string | null }

function loopRow(id: string, part: Part, beat: Beat | undefined, now: Date): Dependency {
  const quietMs = beat?.lastSuccessAt ? now.getTime() - beat.lastSuccessAt.getTime() : null
  const failing = beat?.message !== null && beat?.message !== undefined
  const state: HealthState = quietMs === null ? 'unknown' : failing || quietMs > part.lateAfterMs * 3 ? 'down' : quietMs > part.lateAfterMs ? 'slow' : 'working'
  return {
    id,
    name: part.name,
    purpose: part.purpose,
    state,
    lastSuccessAt: beat?.lastSuccessAt?.toISOString() ?? null,
    lag: quietMs === null || state === 'working' ? null : ago(quietMs),
    problem: failing ? beat.message : state === 'working' ? null : 'It has not reported for a while.',
    mend: state === 'working' ? null : part.mend,
  }
}

function outsideRow({ key, roleArn, what, firstSeenAt, lastSeenAt }: OutsideRecord, now: Date): Dependency {
  return {
    id: `outside/${key}`,
    name: `${roleArn.slice(roleArn.lastIndexOf('/') + 1)}, ${roleArn.split(':')[4]}`,
    purpose: 'What is not in the record, nobody approved.',
    state: 'down',
    lastSuccessAt: null,
    lag: ago(now.getTime() - firstSeenAt.getTime()),
    problem: `${what} First seen ${firstSeenAt.toISOString().slice(0, 16).replace('T', ' ')} UTC, last ${lastSeenAt.toISOString().slice(0, 16).replace('T', ' ')} UTC.`,
    mend: 'Find out in CloudTrail who wrote it, and take it away in AWS. Latchkey touches only what it wrote itself.',
  }
}

function rolesRow(beat: Beat, now: Date): Dependency {
  const [, accountId = '', region = ''] = beat.component.split('/')
  const part = { name: `${accountId}, ${region}`, purpose: 'LookupEvents for roles taken on.', mend: 'Check the reader role of this account and its right to cloudtrail:LookupEvents.', lateAfterMs: 5 * 60_000 }
  return loopRow(beat.component, part, beat, now)
}

const sourceKinds: Record<string, Omit<Part, 'name'>> = {
  s3: { purpose: 'Log files by listing.', mend: 'Check that the reader may list and read the bucket.', lateAfterMs: 5 * 60_000 },
  sqs: { purpose: 'Messages name new log files, or bring events.', mend: 'Check that the reader may receive and delete messages there, and read the bucket they name.', lateAfterMs: 5 * 60_000 },
  digest: { purpose: 'Digests prove that log files are as CloudTrail delivered them.', mend: 'Check that the reader may list and read the bucket, and call cloudtrail:ListPublicKeys.', lateAfterMs: 90 * 60_000 },
}

/** A folder beside its digests. */
const byPlace = (a: ListedSource, b: ListedSource): number => a.id.replace(/^digest\//, '').localeCompare(b.id.replace(/^digest\//, '')) || b.kind.localeCompare(a.kind)

/** A source by its id, `s3/<bucket>/…`, `sqs/<address>` or `digest/s3/…`, with what it brought. */
function sourceRow(source: ListedSource, beat: Beat | undefined, now: Date): Dependency {
  const part = { ...(sourceKinds[source.kind] as Omit<Part, 'name'>), name: source.id.replace(/^(digest\/)?(s3|sqs)\//, '') }
  return { ...loopRow(`source/${source.id}`, part, beat, now), facts: sourceFacts(source) }
}

/** Checks take this long at most, and what was found is shown to everybody who looks within the next seconds. Milliseconds. */
const checkPatienceMs = 6_000
const checksKeptMs = 10_000
let kept: { at: number; checks: Promise<Check[]> } | undefined

/** What `npm run doctor` prints, looked at now; of the trails is told what was read last. */
async function liveChecks(): Promise<Check[]> {
  const { config, db, clock } = await getServices()
  const now = performance.now()
  if (!kept || now - kept.at > checksKeptMs) kept = { at: now, checks: runDoctor(openDoctor(config, db, clock, checkPatienceMs), { trails: false }) }
  return kept.checks
}

const states: Record<Check['state'], HealthState> = { ok: 'working', warn: 'slow', broken: 'down' }
const purposes: Record<string, string> = {
  database: 'Everything but AWS access already issued.',
  migrations: 'The database is what this version expects.',
  catalogue: 'Which access there is, and who may ask for it.',
  provider: 'Sign-in, and the groups behind every decision.',
  clock: 'AWS refuses signatures, and tokens expire, by their own clocks.',
  'identity/process': 'What the portal begins with in AWS.',
  'identity/issuer': 'Issuing credentials. Without it, access already issued goes on to its end.',
  'identity/reader': 'What roles allow, and what was done with them.',
  'identity/revoker': 'Cutting off a session before its end.',
  'identity/assigner': 'Assigning people in IAM Identity Center, and removing them at the end.',
}

function checkRow({ id, name, state, detail, mend }: Check, now: Date): Dependency {
  const purpose = purposes[id] ?? 'What is granted is what was approved.'
  const problem = state === 'ok' ? null : detail
  return { id, name, purpose, state: states[state], lastSuccessAt: state === 'broken' ? null : now.toISOString(), lag: null, problem, mend }
}

function checkGroups(checks: readonly Check[], now: Date): HealthPageProps['groups'] {
  return [...Map.groupBy(checks, ({ group }) => group)].map(([title, entries]) => ({ title, dependencies: entries.map((check) => checkRow(check, now)) }))
}

const mailLateAfterMs = 5 * 60_000

/** Mail, where there is a server for it: what was given up lately is a person who was not told. */
async function mailRow(viewer: Viewer, now: Date): Promise<Dependency[]> {
  const { db, config } = await getServices()
  const mail = config.mail ? await getMailHealth(db, viewer, now) : null
  if (!mail) return []
  const late = mail.lateMs > mailLateAfterMs
  const problems = [
    ...(mail.failures > 0 ? [`${mail.failures} ${mail.failures === 1 ? 'mail was' : 'mails were'} given up within a day.`] : []),
    ...(late ? [`${mail.waiting} ${mail.waiting === 1 ? 'waits' : 'wait'} to be sent.`] : []),
    ...(mail.lastFailure ? [`The mail server said: ${mail.lastFailure}`] : []),
  ]
  return [{
    id: 'mail',
    name: 'Mail',
    purpose: 'Tells people who are not looking at Latchkey. In the product they are told without it.',
    state: late ? 'down' : problems.length > 0 ? 'slow' : 'working',
    lastSuccessAt: mail.lastSentAt?.toISOString() ?? null,
    lag: late ? ago(mail.lateMs) : null,
    problem: problems.length > 0 ? problems.join(' ') : null,
    mend: problems.length > 0 ? 'Check SMTP_URL and MAIL_FROM, and whether the address is right at the identity provider. Mail is tried again by itself until the server refuses it for good.' : null,
  }]
}

async function recordRow(now: Date): Promise<Dependency> {
  const { db } = await getServices()
  const head = await getChainHead(db)
  const open = head.sealed - head.anchored
  const late = head.lastAnchoredAt !== null && open > 0 && now.getTime() - head.lastAnchoredAt.getTime() > 120_000
  return {
    id: 'record',
    name: 'Record',
    purpose: 'Proof that nobody edited what happened.',
    state: late ? 'slow' : 'working',
    lastSuccessAt: head.lastAnchoredAt?.toISOString() ?? null,
    lag: open + head.pending === 0 ? null : `${open + head.pending} entries`,
    problem: late ? 'The last checkpoint is more than two minutes old.' : null,
    mend: late ? 'Check that RECORD_CHECKPOINT_FILE can be written.' : null,
  }
}
