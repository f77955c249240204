import { execFileSync } from 'node:child_process'
import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { createReadStream, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Slice, startSlice } from '#lib/local/test/slice.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { sealAll } from '#lib/record/seal-entries.ts'
import { verifyFile } from '#lib/record/verify/verify-file.ts'
import { verifyManifest } from '#lib/record/verify/verify-manifest.ts'
import { takeEvidence } from './evidence-pack.ts'
import type { EvidenceScope } from './evidence-scope.ts'
import { withheld } from './withhold-secrets.ts'

const { privateKey: signingKey } = generateKeyPairSync('ed25519')
const publicKey = createPublicKey(signingKey)
const outside = { checkpoints: [], successions: [], unreadable: 0 }
const hard = '=SUM(A1:A9) "quoted", two\r\nlines, שלום مرحبا 🔑'
let slice: Slice
let amir: Viewer, maya: Viewer
let folder: string
let requestId: string, grantId: string
const db = () => slice.database.db

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'latchkey-pack-'))
  slice = await startSlice()
  ;[amir, maya] = await Promise.all([slice.viewer('amir'), slice.viewer('maya')])
  grantId = await slice.activeGrant(maya, 'payments-prod-read', 60)
  ;({ requestId } = await db().grant.findUniqueOrThrow({ where: { id: grantId } }))
  await slice.ask(await slice.viewer('tom'), 'payments-prod-read')
  await slice.database.owner.request.updateMany({ where: { id: requestId }, data: { justification: hard } })
  const at = slice.clock.now()
  const body = { eventName: 'AssumeRole', responseElements: { credentials: { accessKeyId: 'ASIAX', sessionToken: 'very-secret-token' } } }
  await db().trailEvent.create({ data: { accountId: '301122334455', eventId: 'e1', grantId, eventTime: at, eventSource: 'sts.amazonaws.com', eventName: 'AssumeRole', region: 'us-east-1', readOnly: true, body, ingestedAt: at } })
  await sealAll(db(), at)
})
afterAll(async () => {
  await slice.close()
  rmSync(folder, { recursive: true })
})

/** Takes a pack, unpacks it with `unzip`, and gives its files. */
async function unpack(scope: EvidenceScope, name: string): Promise<{ dir: string; lines: (kind: string) => Record<string, unknown>[] }> {
  const taken = await takeEvidence({ db: db(), signingKey }, amir, scope, slice.clock.now())
  if (!taken.ok) throw new Error(taken.code)
  const chunks: Buffer[] = []
  for await (const chunk of taken.chunks) chunks.push(chunk)
  const dir = path.join(folder, name)
  writeFileSync(`${dir}.zip`, Buffer.concat(chunks))
  execFileSync('unzip', ['-q', `${dir}.zip`, '-d', dir])
  return { dir, lines: (kind) => readFileSync(path.join(dir, `${kind}.ndjson`), 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>) }
}
const verified = (dir: string) => verifyManifest(readFileSync(path.join(dir, 'manifest.json'), 'utf8'), (file) => createReadStream(path.join(dir, file)), [publicKey])

test('only auditors and admins take evidence; what they take stands in the record first, and a refusal leaves nothing there', async () => {
  for (const persona of ['maya', 'ana', 'rosa']) expect(await takeEvidence({ db: db(), signingKey }, await slice.viewer(persona), { requestId }, slice.clock.now())).toMatchObject({ code: 'not_allowed' })
  expect(await takeEvidence({ db: db(), signingKey }, amir, { requestId: amir.personId }, slice.clock.now())).toMatchObject({ code: 'not_found' })
  expect(await takeEvidence({ db: db(), signingKey }, amir, { from: new Date(1e9), to: new Date(1e9) }, slice.clock.now())).toMatchObject({ code: 'period_wrong' })
  expect(await db().recordEntry.count({ where: { kind: 'evidence.exported' } })).toBe(0)
  const taken = await takeEvidence({ db: db(), signingKey }, amir, { requestId }, slice.clock.now())
  expect(taken.ok && (await taken.chunks.return(undefined)) && (await db().recordEntry.count({ where: { kind: 'evidence.exported', actorId: amir.personId, subjectId: requestId } }))).toBe(1)
})

