import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { migrateDatabase } from '#lib/db/migrate.ts'
import { allowApplication } from '#lib/jobs/allow-application.ts'
import { installQueue } from '#lib/jobs/queue.ts'
import { type LocalAws, startLocalAws } from '../aws/server/start.ts'
import type { MovableClock } from '../clock.ts'
import { assignerRoleArn, demoOrganisation, issuerRoleArn, portalRoleArn, readerRoleArn, revokerRoleArn, recordBucket } from '../demo/organisation.ts'
import { demoGroupRoles } from '../oidc/personas.ts'
import { type LocalProvider, startProvider } from '../oidc/start-provider.ts'
import { type LocalPostgres, startPostgres } from '../postgres/start-postgres.ts'
import { appLogin, execute } from '../test/test-database.ts'
import { prepareWebIdentity } from './web-identity.ts'

export type StackPorts = { app: number; provider: number; aws: number; postgres: number }
export type StackOptions = { dataDir: string; ports: StackPorts; cloudTrailDelayMs: number; clock?: MovableClock; onStep?: (step: string) => void; onLog?: (text: string) => void }

export type Stack = {
  publicUrl: string
  /** The environment that the shipped application runs with: the same variables as in production. */
  environment: Record<string, string>
  aws: LocalAws
  provider: LocalProvider
  postgres: LocalPostgres
  ownerUrl: string
  close(): Promise<void>
  /** At once and without order, for somebody who will not wait. */
  kill(): void
}

const database = 'latchkey'

/** Starts everything the application depends on, on 127.0.0.1, and says with which environment to run it. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { dataDir, ports } = options
  const step = options.onStep ?? (() => undefined)
  const publicUrl = `http://localhost:${ports.app}`
  await mkdir(dataDir, { recursive: true })
  const closers: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer().catch(() => undefined)
  }
  try {
    step('PostgreSQL')
    const postgres = await startPostgres({ dataDir, port: ports.postgres, onLog: options.onLog })
    closers.push(() => postgres.close())
    const ownerUrl = postgres.url(database)
    await prepareDatabase(postgres, ownerUrl)
    step('Identity provider')
    const provider = await startProvider({ port: ports.provider, publicUrl, dataDir })
    closers.push(() => provider.close())
    step('Local AWS')
    const webIdentity = await prepareWebIdentity(dataDir)
    const aws = await startLocalAws({
      port: ports.aws,
      dataDir: path.join(dataDir, 'aws'),
      seed: demoOrganisation(webIdentity),
      cloudTrailDelayMs: options.cloudTrailDelayMs,
      ...(options.clock ? { clock: options.clock } : {}),
    })
    closers.push(() => aws.close())
    // CloudTrail's own pace is about five minutes; somebody who looks at Health in the demo should not wait that long.
    const delivery = setInterval(() => aws.deliverTrailFiles(), 30_000)
    closers.push(async () => clearInterval(delivery))
    const kept = await keepSecrets(dataDir)
    const environment = {
      NODE_ENV: 'production',
      PORT: String(ports.app),
      HOSTNAME: '127.0.0.1',
      PUBLIC_URL: publicUrl,
      DATABASE_URL: postgres.url(database, appLogin.user, appLogin.password),
      LATCHKEY_SECRET: kept.secret,
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: provider.clientId,
      OIDC_CLIENT_SECRET: provider.clientSecret,
      OIDC_GROUP_ROLES: demoGroupRoles,
      OIDC_MANAGER_CLAIM: 'manager',
      ACCESS_HELP: 'Lena Fischer, lena.fischer@northwind.example',
      CATALOG_FILE: path.resolve('lib/local/demo/catalog.yaml'),
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: aws.url,
      AWS_FEDERATION_ENDPOINT: `${aws.url}/federation`,
      AWS_WEB_IDENTITY_TOKEN_FILE: webIdentity.tokenFile,
      AWS_ROLE_ARN: portalRoleArn,
      AWS_ROLE_SESSION_NAME: 'latchkey-portal',
      LATCHKEY_ISSUER_ROLE_ARN: issuerRoleArn,
      LATCHKEY_READER_ROLE_ARN: readerRoleArn,
      LATCHKEY_REVOKER_ROLE_ARN: revokerRoleArn,
      LATCHKEY_ASSIGNER_ROLE_ARN: assignerRoleArn,
      // Nothing answers there: the local AWS has no access portal.
      IDENTITY_CENTER_PORTAL_URL: 'https://aws.northwind.example/start',
      RECORD_SIGNING_KEY_FILE: kept.signingKeyFile,
      RECORD_ANCHOR_BUCKET: recordBucket,
      RECORD_CHECKPOINT_FILE: path.resolve(dataDir, 'checkpoints.ndjson'),
      NEXT_TELEMETRY_DISABLED: '1',
    }
    return { publicUrl, environment, aws, provider, postgres, ownerUrl, close, kill: () => postgres.kill() }
  } catch (error) {
    await close()
    throw error
  }
}

async function prepareDatabase(postgres: LocalPostgres, ownerUrl: string): Promise<void> {
  await execute(postgres.url('postgres'), `CREATE DATABASE ${database}`).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === '42P04')) throw error
  })
  await migrateDatabase(ownerUrl, path.resolve('prisma'))
  await installQueue(ownerUrl)
  await allowApplication(ownerUrl, appLogin)
}

/** The portal's own secret and the record's signing key, made at the first start and kept with the data. */
async function keepSecrets(dataDir: string): Promise<{ secret: string; signingKeyFile: string }> {
  const secretFile = path.resolve(dataDir, 'portal-secret')
  const signingKeyFile = path.resolve(dataDir, 'record-key.pem')
  if (!existsSync(secretFile)) await writeFile(secretFile, randomBytes(48).toString('base64'), { mode: 0o600 })
  if (!existsSync(signingKeyFile)) {
    const { privateKey } = generateKeyPairSync('ed25519')
    await writeFile(signingKeyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  }
  return { secret: await readFile(secretFile, 'utf8'), signingKeyFile }
}
