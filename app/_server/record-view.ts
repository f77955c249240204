import 'server-only'
import type { RecordEntryDetail, RecordPageProps, RecordRow, VerificationModel } from '#components/record/record-models.ts'
import { z } from 'zod'
import { typedText } from '#lib/config/typed-text.ts'
import { findPeople, listNames } from '#lib/people/people.queries.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { type ChainHead, type EntryCursor, type EntryFilter, findCheckpoint, getEntry, listEntries, type ListedEntry } from '#lib/record/record.queries.ts'
import { listPlaces } from '#lib/record/checkpoints/checkpoints.queries.ts'
import { signingKeyId } from '#lib/record/signing-key.ts'
import { getVerificationState } from '#lib/reports/record/verify-on-demand.ts'
import type { RecordVerification } from '#lib/db/generated/client.ts'
import { verifyRecordAction } from '#app/_actions/record.actions.ts'
import { findRequestsByCode } from '#lib/requests/requests.queries.ts'
import { recordKinds } from '#lib/record/record-kinds.ts'
import { getServices } from './services.ts'

const bodySchema = z.object({ facts: z.record(z.string(), z.unknown()) })

// The record's own room does not know people: who may read it is decided here, where it is read.
const mayRead = (viewer: Viewer): boolean => hasRole(viewer, 'auditor', 'admin')

export type LogFilter = Pick<EntryFilter, 'kind' | 'from' | 'to' | 'search'> & {
  /** A person's id, or a part of their name or e-mail; empty for everybody. */
  person: string
}

const one = typedText.pipe(z.string().max(200)).catch('').default('')
// The years that AWS and this record can have anything of.
const day = z.union([z.literal(''), z.iso.date().regex(/^20/)]).catch('').default('')
/** The log's filters as they stand in its address. */
export const logQuerySchema = z.object({ q: one, kind: one, person: one, from: day, to: day, entry: one, after: one })
export type LogQuery = z.infer<typeof logQuerySchema>

export const logFilterOf = ({ kind, person, from, to, q }: LogQuery): LogFilter => ({ kind, person, from: from ? new Date(from) : null, to: to ? new Date(Date.parse(to) + 86_400_000) : null, search: q })

/** Entries of the record for auditors and admins; empty for others. */
export async function readLog(viewer: Viewer, filter: LogFilter, after: EntryCursor | null, take: number): Promise<ListedEntry[]> {
  if (!mayRead(viewer)) return []
  const { db } = await getServices()
  return listEntries(db, await resolveLogFilter(viewer, filter), after, take)
}

/** The people and requests that a filter names, by their ids; nobody's for whoever may not look people up. */
export async function resolveLogFilter(viewer: Viewer, { person, ...filter }: LogFilter): Promise<EntryFilter> {
  const { db } = await getServices()
  const known = z.uuid().safeParse(person).data
  const [actorIds, requestIds] = await Promise.all([person === '' ? null : known ? [known] : findPeople(db, viewer, person), filter.search === '' ? [] : findRequestsByCode(db, viewer, filter.search)])
  return { ...filter, actorIds, requestIds }
}

export async function entryRows(viewer: Viewer, entries: readonly ListedEntry[], head: ChainHead, href: (id: string) => string): Promise<RecordRow[]> {
  const { db } = await getServices()
  const names = await listNames(db, viewer, entries.flatMap((entry) => entry.actorId ?? []))
  return entries.map((entry) => rowOf(entry, head, names, href(entry.id)))
}

function rowOf(entry: ListedEntry, head: ChainHead, names: ReadonlyMap<string, string>, href: string): RecordRow {
  const sequence = entry.seal ? Number(entry.seal.sequence) : null
  return {
    id: entry.id,
    sequence,
    at: entry.occurredAt.toISOString(),
    kind: entry.kind,
    sentence: sentenceOf(entry),
    person: entry.actorId ? (names.get(entry.actorId) ?? 'Somebody forgotten') : null,
    chain: sequence === null ? 'committed' : sequence <= head.anchored ? 'anchored' : 'sealed',
    href,
  }
}

function sentenceOf(entry: ListedEntry): string {
  const title = recordKinds[entry.kind as keyof typeof recordKinds] ?? entry.kind
  const { facts } = bodySchema.parse(JSON.parse(Buffer.from(entry.body).toString('utf8')))
  const subject = [facts.profile, facts.code].filter((part): part is string => typeof part === 'string')
  const about = subject.length > 0 ? subject.join(', ') : entry.kind.startsWith('catalog.') ? entry.subjectId : null
  return about ? `${title}: ${about}` : title
}

