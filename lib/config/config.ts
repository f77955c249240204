import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { hostList, isThisMachine } from './allowed-hosts.ts'
import { defaultScopes, directoryGroups, type ProviderSettings, readProviders, secondProviderSchema, withOpenid } from './identity-providers.ts'
import { type MailSettings, readMailSettings } from './mail-settings.ts'
import { readDatabaseAddress } from './database-address.ts'
import { type GroupRoleMap, parseGroupRoles } from './portal-roles.ts'

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
  identityCenter: { region: string; assignerRoleArn: string } | undefined
  record: { signingKey: KeyObject; checkpointFile: string }
  requestLapseHours: number
  /** How often one person, or for sign-ins one address, may do something within a minute. */
  perMinute: { signIns: number; requests: number; decisions: number; reveals: number }
  /** Proxies in front of the portal that add to X-Forwarded-For; 0: none, and the header is not believed. */
  trustedProxies: number
  /** Between two questions to CloudTrail about a grant in use. */
  trailPollSeconds: number
  /** What a scraper shows at /api/metrics; undefined: there are none. */
  metricsToken: string | undefined
  /** How mail leaves; undefined: people are told in the product only. */
  mail: MailSettings | undefined
}

const webUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https address' })
const wholeNumber = (fallback: number, most: number) =>
  z.coerce.number().int('must be a whole number').min(1, 'must be at least 1').max(most, `must be at most ${most}`).default(fallback)

function databaseAddress(text: string, context: z.RefinementCtx): string {
  const address = readDatabaseAddress(text)
  if (address.ok) return address.url
  context.addIssue({ code: 'custom', message: address.problem })
  return z.NEVER
}

/** Names that every account shares with the portal. */
const accountRoles = {
  LATCHKEY_MEMBER_READER_ROLE: z.string().default('latchkey/latchkey-reader'),
  LATCHKEY_MEMBER_REVOKER_ROLE: z.string().default('latchkey/latchkey-revoker'),
  LATCHKEY_EMERGENCY_ROLE: z.string().regex(/^([\w+=,.@-]+\/)*[\w+=,.@-]{1,55}$/, 'must be the path and name of a role, without a leading slash').optional(),
  LATCHKEY_MANAGED_ROLE_PATH: z.string().regex(/^\/([\w+=,.@-]+\/)+$/, 'must begin and end with "/"').default('/latchkey/'),
}

const identityCenterVariables = {
  LATCHKEY_ASSIGNER_ROLE_ARN: z.string().startsWith('arn:', 'must be the ARN of a role').optional(),
  IDENTITY_CENTER_REGION: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'is not a Region').optional(),
}

