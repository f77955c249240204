import { type AnchorBucket, openAnchorBucket } from '#lib/aws/anchor-bucket.ts'
import { openConsoleGate } from '#lib/aws/console-link.ts'
import { type Identities, openAssigner, openIdentities } from '#lib/aws/credentials.ts'
import { type IdentityCenter, openIdentityCenter } from '#lib/aws/identity-center.ts'
import { type DigestKeys, openDigestKeys } from '#lib/aws/digest-keys.ts'
import { type LogBucket, openLogBucket } from '#lib/aws/log-bucket.ts'
import { type LogQueue, openLogQueue } from '#lib/aws/log-queue.ts'
import { openIssuer } from '#lib/aws/issuer.ts'
import { prover } from '#lib/aws/proof-call.ts'
import { openRevoker, type Revoker } from '#lib/aws/revoker.ts'
import { openRoleReader } from '#lib/aws/role-reader.ts'
import { openVendorGate } from '#lib/aws/vendor-gate.ts'
import { openRegionReader, type RegionReader } from '#lib/aws/region-reader.ts'
import { openTrailInspector, type TrailInspector } from '#lib/aws/trail-inspector.ts'
import { openTrailReader, type TrailReader } from '#lib/aws/trail-reader.ts'
import type { ImportDeps } from '#lib/catalog/import/read-importable.ts'
import { openEventWatch, type WatchingRules } from '#lib/detection/watch/open-event-watch.ts'
import { readRuleShelf } from '#lib/detection/watch/rule-shelf.ts'
import { type Clock, systemClock } from '#lib/config/clock.ts'
import { type Config, readProcessConfig } from '#lib/config/config.ts'
import { type Database, openDatabase } from '#lib/db/client.ts'
import { admitToIdentityCenter } from '#lib/grants/assignments/identity-center-rate.ts'
import type { GrantDeps } from '#lib/grants/grant-deps.ts'
import { openQueue, type RunningQueue } from '#lib/jobs/queue.ts'
import { type IdentityProvider, openIdentityProviders } from '#lib/people/identity-provider.ts'
import { type Mailer, openMailer } from '#lib/notify/mailer.ts'
import type { FirstAdminDeps } from '#lib/people/first-admin.ts'
import type { ViewerDeps } from '#lib/people/mint-viewer.ts'
import { openTokenCipher, type TokenCipher } from '#lib/people/token-cipher.ts'
import { logError, logProblem } from './log.ts'
import { timed } from './metrics/metrics.ts'
import { noteBegun } from './unread-requests.ts'

/** Everything the process works with, composed once. */
export type Services = GrantDeps &
  ViewerDeps & {
    config: Config
    queue: RunningQueue
    trailReader: TrailReader
    trailInspector: TrailInspector
    regionReader: RegionReader
    eventWatch: WatchingRules
    logBucket: LogBucket
    logQueue: LogQueue
    digestKeys: DigestKeys
    clock: Clock
    cipher: TokenCipher
    provider: IdentityProvider
    db: Database
    /** Where checkpoints are put beside their file; undefined where no bucket is configured. */
    anchorBucket: AnchorBucket | undefined
    /** The way out for mail; undefined without a mail server. */
    mailer: Mailer | undefined
    /** What the catalogue is imported with; its clients of AWS are loaded when somebody imports. */
    openImporting: () => Promise<ImportDeps>
  }

/** A mistake in the configuration; its message is the list of sentences for the person who mends it. */
export class ConfigurationError extends Error {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(`Latchkey cannot start:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

export async function composeServices(config: Config, clock: Clock = systemClock): Promise<Services> {
  const db = openDatabase(config.databaseUrl)
  const queue = await openQueue(config.databaseUrl, (error) => logError('queue', error))
  const identities = openIdentities(config.aws)
  const issuer = openIssuer(config.aws, identities)
  const roleReader = openRoleReader(config.aws, identities)
  const trailReader = openTrailReader(identities)
  const consoleGate = openConsoleGate(config.aws, config.publicUrl)
  const identityCenter = composeIdentityCenter(config, identities, db, clock)
  return {
    config,
    db,
    queue,
    clock,
    issuer: { ...issuer, mint: timed('sts', (input) => issuer.mint(input)) },
    roleReader: { readRole: timed('iam', (accountId, roleArn) => roleReader.readRole(accountId, roleArn)) },
    trailReader: { lookupByUsername: timed('cloudtrail', (question) => trailReader.lookupByUsername(question)), lookupByEventName: timed('cloudtrail', (question) => trailReader.lookupByEventName(question)) },
    trailInspector: openTrailInspector(identities),
    regionReader: openRegionReader(identities),
    logBucket: openLogBucket(identities),
    logQueue: openLogQueue(identities),
    anchorBucket: config.anchor.bucket && openAnchorBucket(config.anchor.bucket, identities.hub.process),
    digestKeys: openDigestKeys(identities),
    eventWatch: openEventWatch(db, readRuleShelf(config.detection.ruleFolders), config.detection.lists),
    prover: { prove: timed('proof', (call, credentials, region) => prover.prove(call, credentials, region)) },
    consoleGate: { signInUrl: timed('federation', (credentials, region) => consoleGate.signInUrl(credentials, region)) },
    revoker: config.aws.revokerRoleArn ? timedRevoker(openRevoker(config.aws, identities)) : undefined,
    identityCenter,
    openImporting: async () => (await import('#lib/catalog/import/open-import.ts')).openImport(config, identities, identityCenter),
    vendorGate: config.aws.revokerRoleArn ? openVendorGate(config.aws, identities) : undefined,
    managedRolePath: config.aws.managedRolePath,
    cipher: openTokenCipher(config.secret, config.previousSecrets),
    provider: openIdentityProviders(config.oidc, (refused) => logProblem('identity provider', `${refused.message} ${refused.mend}`)),
    signIn: config.signIn,
    groupRoles: config.groupRoles,
    mailer: config.mail && openMailer(config.mail),
  }
}

function composeIdentityCenter({ identityCenter }: Config, identities: Identities, db: Database, clock: Clock): IdentityCenter | undefined {
  if (!identityCenter) return undefined
  const { region, assignerRoleArn } = identityCenter
  return openIdentityCenter(region, openAssigner(region, assignerRoleArn, identities.hub.process), () => admitToIdentityCenter(db, clock))
}

function timedRevoker(revoker: Revoker): Revoker {
  return { ...revoker, revoke: timed('iam', (roleArn, revocation, now) => revoker.revoke(roleArn, revocation, now)), cutOff: timed('iam', (roleArn, cutoff, now) => revoker.cutOff(roleArn, cutoff, now)), prune: timed('iam', (roleArn, now) => revoker.prune(roleArn, now)) }
}

// Next.js bundles pages, routes and instrumentation apart; the process still has one set of services.
const holder = globalThis as typeof globalThis & { latchkeyServices?: Promise<Services> }

export function getServices(): Promise<Services> {
  // Pages, actions and routes ask for these before anything that can fail.
  noteBegun()
  holder.latchkeyServices ??= (async () => {
    const result = readProcessConfig()
    if (!result.ok) throw new ConfigurationError(result.problems)
    return composeServices(result.config)
  })().catch((error: unknown) => {
    delete holder.latchkeyServices
    throw error
  })
  return holder.latchkeyServices
}

/** What the path to the first admin is decided by. */
export async function firstAdminDeps(): Promise<FirstAdminDeps> {
  const { db, config } = await getServices()
  return { db, code: config.firstAdminCode, groupRoles: config.groupRoles }
}
