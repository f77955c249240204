import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '#lib/config/config.ts'
import { keyRing } from '#lib/record/verify/key-ring.ts'
import { verifyChain } from '#lib/record/verify/verify-chain.ts'
import type { Checkpoint } from '#lib/record/checkpoints/checkpoint.ts'
import { composeServices, type Services } from '../../../../app/_server/services.ts'
import { type LocalAws, startLocalAws } from '../../aws/server/start.ts'
import { createMovableClock } from '../../clock.ts'
import { demoGroupRoles } from '../../oidc/personas.ts'
import { prepareWebIdentity } from '../../stack/web-identity.ts'
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts'
import { assignerRoleArn, demoOrganisation, issuerRoleArn, portalRoleArn, readerRoleArn, revokerRoleArn } from '../organisation.ts'
import { closeServices } from '../prepare-history.ts'
import { runHistory } from './run-history.ts'

describe('The demo’s past', () => {
  let folder: string
  let database: TestDatabase
  let aws: LocalAws
  let services: Services
  const problems: unknown[] = []
  const checkpointFile = (): string => path.join(folder, 'checkpoints.ndjson')

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'latchkey-history-'))
    const clock = createMovableClock(Date.now)
    const webIdentity = await prepareWebIdentity(folder)
    aws = await startLocalAws({ seed: demoOrganisation(webIdentity), clock, cloudTrailDelayMs: 5_000 })
    Object.assign(process.env, { AWS_ENDPOINT_URL: aws.url, AWS_WEB_IDENTITY_TOKEN_FILE: webIdentity.tokenFile, AWS_ROLE_ARN: portalRoleArn, AWS_ROLE_SESSION_NAME: 'latchkey-portal', AWS_EC2_METADATA_DISABLED: 'true' })
    database = await createTestDatabase()
    const signingKeyFile = path.join(folder, 'key.pem')
    writeFileSync(signingKeyFile, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const result = readConfig({
      PUBLIC_URL: 'http://localhost:3000',
      DATABASE_URL: database.url,
      LATCHKEY_SECRET: 'a secret of the tests, 32 characters',
      OIDC_ISSUER: 'http://localhost:3001',
      OIDC_CLIENT_ID: 'latchkey',
      OIDC_CLIENT_SECRET: 'local',
      OIDC_GROUP_ROLES: demoGroupRoles,
      CATALOG_FILE: 'lib/local/demo/catalog.yaml',
      AWS_FEDERATION_ENDPOINT: `${aws.url}/federation`,
      LATCHKEY_ISSUER_ROLE_ARN: issuerRoleArn,
      LATCHKEY_READER_ROLE_ARN: readerRoleArn,
      LATCHKEY_REVOKER_ROLE_ARN: revokerRoleArn,
      LATCHKEY_ASSIGNER_ROLE_ARN: assignerRoleArn,
      RECORD_SIGNING_KEY_FILE: signingKeyFile,
      RECORD_CHECKPOINT_FILE: checkpointFile(),
    })
    if (!result.ok) throw new Error(result.problems.join(' '))
    services = await composeServices(result.config, () => clock.now())
    await runHistory({ services, clock, aws, days: 3, perWeekday: 8, onProblem: (error) => problems.push(error) })
  }, 120_000)

  afterAll(async () => {
    await closeServices(services)
    await database.drop()
    await aws.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('happens without anything going wrong, and leaves the real time', () => {
    expect(problems).toEqual([])
    expect(Math.abs(Date.now() - services.clock().getTime())).toBeLessThan(1_000)
  })

  it('ends with people inside, requests that wait, and nothing that was due undone', async () => {
    const states = async (state: string): Promise<number> => database.db.grant.count({ where: { state: state as 'active' } })
    expect(await states('active')).toBe(7)
    // What ended early was cut off: the portal saw AWS deny it. Only what AWS cannot take back may live on.
    const ending = await database.db.grant.findMany({ where: { state: 'ending' }, include: { assignment: { include: { assignment: true } } } })
    expect(ending.map(({ profileId, assignment }) => ({ profileId, state: assignment?.assignment.state }))).toEqual([{ profileId: 'data-staging-console', state: 'absent' }])
    const revocations = await database.owner.$queryRaw<{ state: string; late: boolean }[]>`SELECT DISTINCT state::text, "closedAt" IS NULL AND "nextAttemptAt" <= now() AS late FROM revocation`
    expect(revocations).toEqual([{ state: 'confirmed', late: false }])
    expect(await states('ended')).toBeGreaterThan(0)
    expect(await states('scheduled')).toBe(0)
    expect(await states('activating')).toBe(0)
    const pending = await database.db.request.findMany({ where: { state: 'pending' }, include: { person: true } })
    expect(pending).toHaveLength(4)
    expect(pending.map(({ person }) => person.subject)).not.toContain('maya')
    expect(pending.map(({ person }) => person.subject)).not.toContain('ana')
  })

  it('gives every approved request one grant, and no other request any', async () => {
    const requests = await database.db.request.findMany({ include: { grant: true, decisions: true } })
    for (const { state, grant, decisions } of requests) {
      expect(grant !== null).toBe(state === 'approved')
      expect(decisions.length).toBe(state === 'approved' || state === 'denied' ? 1 : 0)
    }
  })

  it('is watched: the misuse is found in what CloudTrail recorded', async () => {
    const findings = await database.db.finding.findMany({ where: { state: 'open' }, include: { grant: { include: { person: true } } } })
    const told = findings.map(({ detector, grant }) => `${grant?.person.subject} ${detector}`)
    expect(told).toEqual(expect.arrayContaining(['priya several-networks', 'priya denied-burst', 'priya outliving-writes', 'kenji use-after-end']))
    expect(await database.db.trailEvent.count()).toBeGreaterThan(60)
  })

  it('is on a record that is whole and anchored', async () => {
    const lines = (await readFile(checkpointFile(), 'utf8')).trim().split('\n')
    const checkpoints = lines.map((line) => JSON.parse(line) as Checkpoint)
    const verdict = await verifyChain(database.db, checkpoints, keyRing([createPublicKey(services.config.record.signingKey)]))
    expect(verdict).toMatchObject({ whole: true })
    expect(await database.db.recordPending.count()).toBe(0)
    expect(Number(checkpoints.at(-1)?.sequence)).toBe(verdict.whole && verdict.entries)
  })

  it('comes from the product’s verbs: nothing in the demo’s code writes rows', async () => {
    const files = (await readdir('lib/local/demo', { recursive: true })).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    for (const name of files) {
      const source = await readFile(path.join('lib/local/demo', name), 'utf8')
      expect(`${name}\n${source}`).not.toMatch(/\b(db|tx)\.\w+\.(create|createMany|update|updateMany|upsert|delete|deleteMany)\(|INSERT |UPDATE |\$execute/)
    }
  })
})