const environmentSchema = z.object({
  PUBLIC_URL: webUrl,
  DATABASE_URL: z.string({ error: 'is not set' }).transform(databaseAddress),
  LATCHKEY_SECRET: z.string({ error: 'is not set' }).min(32, 'must be at least 32 characters; make one with: openssl rand -base64 48'),
  LATCHKEY_PREVIOUS_SECRETS: z
    .string()
    .default('')
    .transform((list) => list.split(',').map((secret) => secret.trim()).filter(Boolean))
    .refine((secrets) => secrets.every((secret) => secret.length >= 32), 'must be former values of LATCHKEY_SECRET, separated by commas'),
  OIDC_ISSUER: webUrl,
  OIDC_CLIENT_ID: z.string({ error: 'is not set' }).min(1, 'is empty'),
  OIDC_CLIENT_SECRET: z.string({ error: 'is not set' }).min(1, 'is empty'),
  OIDC_SCOPES: z.string().default(defaultScopes).refine(withOpenid, 'must contain "openid"'),
  OIDC_GROUPS_CLAIM: z.string().min(1).default('groups'),
  OIDC_NAME: z.string().max(40, 'must be at most 40 characters').default('single sign-on'),
  OIDC_SIGN_IN_ORIGINS: z.string().default(''),
  OIDC_ALLOWED_HOSTS: hostList,
  OIDC_DIRECTORY_GROUPS: directoryGroups,
  OIDC_PERSON_CLAIM: z.string().min(1).optional(),
  OIDC_MANAGER_CLAIM: z.string().min(1).optional(),
  OUTGOING_PRIVATE_HOSTS: hostList,
  ...secondProviderSchema,
  LATCHKEY_FIRST_ADMIN_CODE: z.string().min(32, 'must be at least 32 characters; make one with: openssl rand -base64 32').optional(),
  OIDC_GROUP_ROLES: z.string({ error: 'is not set' }),
  ACCESS_HELP: z.string().default('the people who run Latchkey in your company'),
  SIGN_IN_IDLE_MINUTES: wholeNumber(60, 1440),
  SIGN_IN_MAX_MINUTES: wholeNumber(720, 10_080),
  GROUPS_MAX_AGE_MINUTES: wholeNumber(15, 15),
  GROUPS_FRESH_MINUTES: wholeNumber(5, 5),
  CATALOG_FILE: z.string({ error: 'is not set' }).min(1, 'is empty'),
  AWS_REGION: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'is not a Region').default('us-east-1'),
  LATCHKEY_ISSUER_ROLE_ARN: z.string().startsWith('arn:', 'must be the ARN of a role').optional(),
  LATCHKEY_READER_ROLE_ARN: z.string().startsWith('arn:', 'must be the ARN of a role').optional(),
  LATCHKEY_REVOKER_ROLE_ARN: z.string().startsWith('arn:', 'must be the ARN of a role').optional(),
  ...identityCenterVariables,
  ...accountRoles,
  AWS_FEDERATION_ENDPOINT: webUrl.optional(),
  RECORD_SIGNING_KEY_FILE: z.string({ error: 'is not set: the file of an Ed25519 private key (PEM); make one with: openssl genpkey -algorithm ed25519' }),
  RECORD_CHECKPOINT_FILE: z.string({ error: 'is not set: a file outside the database that checkpoints are appended to' }),
  REQUEST_LAPSE_HOURS: wholeNumber(72, 720),
  LIMIT_SIGN_INS_PER_MINUTE: wholeNumber(300, 1_000_000),
  LIMIT_REQUESTS_PER_MINUTE: wholeNumber(10, 1_000_000),
  LIMIT_DECISIONS_PER_MINUTE: wholeNumber(60, 1_000_000),
  LIMIT_REVEALS_PER_MINUTE: wholeNumber(10, 1_000_000),
  TRUSTED_PROXIES: z.coerce.number().int('must be a whole number').min(0, 'must be at least 0').max(5, 'must be at most 5').default(0),
  TRAIL_POLL_SECONDS: wholeNumber(10, 60),
  METRICS_TOKEN: z.string().min(16, 'must be at least 16 characters; make one with: openssl rand -hex 24').optional(),
  SMTP_URL: z.string().optional(),
  SMTP_HOST: z.string().optional(),
  SMTP_PORT: z.coerce.number().int('must be a whole number').min(1, 'must be at least 1').max(65_535, 'must be at most 65535').optional(),
  SMTP_USER: z.string().optional(),
  SMTP_PASSWORD: z.string().optional(),
  SMTP_SECURE: z.enum(['true', 'false'], { error: 'must be "true" (TLS from the start) or "false" (STARTTLS)' }).optional(),
  SMTP_PLAINTEXT: z.literal('allowed', { error: 'must be "allowed" or not set' }).optional(),
  MAIL_FROM: z.string().optional(),
})

export type ConfigResult = { ok: true; config: Config } | { ok: false; problems: string[] }

function insecureProblems(name: string, address: string): string[] {
  const url = new URL(address)
  return url.protocol === 'http:' && !isThisMachine(url)
    ? [`${name} must use https unless it is on this machine (it is ${url.origin}).`]
    : []
}

function readSigningKey(file: string): { key: KeyObject } | { problem: string } {
  try {
    const key = createPrivateKey(readFileSync(file))
    if (key.asymmetricKeyType !== 'ed25519') return { problem: `RECORD_SIGNING_KEY_FILE holds a ${key.asymmetricKeyType} key; it must be Ed25519.` }
    return { key }
  } catch {
    return { problem: `RECORD_SIGNING_KEY_FILE: ${file} cannot be read as a private key (PEM).` }
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
  if (!parsed.success) {
    return { ok: false, problems: parsed.error.issues.map((issue) => `${String(issue.path[0])} ${describe(issue.message)}.`) }
  }
  const env = parsed.data
  const groups = parseGroupRoles(env.OIDC_GROUP_ROLES)
  const providers = readProviders(env)
  const mail = readMailSettings(env)
  const signing = readSigningKey(env.RECORD_SIGNING_KEY_FILE)
  const problems = [
    ...groups.problems.map((problem) => `OIDC_GROUP_ROLES: ${problem}`),
    ...insecureProblems('PUBLIC_URL', env.PUBLIC_URL),
    ...insecureProblems('OIDC_ISSUER', env.OIDC_ISSUER),
    ...(env.OIDC_2_ISSUER ? insecureProblems('OIDC_2_ISSUER', env.OIDC_2_ISSUER) : []),
    ...providers.problems,
    ...mail.problems,
    ...(env.AWS_FEDERATION_ENDPOINT ? insecureProblems('AWS_FEDERATION_ENDPOINT', env.AWS_FEDERATION_ENDPOINT) : []),
    ...('problem' in signing ? [signing.problem] : []),
  ]
  if (problems.length > 0 || !('key' in signing)) return { ok: false, problems }
  return { ok: true, config: { ...shape(env, groups.map, signing.key, providers.settings), mail: mail.settings } }
}

const nonEmpty = (environment: Record<string, string | undefined>): Record<string, string | undefined> => Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))

