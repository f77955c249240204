import type { NamedPolicy, PolicyDocument } from './document.ts'
import { evaluateLayer } from './evaluate-layer.ts'
import type { LayerRequest, LayerResult, PolicyKind, StatementReference } from './evaluate-layer.ts'
import type { PrincipalIdentity } from './principals.ts'
import { contextLookup } from './request-context.ts'
import type { RequestContext } from './request-context.ts'

export type AccessRequest = {
  readonly principal: PrincipalIdentity
  /** `s3:GetObject`, in any case. */
  readonly action: string
  /** An ARN, or `*` for actions that have no resource. */
  readonly resource: string
  readonly resourceAccountId: string
  readonly context: RequestContext
}

/** `serviceControl`: one list per level (root, each OU, the account); every level must allow. Leave out what is absent. */
export type AccessPolicies = {
  readonly identity: readonly NamedPolicy[]
  readonly boundary?: NamedPolicy
  readonly session?: readonly NamedPolicy[]
  readonly resource?: NamedPolicy
  readonly serviceControl?: readonly (readonly NamedPolicy[])[]
}

export type AllowedDecision = { readonly decision: 'allowed'; readonly allowedBy: readonly StatementReference[] }
export type ExplicitDenyDecision = { readonly decision: 'explicitDeny'; readonly reason: string } & StatementReference
export type ImplicitDenyDecision = {
  readonly decision: 'implicitDeny'
  /** The layers that would have to allow and do not; never empty. */
  readonly missing: readonly PolicyKind[]
  /** One sentence. */
  readonly reason: string
}
export type AccessDecision = AllowedDecision | ExplicitDenyDecision | ImplicitDenyDecision

/** The trust side alone: `identityAllowRequired` says whether the caller's own policies must allow as well. */
export type TrustDecision =
  | (AllowedDecision & { readonly identityAllowRequired: boolean })
  | ExplicitDenyDecision
  | ImplicitDenyDecision

type Layers = {
  readonly serviceControl: readonly LayerResult[]
  readonly resource: LayerResult
  readonly identity: LayerResult
  readonly boundary: LayerResult | undefined
  readonly session: LayerResult | undefined
}

const kindNames: Readonly<Record<PolicyKind, string>> = {
  identity: 'identity-based policy',
  boundary: 'permissions boundary',
  session: 'session policy',
  resource: 'resource-based policy',
  serviceControl: 'service control policy',
}

function layerRequest(request: AccessRequest): LayerRequest {
  const { principal, action, resource, context, resourceAccountId } = request
  const lookup = contextLookup(context, principal, resourceAccountId)
  return { principal, lowerCaseAction: action.toLowerCase(), resource, lookup }
}

/** No account's identity policies or SCPs stand behind these callers: the resource policy alone decides. */
function hasIdentitySide(principal: PrincipalIdentity): boolean {
  if (principal.kind === 'federated') return principal.arn.includes(':federated-user/')
  return principal.kind !== 'service' && principal.kind !== 'anonymous'
}

/**
 * SCPs limit the principals of member accounts, but not their service-linked roles. That they do not limit the
 * management account is a fact of the organisation: for its principals the caller gives none.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html#not-restricted-by-scp
 */
function underServiceControl(principal: PrincipalIdentity): boolean {
  return hasIdentitySide(principal) && !/:role\/aws-service-role\//.test(principal.roleArn ?? principal.arn)
}

function evaluateLayers(request: AccessRequest, policies: AccessPolicies): Layers {
  const asked = layerRequest(request)
  const { boundary, session, resource } = policies
  const serviceControl = underServiceControl(request.principal) ? (policies.serviceControl ?? []) : []
  return {
    serviceControl: serviceControl.map((level) => evaluateLayer('serviceControl', level, asked)),
    resource: evaluateLayer('resource', resource ? [resource] : [], asked),
    identity: evaluateLayer('identity', policies.identity, asked),
    boundary: boundary && evaluateLayer('boundary', [boundary], asked),
    session: session && evaluateLayer('session', session, asked),
  }
}

const presentLayers = (layers: Layers): LayerResult[] =>
  [...layers.serviceControl, layers.resource, layers.identity, layers.boundary, layers.session].filter(
    (layer) => layer !== undefined,
  )

/**
 * Role trust policies and KMS key policies must always allow: no identity policy can stand in for them.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
 */
