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

const rolePath = z.string().regex(/^[\w+=,.@/-]{1,128}$/, 'must be the path and name of a role, without a leading slash')
const scope = z.array(scopeStatementSchema).max(4).default([])
const expected = z
  .strictObject({ managedPolicies: z.array(arn).default([]), inlinePolicies: z.array(z.string()).default([]), boundary: arn.nullable().default(null) })
  .optional()

/** Short credentials of a role, minted by the portal for the holder of a grant. */
const stsRoleSchema = z.strictObject({
  kind: z.literal('sts_role'),
  /** Path and name of the role in the account, e.g. latchkey/payments-read. */
  role: rolePath,
  /** What the role's trust policy demands as sts:ExternalId; the issuer sends it. */
  externalId: z.string().regex(/^[\w+=,.@:/-]{2,1224}$/, 'must be 2 to 1224 letters, digits or +=,.@:/-').optional(),
  onwardRoles: z.array(roleArn).max(4).default([]),
  scope,
  expected,
})

/** An assignment in IAM Identity Center, for the requester's own user there or for a group. */
const identityCenterSchema = z.strictObject({
  kind: z.literal('identity_center'),
  /** Name or ARN. */
  permissionSet: z.string().min(1).max(256),
  principal: z.union([z.literal('user'), z.strictObject({ group: z.string().min(1).max(1_024) })], { error: 'must be "user" or { group: name }' }).default('user'),
  /** How long AWS lets credentials of the permission set live after the assignment is gone. */
  sessionDurationMinutes: z.int().min(60, 'must be at least 60').max(720, 'must be at most 720'),
})

/**
 * A role of one vendor, which takes it on from its own account while a grant lasts. Whose account that is stands here and
 * never in a request; the sts:ExternalId is made by the portal and stands nowhere in the file.
 */
const thirdPartyTrustSchema = z.strictObject({
  kind: z.literal('third_party_trust'),
  role: rolePath,
  vendorAccount: z.string({ error: 'must be the twelve digits of the vendor\'s account, in quotes' }).regex(/^\d{12}$/, 'must be the twelve digits of the vendor\'s account, in quotes'),
  /** One role or user of the vendor's account; the whole account when absent. */
  vendorPrincipal: z.string().regex(/^arn:aws(-cn|-us-gov)?:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/, 'must be the ARN of one role or user, without wildcards').optional(),
  scope,
  expected,
})

export const accessSchema = z.discriminatedUnion('kind', [stsRoleSchema, identityCenterSchema, thirdPartyTrustSchema], { error: 'must be "sts_role", "identity_center" or "third_party_trust"' })

export type Access = z.infer<typeof accessSchema>
export type StsRoleAccess = Extract<Access, { kind: 'sts_role' }>
export type VendorAccess = Extract<Access, { kind: 'third_party_trust' }>
/** Access to a role that the catalogue's templates make and the portal reads in its account. */
export type RoleAccess = StsRoleAccess | VendorAccess

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
    /** Of a vendor's role: how long one of the vendor's sessions lasts at most. */
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
  /** A critical finding about a grant of this profile revokes it at once, without asking anybody. */
  revokeOnCriticalFinding: z.boolean().optional(),
  /** The harmless call that shows that credentials work; only where the portal mints them. */
  proof: z.strictObject({ call: z.enum(proofCalls) }).optional(),
})

export const catalogSchema = z.strictObject({
  version: z.literal(1),
  accounts: z.array(accountSchema).min(1, 'must list at least one account'),
  profiles: z.array(profileSchema).min(1, 'must list at least one profile: an empty list would withdraw everything'),
})

export type CatalogAccount = z.infer<typeof accountSchema>
export type ProfileDefinition = z.infer<typeof profileSchema>
export type Catalog = z.infer<typeof catalogSchema>
