import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isThisMachine } from './allowed-hosts.ts'
import { type DetectionLists, readDetectionLists } from './detection-lists.ts'
import { type Environment, environmentSchema, nonEmpty, sentences } from './environment.ts'
import { type ProviderSettings, readProviders } from './identity-providers.ts'
import { type MailSettings, readMailSettings } from './mail-settings.ts'
import { type GroupRoleMap, parseGroupRoles } from './portal-roles.ts'
import type { RetentionRule } from './retention.ts'
import { readTrailSources, type TrailSources } from './trail-sources.ts'
import { signInOrigin } from './sign-in-origins.ts'

export type Config = {
  publicUrl: URL
  databaseUrl: string
  secret: string
  /** What was `secret` before: opens what was sealed with it, seals nothing. */
  previousSecrets: readonly string[]
  /** One identity provider, or two at once. */
  oidc: readonly ProviderSettings[]
  /** Opens the one-time path to the first admin; undefined: there is none. */
  firstAdminCode: string | undefined
  groupRoles: GroupRoleMap
  accessHelp: string
  signIn: { idleMinutes: number; maxMinutes: number; groupsMaxAgeMinutes: number; groupsFreshMinutes: number }
  catalogFile: string
  aws: {
    region: string
    issuerRoleArn: string | undefined
    readerRoleArn: string | undefined
    memberReaderRoleName: string
    revokerRoleArn: string | undefined
    memberRevokerRoleName: string
    federationEndpoint: string
    managedRolePath: string
  }
  /** Path and name of the emergency role that every account may have; undefined where nobody looks for its use. */
  emergencyRole: string | undefined
  /** Undefined: no access through IAM Identity Center is given. */
  identityCenter: { region: string; assignerRoleArn: string; /** Where people sign in. */ portalUrl: string | undefined } | undefined
  /** `previousKey` hands over to `signingKey` where that is a new one. */
  record: { signingKey: KeyObject; previousKey: KeyObject | undefined; checkpointFile: string }
  /** Places for checkpoints beside that file. */
  anchor: { bucket: { bucket: string; region: string; prefix: string; retentionDays: number } | undefined; mailTo: readonly string[] }
  /** How long personal values behind the record's commitments are kept, per kind of entry. */
  retention: readonly RetentionRule[]
  /** How many exports one person may have at once, those being made included. */
  exportsPerPerson: number
  requestLapseHours: number
  /** How often one person, or for sign-ins one address, may do something within a minute. */
  perMinute: { signIns: number; requests: number; decisions: number; reveals: number }
  /** Proxies in front of the portal that add to X-Forwarded-For; 0: none, and the header is not believed. */
  trustedProxies: number
  /** Between two questions to CloudTrail about a grant in use. */
  trailPollSeconds: number
  /** How long CloudTrail's events are kept. */
  trailRetentionDays: number
  /** Buckets and queues that CloudTrail's records are read from, beside what LookupEvents answers. */
  trailSources: TrailSources
  /** Folders of Sigma rules beside our own, and the lists that rules may name. */
  detection: { ruleFolders: readonly string[]; lists: DetectionLists }
  /** What a scraper shows at /api/metrics; undefined: there are none. */
  metricsToken: string | undefined
  /** How mail leaves; undefined: people are told in the product only. */
  mail: MailSettings | undefined
}

export type ConfigResult = { ok: true; config: Config } | { ok: false; problems: string[] }

function insecureProblems(name: string, address: string): string[] {
  const url = new URL(address)
  return url.protocol === 'http:' && !isThisMachine(url)
    ? [`${name} must use https unless it is on this machine (it is ${url.origin}).`]
    : []
}

function readSigningKey(name: string, file: string): { key: KeyObject } | { problem: string } {
  try {
    const key = createPrivateKey(readFileSync(file))
    if (key.asymmetricKeyType !== 'ed25519') return { problem: `${name} holds a ${key.asymmetricKeyType} key; it must be Ed25519.` }
    return { key }
  } catch {
    return { problem: `${name}: ${file} cannot be read as a private key (PEM).` }
  }
}

/**
 * Validates the whole environment at once: every mistake is one sentence that names its variable, so that a person
 * mends all of them in one go. Values of secrets never appear in a sentence.
 */
export function readConfig(environment: Record<string, string | undefined>): ConfigResult {
  const present = nonEmpty(environment)
  // The CLI's name for it; the JavaScript SDK alone does not read it.
  present.AWS_REGION ??= present.AWS_DEFAULT_REGION
  const parsed = environmentSchema.safeParse(present)
  if (!parsed.success) return { ok: false, problems: sentences(parsed.error) }
  const env = parsed.data
  const groups = parseGroupRoles(env.OIDC_GROUP_ROLES)
  const providers = readProviders(env)
  const mail = readMailSettings(env)
  const signing = readSigningKey('RECORD_SIGNING_KEY_FILE', env.RECORD_SIGNING_KEY_FILE)
  const previous = env.RECORD_PREVIOUS_SIGNING_KEY_FILE === undefined ? undefined : readSigningKey('RECORD_PREVIOUS_SIGNING_KEY_FILE', env.RECORD_PREVIOUS_SIGNING_KEY_FILE)
  const { lists, problems: listProblems } = readDetectionLists(env.DETECTION_LISTS_FILE)
  const { sources: trailSources, problems: sourceProblems } = readTrailSources(env.TRAIL_SOURCES_FILE)
  const problems = [
    ...listProblems,
    ...sourceProblems,
    ...groups.problems.map((problem) => `OIDC_GROUP_ROLES: ${problem}`),
    ...insecureProblems('PUBLIC_URL', env.PUBLIC_URL),
    ...insecureProblems('OIDC_ISSUER', env.OIDC_ISSUER),
    ...(env.OIDC_2_ISSUER ? insecureProblems('OIDC_2_ISSUER', env.OIDC_2_ISSUER) : []),
    ...providers.problems,
    ...mail.problems,
    ...(env.RECORD_ANCHOR_MAIL.length > 0 && !mail.settings && mail.problems.length === 0 ? ['RECORD_ANCHOR_MAIL is set, but no mail server is: set SMTP_URL and MAIL_FROM.'] : []),
    ...(env.AWS_FEDERATION_ENDPOINT ? insecureProblems('AWS_FEDERATION_ENDPOINT', env.AWS_FEDERATION_ENDPOINT) : []),
    ...('problem' in signing ? [signing.problem] : []),
    ...(previous && 'problem' in previous ? [previous.problem] : []),
  ]
  if (problems.length > 0 || !('key' in signing)) return { ok: false, problems }
  return { ok: true, config: { ...shape(env, groups.map, providers.settings), record: { signingKey: signing.key, previousKey: previous && 'key' in previous ? previous.key : undefined, checkpointFile: env.RECORD_CHECKPOINT_FILE }, mail: mail.settings, detection: { ruleFolders: env.DETECTION_RULES, lists }, trailSources } }
}