/** One entry with its bytes and its place in the chain. Personal values behind the commitments are shown while they exist. */
export async function entryDetail(viewer: Viewer, id: string, head: ChainHead, href: string): Promise<RecordEntryDetail | null> {
  const { db } = await getServices()
  const entryId = z.uuid().safeParse(id).data
  const entry = entryId && mayRead(viewer) ? await getEntry(db, entryId) : null
  if (!entry) return null
  const [row] = await entryRows(viewer, [entry], head, () => href)
  const checkpoint = entry.seal ? await findCheckpoint(db, entry.seal.sequence) : null
  const canonical = JSON.stringify(JSON.parse(Buffer.from(entry.body).toString('utf8')), null, 2)
  const personal = entry.commitments.map((commitment) => `${commitment.field}: ${commitment.value}`).join('\n')
  return {
    ...(row as RecordRow),
    body: personal ? `${canonical}\n\nBehind the commitments:\n${personal}` : canonical,
    hash: entry.seal ? Buffer.from(entry.seal.hash).toString('hex') : null,
    previousHash: entry.seal ? Buffer.from(entry.seal.previousHash).toString('hex') : null,
    sealedAt: entry.seal?.sealedAt.toISOString() ?? null,
    anchor: checkpoint ? { at: checkpoint.signedAt.toISOString(), checkpoint: `${checkpoint.sequence} by key ${checkpoint.keyId}` } : null,
    about: entry.requestId ? [{ label: 'Open the request', href: `/requests/${entry.requestId}` }] : [],
  }
}

/** What the portal found when it verified the record last. */
export async function verificationModel(viewer: Viewer, head: ChainHead): Promise<VerificationModel> {
  const { db, config } = await getServices()
  const [state, places] = await Promise.all([getVerificationState(db, viewer), listPlaces(db)])
  const latest = state?.latest
  return {
    running: state?.running ? { since: state.running.startedAt.toISOString(), entries: state.running.entries, of: head.sealed } : null,
    latest: latest ? { state: latest.state as 'held' | 'broken' | 'failed', at: (latest.finishedAt ?? latest.startedAt).toISOString(), sentence: verdictSentence(latest) } : null,
    lastHeldAt: latest && latest.state !== 'held' ? (state?.lastHeld?.finishedAt?.toISOString() ?? null) : null,
    verify: verifyRecordAction,
    keyId: signingKeyId(config.record.signingKey),
    places: places.flatMap(({ sequence, reference, lastSuccessAt }) => (reference && lastSuccessAt ? [{ entry: Number(sequence).toLocaleString('en'), reference, at: lastSuccessAt.toISOString() }] : [])),
  }
}

function verdictSentence({ state, entries, anchoredUpTo, brokenAt, why }: RecordVerification): string {
  if (state === 'broken') return `Broken at entry ${brokenAt}: ${why}`
  if (state === 'failed') return `It was cut off after ${entries.toLocaleString('en')} entries: ${why}`
  const after = entries - anchoredUpTo
  return `${entries.toLocaleString('en')} entries are what was sealed${after > 0 ? `; the last ${after.toLocaleString('en')} were not anchored yet` : ', all of them anchored'}.`
}

/** Chained and anchored to the last entry, or how far behind; whether it is whole is said by the verifier alone. */
export function chainSummary(head: ChainHead, now: Date): RecordPageProps['chain'] {
  const open = head.sealed - head.anchored
  const behind = head.pending > 0 || open > 0
  const sentence = behind
    ? `${head.sealed.toLocaleString('en')} entries sealed, ${open.toLocaleString('en')} of them not anchored outside yet${head.pending > 0 ? `, ${head.pending} waiting to be sealed` : ''}.`
    : `${head.sealed.toLocaleString('en')} entries, all sealed and anchored outside the database.`
  // A second or two behind is how it works; a minute is a problem worth a warning.
  const late = behind && now.getTime() - (head.lastAnchoredAt?.getTime() ?? 0) > 60_000
  return { state: late ? 'behind' : 'whole', sentence, at: (head.lastAnchoredAt ?? now).toISOString() }
}
