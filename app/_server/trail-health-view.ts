import type { TrailFreshness, TrailPanel } from '#components/dashboard/dashboard-models.ts'
import type { Dependency, Fact, HealthState, UnreadModel } from '#components/health/health-models.ts'
import type { Environment } from '#components/models.ts'
import { minutes } from '#lib/config/clock.ts'
import { bestTrail, describeTrail } from '#lib/trail/health/judge-trails.ts'
import { judgeAccount, summariseTrails } from '#lib/trail/health/summarise-trails.ts'
import type { AccountTrails, ListedSource, Unread } from '#lib/trail/health/trail-health.queries.ts'
import type { FreshnessRow } from '#lib/trail/sessions.queries.ts'
import { type Reading, readingOf } from './trail-reading.ts'

type Looks = { state: HealthState; word: string }

/** One word for an account, the gravest first. */
function looksOf(account: AccountTrails, reading: Reading, now: Date): Looks {
  const { state, faults, oneRegion, unvalidated } = judgeAccount(account, now)
  if (state === 'unknown') return account.failure ? { state: 'down', word: 'Not reachable' } : { state: 'unknown', word: 'Not known yet' }
  if (state === 'not_recording') return { state: 'down', word: 'Not recording' }
  if (reading.state === 'silent') return { state: 'down', word: 'Not read' }
  if (oneRegion) return { state: 'slow', word: 'One Region' }
  if (unvalidated) return { state: 'slow', word: 'Not validated' }
  if (faults.some(({ serious }) => serious)) return { state: 'slow', word: 'In part' }
  if (account.failure || account.regionsFailure) return { state: 'slow', word: 'Not reachable' }
  if (reading.state === 'late') return { state: 'slow', word: 'Read late' }
  return faults.length > 0 ? { state: 'slow', word: 'Quiet' } : { state: 'working', word: 'Recording' }
}

const latestOf = (dates: readonly (Date | null | undefined)[]): Date | null => dates.reduce<Date | null>((latest, at) => (at && (!latest || at > latest) ? at : latest), null)
const at = (label: string, date: Date | null | undefined): Fact[] => (date ? [{ label, at: date.toISOString() }] : [])
const some = (count: number | bigint, one: string): string => `${count.toLocaleString('en')} ${one}${BigInt(count) === 1n ? '' : 's'}`

function accountRow(account: AccountTrails, rows: readonly FreshnessRow[], now: Date): Dependency {
  const reading = readingOf(rows, now)
  const best = bestTrail(account.trails, now)
  const { faults } = judgeAccount(account, now)
  const problems = [...faults.map(({ what }) => what), account.failure && `Its trails cannot be asked. ${account.failure}`, account.regionsFailure && `Its Regions cannot be asked. ${account.regionsFailure}`, reading.problem]
  const mends = [...faults.map(({ mend }) => mend), (account.failure ?? account.regionsFailure ?? reading.problem) && `Check the reader's role: npm run aws:template -- member --account ${account.accountName}.`]
  const said = (list: readonly (string | null | false | undefined)[]): string | null => [...new Set(list.filter(Boolean))].join(' ') || null
  return {
    id: `trail/${account.accountId}`,
    name: `${account.accountName}, ${account.accountId}`,
    purpose: best ? `${describeTrail(best.trail)}.` : 'No trail is known.',
    ...looksOf(account, reading, now),
    lastSuccessAt: account.readAt?.toISOString() ?? null,
    lag: reading.lag,
    problem: said(problems),
    mend: said(mends),
    facts: [...at('Last file', best?.trail.lastDeliveryAt), ...at('Newest event read', latestOf(rows.map(({ lastEventAt }) => lastEventAt))), ...(account.regions.length > 0 ? [{ label: 'Regions', text: String(account.regions.length) }] : [])],
  }
}

/** A row for each account on offer: how its trail does, and how far it is read. */
export function accountRows(accounts: readonly AccountTrails[], freshness: readonly FreshnessRow[], now: Date): Dependency[] {
  const byAccount = Map.groupBy(freshness, ({ accountId }) => accountId)
  return accounts.map((account) => accountRow(account, byAccount.get(account.accountId) ?? [], now))
}

