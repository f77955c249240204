import { z } from 'zod'
import { proofCalls } from '#lib/aws/proof-call.ts'
import { approvalSchema } from './approval-schema.ts'
import { environments } from './environments.ts'

export const useCases = ['developer', 'api', 'third_party'] as const
export const riskTiers = ['low', 'medium', 'high'] as const
export type RiskTier = (typeof riskTiers)[number]

const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{1,62}$/, 'must be 2 to 63 lower-case letters, digits or hyphens')
const groups = z.array(z.string().min(1)).min(1, 'must name at least one group')
const arn = z.string().regex(/^arn:aws(-cn|-us-gov)?:/, 'must be an ARN')

/** One role exactly: a wildcard here would open the way on that every session policy closes. */
const roleArn = z.string().regex(/^arn:aws(-cn|-us-gov)?:iam::\d{12}:role\/[\w+=,.@/-]+$/, 'must be the ARN of one role, without wildcards')

const accountSchema = z.strictObject({
  id: z.string({ error: 'must be the twelve digits of the account, in quotes' }).regex(/^\d{12}$/, 'must be the twelve digits of the account, in quotes'),
  name: slug,
  environment: z.enum(environments),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a Region such as eu-central-1'),
})

/** A statement of the scope: what leases of this profile may do at most. Deny is not written here; the portal adds it. */
const scopeStatementSchema = z.strictObject({
  actions: z.array(z.string().regex(/^(\*|[a-z0-9-]+:[\w*?]+)$/i, 'must be service:Action')).min(1),
  resources: z.array(z.string().min(1)).min(1).default(['*']),
})

export const accessSchema = z.strictObject({
  kind: z.literal('sts_role', { error: 'must be "sts_role"; identity_center and third_party_trust are not offered yet' }),
  /** Path and name of the role in the account, e.g. latchkey/payments-read. */
  role: z.string().regex(/^[\w+=,.@/-]{1,128}$/, 'must be the path and name of a role, without a leading slash'),
  /** What the role's trust policy demands as sts:ExternalId; the issuer sends it. */
  externalId: z.string().regex(/^[\w+=,.@:/-]{2,1224}$/, 'must be 2 to 1224 letters, digits or +=,.@:/-').optional(),
  onwardRoles: z.array(roleArn).max(4).default([]),
  scope: z.array(scopeStatementSchema).max(4).default([]),
  expected: z
    .strictObject({ managedPolicies: z.array(arn).default([]), inlinePolicies: z.array(z.string()).default([]), boundary: arn.nullable().default(null) })
    .optional(),
})

/** What somebody has to have proven before an action: at most so long ago (`max_age`), in one of these ways (`acr_values`). */
const authenticationSchema = z
  .strictObject({ maxAgeMinutes: z.int().min(1, 'must be at least 1').max(1_440, 'must be at most 1440 (a day)').optional(), acrValues: z.array(z.string().regex(/^[\x21-\x7e]+$/, 'must be one word')).max(5).default([]) })
  .refine((need) => need.maxAgeMinutes !== undefined || need.acrValues.length > 0, 'must say maxAgeMinutes, acrValues or both')

export const profileSchema = z.strictObject({
  id: slug,
  title: z.string().min(3).max(80),
  description: z.string().min(10).max(400),
  account: slug,
  useCase: z.enum(useCases),
  riskTier: z.enum(riskTiers),
  access: accessSchema,
  limits: z.strictObject({
    maxDurationMinutes: z.int().min(5, 'must be at least 5').max(10_080, 'must be at most 10080 (a week)'),
    leaseMinutes: z.int().min(15, 'must be at least 15: AWS mints nothing shorter').max(720, 'must be at most 720: AWS mints nothing longer').default(60),
  }),
  request: z.strictObject({
    groups,
    ticket: z.enum(['required', 'optional', 'none']).default('none'),
    justificationMinLength: z.int().min(10).max(200).default(20),
  }),
  approval: approvalSchema,
  /** Who answers for the profile; rules name them as `owners: true`. */
  owners: z.strictObject({ groups: z.array(z.string().min(1)).default([]), people: z.array(z.string().min(1)).default([]) }).optional(),
  /** Immediate access in an emergency: no decision before, a review after. */
  breakGlass: z
    .strictObject({
      groups,
      maxDurationMinutes: z.int().min(5).max(240, 'must be at most 240: emergencies are short').default(60),
      reviewWithinHours: z.int().min(1).max(168).default(24),
      reviewers: groups,
    })
    .optional(),
  /** Only these groups see the profile until it is offered to everybody in `request.groups`. */
  pilot: z.strictObject({ groups }).optional(),
  freshAuthentication: z.strictObject({ reveal: authenticationSchema.optional(), decide: authenticationSchema.optional() }).optional(),
  proof: z.strictObject({ call: z.enum(proofCalls) }),
})

export const catalogSchema = z.strictObject({
  version: z.literal(1),
  accounts: z.array(accountSchema).min(1, 'must list at least one account'),
  profiles: z.array(profileSchema).min(1, 'must list at least one profile: an empty list would withdraw everything'),
})

export type CatalogAccount = z.infer<typeof accountSchema>
export type ProfileDefinition = z.infer<typeof profileSchema>
export type Catalog = z.infer<typeof catalogSchema>
