import { createPublicKey, type KeyObject } from 'node:crypto'
import { type Result, refuse } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { writeExcerpt } from '#lib/record/file/write-excerpt.ts'
import { sealedHead } from '#lib/record/record.queries.ts'
import { signDocument } from '#lib/record/signed-document.ts'
import { entriesOf, type EvidenceRows, ndjsonOf } from './evidence-rows.ts'
import { type EvidenceScope, requestsOf, type ScopeCode, type ScopedRequests } from './evidence-scope.ts'
import { packReadme } from './pack-readme.ts'
import { type FileSum, type PackFile, zipFiles } from './zip-files.ts'

type Deps = { db: Database; signingKey: KeyObject }
export type EvidencePack = { name: string; requests: number; chunks: AsyncGenerator<Buffer> }

/**
 * Everything about one request, or a period, as a ZIP that proves itself: for auditors and admins. That somebody takes it
 * away stands in the record before its first byte leaves. It is made while it is read; memory stays flat.
 */
export async function takeEvidence(deps: Deps, viewer: Viewer, scope: EvidenceScope, now: Date): Promise<Result<EvidencePack, 'not_allowed' | ScopeCode>> {
  const scoped = await noteEvidence(deps.db, viewer, scope, now)
  if (!scoped.ok) return scoped
  return { ok: true, name: `latchkey-evidence-${scoped.name}.zip`, requests: scoped.requestIds.length, chunks: evidencePack(deps, scoped, { by: viewer.displayName, at: now }) }
}

/** Writes down that somebody takes evidence away, or says why they may not; answers what it is about. */
export async function noteEvidence(db: Database, viewer: Viewer, scope: EvidenceScope, now: Date): Promise<Result<ScopedRequests, 'not_allowed' | ScopeCode>> {
  if (!hasRole(viewer, 'auditor', 'admin')) return refuse('not_allowed', 'Auditors and admins take evidence away.')
  const scoped = await requestsOf(db, scope)
  if (!scoped.ok) return scoped
  const facts: Record<string, string> = 'requestId' in scope ? { request: scope.requestId } : { from: scope.from.toISOString(), to: scope.to.toISOString() }
  await db.$transaction((tx) => appendEntry(tx, { kind: 'evidence.exported', occurredAt: now, actorId: viewer.personId, ...('requestId' in scope ? { subjectId: scope.requestId } : {}), facts: { ...facts, requests: scoped.requestIds.length } }))
  return scoped
}

/** The pack itself, for whoever `noteEvidence` has written down. */
export function evidencePack({ db, signingKey }: Deps, { asked, requestIds }: ScopedRequests, { by, at }: { by: string; at: Date }): AsyncGenerator<Buffer> {
  const rows = (kind: EvidenceRows): PackFile => ({ name: `${kind}.ndjson`, chunks: () => ndjsonOf(db, kind, requestIds) })
  const bytes = (name: string, make: (before: readonly FileSum[]) => Promise<string> | string): PackFile => ({ name, chunks: async function* (before) { yield Buffer.from(await make(before)) } })
  const manifest = async (files: readonly FileSum[]): Promise<string> => {
    const content = { asked, takenBy: by, takenAt: at.toISOString(), requests: requestIds.length, chainHead: await sealedHead(db), files: files.map((file) => ({ ...file })) }
    return `${JSON.stringify(signDocument('evidence', content, signingKey), null, 2)}\n`
  }
  return zipFiles([
    bytes('README.txt', () => packReadme({ asked, by, at })),
    ...(['requests', 'decisions', 'policies', 'grants', 'leases', 'events', 'findings', 'forgotten'] as const).map(rows),
    { name: 'record-excerpt.txt', chunks: () => writeExcerpt(db, entriesOf(db, requestIds), signingKey, at) },
    bytes('record-key.pem', () => createPublicKey(signingKey).export({ type: 'spki', format: 'pem' }) as string),
    bytes('SHA256SUMS', (files) => files.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join('')),
    bytes('manifest.json', manifest),
  ], at)
}