test('the pack of a request holds what belongs to it, no secret, and nothing of others; its hashes, manifest and excerpt verify', async () => {
  const { dir, lines } = await unpack({ requestId }, 'one')
  expect(lines('requests')).toMatchObject([{ id: requestId, justification: hard, person: { name: 'Maya Chen' } }])
  expect(lines('decisions')).toMatchObject([{ requestId, verdict: 'approve', person: { name: 'Ana Kovac' }, samePersonAsRequester: false }])
  expect(lines('policies')).toMatchObject([{ requestId, approvedAccess: { kind: 'sts_role' } }])
  expect(lines('grants')).toMatchObject([{ id: grantId, state: 'active' }])
  expect(lines('leases').length).toBe(await db().lease.count({ where: { grantId } }))
  expect(lines('events')).toMatchObject([{ grantId, event: { responseElements: { credentials: { accessKeyId: 'ASIAX', sessionToken: withheld } } } }])
  expect(lines('forgotten')).toEqual([])
  expect(execFileSync('sha256sum', ['--check', 'SHA256SUMS'], { cwd: dir }).toString()).not.toContain('FAILED')
  expect(await verified(dir)).toMatchObject({ whole: true, files: 12, takenBy: 'Amir Haddad' })
  const excerpt = await verifyFile(createReadStream(path.join(dir, 'record-excerpt.txt')), outside, [publicKey])
  expect(excerpt).toMatchObject({ whole: true, scope: 'excerpt', entries: await db().recordEntry.count({ where: { requestId } }) })
  expect(readdirSync(dir)).toHaveLength(13)
  for (const file of readdirSync(dir)) expect(readFileSync(path.join(dir, file), 'utf8')).not.toContain('very-secret-token')
})

test('a file or a manifest that was changed afterwards is named, and so is a file that is missing', async () => {
  const { dir } = await unpack({ requestId }, 'changed')
  const decisions = path.join(dir, 'decisions.ndjson')
  const was = readFileSync(decisions, 'utf8')
  writeFileSync(decisions, was.replace('approve', 'disprov'))
  expect(await verified(dir)).toMatchObject({ whole: false, why: expect.stringContaining('decisions.ndjson') as string })
  writeFileSync(decisions, was)
  expect(await verified(dir)).toMatchObject({ whole: true })
  const manifest = path.join(dir, 'manifest.json')
  const text = readFileSync(manifest, 'utf8')
  const sums = createHash('sha256').update('forged').digest('hex')
  expect(await verifyManifest(text.replace(/"sha256": "[0-9a-f]{64}"/, `"sha256": "${sums}"`), () => undefined, [publicKey])).toMatchObject({ whole: false, why: expect.stringContaining('after it was signed') as string })
  expect(await verifyManifest(text, () => undefined, [publicKey])).toMatchObject({ whole: false, why: 'README.txt is missing.' })
  expect(await verifyManifest(text, () => undefined, [createPublicKey(generateKeyPairSync('ed25519').privateKey)])).toMatchObject({ whole: false })
  const said = execFileSync(process.execPath, ['lib/record/cli/audit-verify.ts', manifest, '--key', path.join(dir, 'record-key.pem')]).toString()
  expect(said).toMatch(/^Whole: 12 files as signed by key [0-9a-f]{16}/)
})

test('the pack of a period holds everything of it, says what is no longer kept, and knows what lies outside', async () => {
  const now = slice.clock.now()
  const period = { from: new Date(now.getTime() - 3_600_000), to: new Date(now.getTime() + 1) }
  expect((await unpack(period, 'period')).lines('requests')).toHaveLength(2)
  const entry = await db().recordEntry.findFirstOrThrow({ where: { requestId, kind: 'request.created' } })
  const { count } = await slice.database.owner.recordCommitment.deleteMany({ where: { entryId: entry.id } })
  const { dir, lines } = await unpack(period, 'forgotten')
  expect(count).toBeGreaterThan(0)
  expect(lines('forgotten')).toHaveLength(count)
  expect(lines('forgotten')[0]).toMatchObject({ entryId: entry.id, requestId, why: 'no longer kept' })
  expect(await verifyFile(createReadStream(path.join(dir, 'record-excerpt.txt')), outside, [publicKey])).toMatchObject({ whole: true })
  expect((await unpack({ from: new Date(1e12), to: new Date(1e12 + 86_400_000) }, 'before')).lines('requests')).toEqual([])
})
