import { z } from 'zod'
import { hostList } from './allowed-hosts.ts'
import { readDatabaseAddress } from './database-address.ts'
import { isMailAddress } from './mail-settings.ts'
import { retentionRules } from './retention.ts'
import { defaultScopes, directoryGroups, secondProviderSchema, withOpenid } from './identity-providers.ts'

const webUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https address' })
const mailAddresses = z
  .string()
  .default('')
  .transform((text) => text.split(',').map((part) => part.trim()).filter(Boolean))
  .refine((addresses) => addresses.every(isMailAddress), { error: 'must hold addresses such as audit@example.com, separated by commas' })

const wholeNumber = (fallback: number, most: number) =>
  z.coerce.number().int('must be a whole number').min(1, 'must be at least 1').max(most, `must be at most ${most}`).default(fallback)

function databaseAddress(text: string, context: z.RefinementCtx): string {
  const address = readDatabaseAddress(text)
  if (address.ok) return address.url
  context.addIssue({ code: 'custom', message: address.problem })
  return z.NEVER
}

/** Names that every account shares with the portal. */
export const accountRoles = {
  LATCHKEY_MEMBER_READER_ROLE: z.string().default('latchkey/latchkey-reader'),
  LATCHKEY_MEMBER_REVOKER_ROLE: z.string().default('latchkey/latchkey-revoker'),
  LATCHKEY_EMERGENCY_ROLE: z.string().regex(/^([\w+=,.@-]+\/)*[\w+=,.@-]{1,55}$/, 'must be the path and name of a role, without a leading slash').optional(),
  LATCHKEY_MANAGED_ROLE_PATH: z.string().regex(/^\/([\w+=,.@-]+\/)+$/, 'must begin and end with "/"').default('/latchkey/'),
}

const identityCenterVariables = {
  LATCHKEY_ASSIGNER_ROLE_ARN: z.string().startsWith('arn:', 'must be the ARN of a role').optional(),
  IDENTITY_CENTER_PORTAL_URL: z.url({ protocol: /^https$/, error: 'must be an https address' }).optional(),
  IDENTITY_CENTER_REGION: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'is not a Region').optional(),
}

export const environmentSchema = z.object({
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
  RECORD_PREVIOUS_SIGNING_KEY_FILE: z.string().optional(),
  RECORD_ANCHOR_BUCKET: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, { error: 'is not the name of a bucket' }).optional(),
  RECORD_ANCHOR_REGION: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: 'is not a Region' }).optional(),
  RECORD_ANCHOR_PREFIX: z.string().regex(/^([^/].*\/)?$/, { error: 'must end with "/" and not begin with it' }).default('latchkey/'),
  RECORD_ANCHOR_RETENTION_DAYS: wholeNumber(2_555, 36_500),
  RECORD_ANCHOR_MAIL: mailAddresses,
  RECORD_CHECKPOINT_FILE: z.string({ error: 'is not set: a file outside the database that checkpoints are appended to' }),
  RECORD_RETENTION: retentionRules,
  EXPORTS_PER_PERSON: wholeNumber(5, 100),
  REQUEST_LAPSE_HOURS: wholeNumber(72, 720),
  LIMIT_SIGN_INS_PER_MINUTE: wholeNumber(300, 1_000_000),
  LIMIT_REQUESTS_PER_MINUTE: wholeNumber(10, 1_000_000),
  LIMIT_DECISIONS_PER_MINUTE: wholeNumber(60, 1_000_000),
  LIMIT_REVEALS_PER_MINUTE: wholeNumber(10, 1_000_000),
  TRUSTED_PROXIES: z.coerce.number().int('must be a whole number').min(0, 'must be at least 0').max(5, 'must be at most 5').default(0),
  TRAIL_POLL_SECONDS: wholeNumber(10, 60),
  TRAIL_SOURCES_FILE: z.string().optional(),
  TRAIL_RETENTION_DAYS: wholeNumber(400, 3_660).refine((days) => days >= 7, 'must be at least 7'),
  DETECTION_RULES: z.string().default('').transform((list) => list.split(',').map((folder) => folder.trim()).filter(Boolean)),
  DETECTION_LISTS_FILE: z.string().optional(),
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

export type Environment = z.infer<typeof environmentSchema>

/** What is set; an empty value counts as not set. */
export const nonEmpty = (environment: Record<string, string | undefined>): Record<string, string | undefined> => Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))

/** One sentence for each mistake, beginning with the variable's name. */
export const sentences = (error: z.ZodError): string[] => error.issues.map(({ path, message }) => `${String(path[0])} ${/^(is|must|has|names)\b/.test(message) ? message : `is not valid: ${message}`}.`)