const describe = (message: string): string => (/^(is|must|has|names)\b/.test(message) ? message : `is not valid: ${message}`)

function shape(env: z.infer<typeof environmentSchema>, groupRoles: GroupRoleMap, signingKey: KeyObject, oidc: readonly ProviderSettings[]): Omit<Config, 'mail'> {
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
    identityCenter: env.LATCHKEY_ASSIGNER_ROLE_ARN ? { region: env.IDENTITY_CENTER_REGION ?? env.AWS_REGION, assignerRoleArn: env.LATCHKEY_ASSIGNER_ROLE_ARN } : undefined,
    record: { signingKey, checkpointFile: env.RECORD_CHECKPOINT_FILE },
    requestLapseHours: env.REQUEST_LAPSE_HOURS,
    perMinute: { signIns: env.LIMIT_SIGN_INS_PER_MINUTE, requests: env.LIMIT_REQUESTS_PER_MINUTE, decisions: env.LIMIT_DECISIONS_PER_MINUTE, reveals: env.LIMIT_REVEALS_PER_MINUTE },
    trustedProxies: env.TRUSTED_PROXIES,
    trailPollSeconds: env.TRAIL_POLL_SECONDS,
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

export type TemplateSettings = { catalogFile: string | undefined; managedRolePath: string; memberReaderRole: string; memberRevokerRole: string; emergencyRole: string | undefined }

/** What the templates for AWS need of the environment: no database, no provider, no secret. */
export function readTemplateSettings(): { ok: true; settings: TemplateSettings } | { ok: false; problems: string[] } {
  const parsed = z.object({ CATALOG_FILE: z.string().optional(), ...accountRoles }).safeParse(nonEmpty(process.env))
  if (!parsed.success) return { ok: false, problems: parsed.error.issues.map((issue) => `${String(issue.path[0])} ${describe(issue.message)}.`) }
  const { CATALOG_FILE, LATCHKEY_MANAGED_ROLE_PATH, LATCHKEY_MEMBER_READER_ROLE, LATCHKEY_MEMBER_REVOKER_ROLE, LATCHKEY_EMERGENCY_ROLE } = parsed.data
  return { ok: true, settings: { catalogFile: CATALOG_FILE, managedRolePath: LATCHKEY_MANAGED_ROLE_PATH, memberReaderRole: LATCHKEY_MEMBER_READER_ROLE, memberRevokerRole: LATCHKEY_MEMBER_REVOKER_ROLE, emergencyRole: LATCHKEY_EMERGENCY_ROLE } }
}

/** Whether this is the built server; `next dev` and the worker alone answer no. */
export const isBuiltServer = (): boolean => process.env.NODE_ENV === 'production'

/** Whether this process works the queue beside serving (the default), or leaves that to `npm run worker`. */
export function workerMode(): 'on' | 'off' {
  return process.env.LATCHKEY_WORKER === 'off' ? 'off' : 'on'
}

/** The console's sign-in of the partition that a Region belongs to. */
function signInOrigin(region: string): string {
  if (region.startsWith('cn-')) return 'https://signin.amazonaws.cn'
  return region.startsWith('us-gov-') ? 'https://signin.amazonaws-us-gov.com' : 'https://signin.aws.amazon.com'
}

/** Origins outside the portal that its forms may end up at: the identity providers', the AWS sign-in page's and the console's. */
export function formTargets(): string[] {
  const console = process.env.AWS_FEDERATION_ENDPOINT || signInOrigin(process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || '')
  const addresses = [process.env.OIDC_ISSUER, process.env.OIDC_2_ISSUER, ...(process.env.OIDC_SIGN_IN_ORIGINS ?? '').split(' '), console]
  return [...new Set(addresses.flatMap((address) => (address && URL.canParse(address) ? [formTarget(new URL(address))] : [])))]
}

/** AWS's sign-in page sends on to the console of a Region, a sister host; browsers hold that redirect against the policy too. */
const formTarget = ({ origin, protocol, hostname }: URL): string => (hostname.startsWith('signin.') ? `${protocol}//*.${hostname.slice('signin.'.length)}` : origin)