function shape(env: Environment, groupRoles: GroupRoleMap, oidc: readonly ProviderSettings[]): Omit<Config, 'record' | 'mail' | 'detection' | 'trailSources'> {
  return {
    publicUrl: new URL(env.PUBLIC_URL),
    databaseUrl: env.DATABASE_URL,
    secret: env.LATCHKEY_SECRET,
    previousSecrets: env.LATCHKEY_PREVIOUS_SECRETS,
    oidc,
    firstAdminCode: env.LATCHKEY_FIRST_ADMIN_CODE,
    groupRoles,
    accessHelp: env.ACCESS_HELP,
    signIn: {
      idleMinutes: env.SIGN_IN_IDLE_MINUTES,
      maxMinutes: env.SIGN_IN_MAX_MINUTES,
      groupsMaxAgeMinutes: env.GROUPS_MAX_AGE_MINUTES,
      groupsFreshMinutes: env.GROUPS_FRESH_MINUTES,
    },
    catalogFile: env.CATALOG_FILE,
    aws: {
      region: env.AWS_REGION,
      issuerRoleArn: env.LATCHKEY_ISSUER_ROLE_ARN,
      readerRoleArn: env.LATCHKEY_READER_ROLE_ARN,
      memberReaderRoleName: env.LATCHKEY_MEMBER_READER_ROLE,
      revokerRoleArn: env.LATCHKEY_REVOKER_ROLE_ARN,
      memberRevokerRoleName: env.LATCHKEY_MEMBER_REVOKER_ROLE,
      federationEndpoint: env.AWS_FEDERATION_ENDPOINT ?? `${signInOrigin(env.AWS_REGION)}/federation`,
      managedRolePath: env.LATCHKEY_MANAGED_ROLE_PATH,
    },
    emergencyRole: env.LATCHKEY_EMERGENCY_ROLE,
    identityCenter: env.LATCHKEY_ASSIGNER_ROLE_ARN ? { region: env.IDENTITY_CENTER_REGION ?? env.AWS_REGION, assignerRoleArn: env.LATCHKEY_ASSIGNER_ROLE_ARN, portalUrl: env.IDENTITY_CENTER_PORTAL_URL } : undefined,
    anchor: {
      bucket: env.RECORD_ANCHOR_BUCKET ? { bucket: env.RECORD_ANCHOR_BUCKET, region: env.RECORD_ANCHOR_REGION ?? env.AWS_REGION, prefix: env.RECORD_ANCHOR_PREFIX, retentionDays: env.RECORD_ANCHOR_RETENTION_DAYS } : undefined,
      mailTo: env.RECORD_ANCHOR_MAIL,
    },
    retention: env.RECORD_RETENTION,
    exportsPerPerson: env.EXPORTS_PER_PERSON,
    requestLapseHours: env.REQUEST_LAPSE_HOURS,
    perMinute: { signIns: env.LIMIT_SIGN_INS_PER_MINUTE, requests: env.LIMIT_REQUESTS_PER_MINUTE, decisions: env.LIMIT_DECISIONS_PER_MINUTE, reveals: env.LIMIT_REVEALS_PER_MINUTE },
    trustedProxies: env.TRUSTED_PROXIES,
    trailPollSeconds: env.TRAIL_POLL_SECONDS,
    trailRetentionDays: env.TRAIL_RETENTION_DAYS,
    metricsToken: env.METRICS_TOKEN,
  }
}

/** Reads the process environment: the only reader of it in code that ships. */
export function readProcessConfig(): ConfigResult {
  const result = readConfig(process.env)
  // next-auth takes the portal's address from nowhere else; one variable says it, not two that may differ.
  if (result.ok) process.env.NEXTAUTH_URL = result.config.publicUrl.origin
  return result
}

/** Where the portal says it is; undefined when that is missing or no address, which the start of the process complains of. */
export function publicUrl(): URL | undefined {
  const address = process.env.PUBLIC_URL
  return address && URL.canParse(address) ? new URL(address) : undefined
}

/** Whether this is the built server; `next dev` and the worker alone answer no. */
export const isBuiltServer = (): boolean => process.env.NODE_ENV === 'production'

/** Whether this process works the queue beside serving (the default), or leaves that to `npm run worker`. */
export function workerMode(): 'on' | 'off' {
  return process.env.LATCHKEY_WORKER === 'off' ? 'off' : 'on'
}
