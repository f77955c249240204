import type { Access } from '../core/authorize.ts'
import { AwsError } from '../core/errors.ts'
import { optionalText, requiredText } from '../core/input.ts'
import type { Call, Operation, Outcome, Service } from '../core/operation.ts'
import { pageOf } from '../core/paging.ts'
import type { XmlValue } from '../core/xml.ts'
import type { OrganizationState, ServiceControlPolicyState } from './state.ts'

/** Lists of Organizations hold at most 20. https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html */
const most = 20

function organizationOf({ world }: Call): OrganizationState {
  const { organization } = world.state
  if (!organization) throw new AwsError('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.')
  return organization
}

/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html: of the members only delegated administrators may ask. */
function asManager(call: Call): OrganizationState {
  const organization = organizationOf(call)
  if (![organization.managementAccountId, ...organization.delegatedAdministrators].includes(call.caller.accountId)) {
    throw new AwsError('AccessDeniedException', "You don't have permissions to access this resource.")
  }
  return organization
}

const arnOf = ({ managementAccountId, id }: OrganizationState, kind: string, own: string): string => `arn:aws:organizations::${managementAccountId}:${kind}/${id}/${own}`
const placeKind = (id: string): string => (id.startsWith('r-') ? 'root' : id.startsWith('ou-') ? 'ou' : 'account')

/** The place or policy that a field names. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html */
const on = (field: string) => (call: Call): Access => {
  const id = optionalText(call.input, field) ?? '*'
  const { organization } = call.world.state
  const policyArn = id === 'p-FullAWSAccess' ? 'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess' : organization && arnOf(organization, 'policy', `service_control_policy/${id}`)
  const placeArn = organization && arnOf(organization, placeKind(id), id)
  return { action: `organizations:${call.action}`, resource: (id.startsWith('p-') ? policyArn : placeArn) ?? '*' }
}
const onAll = (call: Call): Access => ({ action: `organizations:${call.action}`, resource: '*' })

function account(call: Call, organization: OrganizationState, id: string): XmlValue {
  const name = call.world.state.accounts[id]?.name ?? id
  const joined = organization.joinedAt[id]
  return { Id: id, Arn: arnOf(organization, 'account', id), Email: emailOf(name), Name: name, Status: 'ACTIVE', State: 'ACTIVE', JoinedMethod: 'CREATED', JoinedTimestamp: joined === undefined ? undefined : new Date(joined) }
}
const emailOf = (name: string): string => `aws+${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}@example.com`

function describeOrganization(call: Call): Outcome {
  const organization = organizationOf(call)
  const { managementAccountId, id } = organization
  return {
    output: {
      Organization: {
        Id: id,
        Arn: `arn:aws:organizations::${managementAccountId}:organization/${id}`,
        FeatureSet: 'ALL',
        MasterAccountArn: arnOf(organization, 'account', managementAccountId),
        MasterAccountId: managementAccountId,
        MasterAccountEmail: emailOf(call.world.state.accounts[managementAccountId]?.name ?? managementAccountId),
        AvailablePolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
      },
    },
  }
}

function listOf<Item>(call: Call, name: string, items: readonly Item[], shape: (item: Item) => XmlValue): Outcome {
  const page = pageOf(call.input, items, most)
  return { output: { [name]: page.items.map(shape), NextToken: page.NextToken } }
}

/** The root or unit that is asked about. */
function parentOf(call: Call, organization: OrganizationState): string {
  const id = requiredText(call.input, 'ParentId')
  if (id !== organization.rootId && !organization.units[id]) throw new AwsError('ParentNotFoundException', "You specified parent that doesn't exist.")
  return id
}

function listParents(call: Call): Outcome {
  const organization = asManager(call)
  const child = requiredText(call.input, 'ChildId')
  const parent = organization.parents[child] ?? organization.units[child]?.parentId
  if (parent === undefined) throw new AwsError('ChildNotFoundException', "You specified a child that doesn't exist.")
  return { output: { Parents: [{ Id: parent, Type: parent === organization.rootId ? 'ROOT' : 'ORGANIZATIONAL_UNIT' }] } }
}

function policySummary(organization: OrganizationState, { id, name, description, awsManaged }: ServiceControlPolicyState): XmlValue {
  const Arn = awsManaged ? `arn:aws:organizations::aws:policy/service_control_policy/${id}` : arnOf(organization, 'policy', `service_control_policy/${id}`)
  return { Id: id, Arn, Name: name, Description: description, Type: 'SERVICE_CONTROL_POLICY', AwsManaged: awsManaged }
}

function listPoliciesForTarget(call: Call): Outcome {
  const organization = asManager(call)
  const attached = organization.attached[requiredText(call.input, 'TargetId')]
  if (!attached) throw new AwsError('TargetNotFoundException', "You specified a target that doesn't exist.")
  if (requiredText(call.input, 'Filter') !== 'SERVICE_CONTROL_POLICY') throw new AwsError('InvalidInputException', 'The local AWS has policies of the type SERVICE_CONTROL_POLICY only.')
  return listOf(call, 'Policies', attached, (id) => policySummary(organization, organization.policies[id]!))
}

function describePolicy(call: Call): Outcome {
  const organization = asManager(call)
  const policy = organization.policies[requiredText(call.input, 'PolicyId')]
  if (!policy) throw new AwsError('PolicyNotFoundException', "You specified a policy that doesn't exist.")
  return { output: { Policy: { PolicySummary: policySummary(organization, policy), Content: policy.content } } }
}

const read = (access: Operation['access'], run: Operation['run']): Operation => ({ readOnly: true, access, run })

/** JSON 1.1, `AWSOrganizationsV20161128.<Action>`; global, recorded in us-east-1. https://docs.aws.amazon.com/organizations/latest/userguide/orgs_cloudtrail-integration.html */
export const organizationsService: Service = {
  name: 'organizations',
  eventSource: 'organizations.amazonaws.com',
  protocol: 'json',
  global: true,
  operations: {
    DescribeOrganization: read(onAll, describeOrganization),
    ListRoots: read(onAll, (call) => {
      const organization = asManager(call)
      const { rootId } = organization
      return { output: { Roots: [{ Id: rootId, Arn: arnOf(organization, 'root', rootId), Name: 'Root', PolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }] }] } }
    }),
    ListOrganizationalUnitsForParent: read(on('ParentId'), (call) => {
      const organization = asManager(call)
      const parentId = parentOf(call, organization)
      const units = Object.values(organization.units).filter((unit) => unit.parentId === parentId)
      return listOf(call, 'OrganizationalUnits', units, ({ id, name }) => ({ Id: id, Arn: arnOf(organization, 'ou', id), Name: name }))
    }),
    ListAccountsForParent: read(on('ParentId'), (call) => {
      const organization = asManager(call)
      const parentId = parentOf(call, organization)
      const ids = Object.keys(organization.parents).filter((id) => organization.parents[id] === parentId)
      return listOf(call, 'Accounts', ids, (id) => account(call, organization, id))
    }),
    ListAccounts: read(onAll, (call) => {
      const organization = asManager(call)
      return listOf(call, 'Accounts', Object.keys(organization.parents), (id) => account(call, organization, id))
    }),
    ListParents: read(on('ChildId'), listParents),
    ListPoliciesForTarget: read(on('TargetId'), listPoliciesForTarget),
    DescribePolicy: read(on('PolicyId'), describePolicy),
  },
}