function resourceSideAlwaysNeeded({ action, resource }: AccessRequest): boolean {
  if (/^arn:[^:]+:kms:[^:]*:[^:]*:key\//u.test(resource)) return /^kms:/iu.test(action)
  return /^arn:[^:]+:iam::[^:]*:role\//u.test(resource) && /^sts:/iu.test(action)
}

/** The kinds that have to allow this request and do not. */
function missingKinds(request: AccessRequest, layers: Layers): PolicyKind[] {
  const { principal } = request
  const granted = layers.resource.reach
  if (!hasIdentitySide(principal)) return granted ? [] : ['resource']
  const sameAccount = principal.accountId === request.resourceAccountId
  const missing: PolicyKind[] = []
  if (layers.serviceControl.some((level) => level.allowed.length === 0)) missing.push('serviceControl')
  if (!granted && (!sameAccount || resourceSideAlwaysNeeded(request))) missing.push('resource')
  if (sameAccount && granted === 'caller') return missing
  const identityGrants = (sameAccount && granted === 'role') || principal.kind === 'root'
  if (!identityGrants && layers.identity.allowed.length === 0) missing.push('identity')
  if (layers.boundary?.allowed.length === 0) missing.push('boundary')
  if (layers.session?.allowed.length === 0) missing.push('session')
  return missing
}

function explicitDeny(reference: StatementReference, action: string): ExplicitDenyDecision {
  const statement = reference.sid ?? `statement ${reference.statementIndex + 1}`
  const reason = `The ${kindNames[reference.policyKind]} "${reference.policyName}" (${statement}) denies ${action} explicitly.`
  return { decision: 'explicitDeny', ...reference, reason }
}

function implicitDeny(missing: readonly PolicyKind[], { action, resource }: AccessRequest): ImplicitDenyDecision {
  const names = missing.map((kind) => `no ${kindNames[kind]}`).join(' and ')
  return { decision: 'implicitDeny', missing, reason: `Because ${names} allows ${action} on ${resource}.` }
}

/**
 * Decides one request as AWS does. An explicit deny in any layer wins. Then every SCP level must allow. In the same
 * account the identity policies or the resource policy must allow; boundary and session policies limit the former, and
 * the latter as far as it names the caller only through its role (boundary, session) or its account (then the identity
 * policies must allow too). Across accounts both sides must allow. A role's trust policy and a KMS key's policy must
 * always allow. The root user needs no identity policy. Services, anonymous callers and callers with an identity
 * provider's token have no identity side.
 *
 * Role assumption is one request per action (`sts:AssumeRole`, and `sts:TagSession` or `sts:SetSourceIdentity` where
 * used) on the role's ARN, `resource` being the role's trust policy and the other layers the caller's. That
 * `sts:GetCallerIdentity` succeeds even against an explicit deny, and that the root user cannot assume roles, are rules
 * of STS and not of policies: its emulation owns them.
 *
 * Throws only if a document has a condition operator AWS does not know (`parsePolicy` refuses those).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
 */
export function evaluateAccess(request: AccessRequest, policies: AccessPolicies): AccessDecision {
  const layers = evaluateLayers(request, policies)
  const present = presentLayers(layers)
  const denied = present.find((layer) => layer.denied)?.denied
  if (denied) return explicitDeny(denied, request.action)
  const missing = missingKinds(request, layers)
  if (missing.length > 0) return implicitDeny(missing, request)
  return { decision: 'allowed', allowedBy: present.flatMap((layer) => layer.allowed) }
}

/**
 * What a role's trust policy alone says to `sts:AssumeRole…`. Same-account callers that it names directly (or through
 * their role's ARN) need nothing more; where it names their account, or the account is another one, their own policies
 * must allow too (`identityAllowRequired`): use {@link evaluateAccess} with the trust policy as `resource` for the whole
 * answer, boundaries and session policies included.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html
 */
export function evaluateTrust(request: AccessRequest, trust: PolicyDocument): TrustDecision {
  const named: NamedPolicy = { name: 'trust policy', document: trust }
  const layer = evaluateLayer('resource', [named], layerRequest(request))
  if (layer.denied) return explicitDeny(layer.denied, request.action)
  if (layer.reach === undefined) return implicitDeny(['resource'], request)
  const foreign = request.principal.accountId !== request.resourceAccountId
  const identityAllowRequired = hasIdentitySide(request.principal) && (foreign || layer.reach === 'account')
  return { decision: 'allowed', allowedBy: layer.allowed, identityAllowRequired }
}