/** What a source has brought, beside what its heartbeat says. Digests count the log files that they verified. */
export function sourceFacts({ kind, readCount, storedCount, unreadableCount, lastEventAt }: ListedSource): Fact[] {
  if (kind === 'digest') return [{ label: 'Verified', text: some(readCount, 'file') }]
  return [
    { label: 'Read', text: some(readCount, 'event') },
    { label: 'Stored', text: storedCount.toLocaleString('en') },
    { label: 'Unreadable', text: unreadableCount.toLocaleString('en'), bad: unreadableCount > 0n },
    ...at('Newest event', lastEventAt),
  ]
}

export const unreadOf = ({ count, latest }: Unread): UnreadModel => ({ count, latest: latest.map(({ seenAt, ...row }) => ({ ...row, seenAt: seenAt.toISOString() })) })

const namesShown = 3
function inNames(names: readonly string[]): string {
  const rest = names.length - namesShown
  return rest > 0 ? `${names.slice(0, namesShown).join(', ')} and ${rest} more` : names.join(', ')
}

/** Accounts shown one by one; the others are fine, or further down the same list. */
const accountsShown = 6
const shownMs = minutes(15)

/** The dashboard's panel: all accounts in a line, what is wrong in one each, and the accounts, those with something to mend first. */
export function trailPanel(accounts: readonly AccountTrails[], freshness: readonly FreshnessRow[], newest: Date | null, now: Date, healthHref: string | null): TrailPanel {
  const { accounts: count, recording, notRecording, oneRegion, unvalidated, unknown } = summariseTrails(accounts, now)
  const byAccount = Map.groupBy(freshness, ({ accountId }) => accountId)
  const rows = accounts.flatMap((account) => itemOf(account, byAccount.get(account.accountId) ?? [], now) ?? []).toSorted((a, b) => gravity[a.state] - gravity[b.state])
  const issue = (words: string, names: readonly string[]): string[] => (names.length > 0 ? [`${words} ${inNames(names)}`] : [])
  return {
    headline: count === 0 ? 'No account is on offer' : unknown.length === count ? `${some(count, 'account')}, not asked yet` : `Recording in ${recording} of ${some(count, 'account')}`,
    state: notRecording.length > 0 ? 'bad' : oneRegion.length + unvalidated.length > 0 ? 'soon' : unknown.length > 0 ? 'unknown' : 'calm',
    issues: [...issue('Not recording in', notRecording), ...issue('One Region only in', oneRegion), ...issue('Validation off in', unvalidated), ...(unknown.length < count ? issue('Not known yet in', unknown) : [])],
    newestEventAt: newest?.toISOString() ?? null,
    newestIsOld: newest === null || now.getTime() - newest.getTime() > shownMs,
    items: rows.slice(0, accountsShown),
    more: Math.max(0, rows.length - accountsShown),
    healthHref,
  }
}

const gravity = { silent: 0, late: 1, fresh: 2 } as const

/** Nothing of an account where all is well and nobody is watched. */
function itemOf(account: AccountTrails, rows: readonly FreshnessRow[], now: Date): TrailFreshness | null {
  const reading = readingOf(rows, now)
  const { state } = looksOf(account, reading, now)
  if (rows.length === 0 && (state === 'working' || state === 'unknown')) return null
  const fault = judgeAccount(account, now).faults[0]?.what ?? account.failure ?? account.regionsFailure
  return {
    account: { id: account.accountId, name: account.accountName, environment: account.environment as Environment },
    lastEventAt: latestOf(rows.map(({ lastEventAt }) => lastEventAt))?.toISOString() ?? null,
    state: state === 'down' ? 'silent' : state === 'slow' ? 'late' : 'fresh',
    note: state === 'down' || state === 'slow' ? (fault ?? reading.problem ?? reading.note) : reading.note,
  }
}
