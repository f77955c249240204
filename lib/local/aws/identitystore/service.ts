import type { Access } from '../core/authorize.ts'
import { AwsError } from '../core/errors.ts'
import { objectsOf, optionalText, requiredText, textsOf, type Input } from '../core/input.ts'
import type { Call, Operation, Service } from '../core/operation.ts'
import { pageOf } from '../core/paging.ts'
import type { XmlValue } from '../core/xml.ts'
import { admitRequest, notFound, visibleInstance } from '../sso/instance.ts'
import type { IdentityCenterState, StoreGroup, StoreUser } from '../sso/state.ts'

function storeOf(call: Call): IdentityCenterState {
  const id = requiredText(call.input, 'IdentityStoreId')
  const instance = visibleInstance(call)
  if (instance?.identityStoreId !== id) throw notFound(`IdentityStore ${id} not found`)
  return instance
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentitystore.html */
function onStore(call: Call): Access {
  const owner = call.world.state.organization?.managementAccountId ?? call.caller.accountId
  return { action: `identitystore:${call.action}`, resource: `arn:aws:identitystore::${owner}:identitystore/${optionalText(call.input, 'IdentityStoreId') ?? '*'}` }
}

const inner = (input: Input, name: string): Input => objectsOf({ it: [input[name]] }, 'it')[0] ?? {}
const found = <Item>(item: Item | undefined, kind: string): Item => {
  if (item === undefined) throw notFound(`${kind} not found.`)
  return item
}

const userShape = (IdentityStoreId: string, { id, userName, displayName, email, externalId }: StoreUser): XmlValue => ({
  UserName: userName,
  UserId: id,
  DisplayName: displayName,
  Emails: [{ Value: email, Type: 'work', Primary: true }],
  ExternalIds: externalId && [{ Issuer: externalId.issuer, Id: externalId.id }],
  IdentityStoreId,
})
const groupShape = (IdentityStoreId: string, { id, displayName }: StoreGroup): XmlValue => ({ GroupId: id, DisplayName: displayName, IdentityStoreId })

/** The one filter AWS knows for each. https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListUsers.html */
function wanted(call: Call, attribute: string): string | undefined {
  const [filter] = objectsOf(call.input, 'Filters')
  if (!filter) return undefined
  if (requiredText(filter, 'AttributePath') !== attribute) throw new AwsError('ValidationException', `Only ${attribute} can be filtered by.`)
  return requiredText(filter, 'AttributeValue')
}

/** By user name or e-mail, which are compared without case, or by the identifier of another system. */
function userByAlternate(call: Call): StoreUser {
  const alternate = inner(call.input, 'AlternateIdentifier')
  const { Issuer, Id } = inner(alternate, 'ExternalId')
  const unique = inner(alternate, 'UniqueAttribute')
  const sought = optionalText(unique, 'AttributeValue')?.toLowerCase()
  const users = Object.values(storeOf(call).users)
  switch (unique.AttributePath) {
    case 'userName':
      return found(users.find((user) => user.userName.toLowerCase() === sought), 'USER')
    case 'emails.value':
      return found(users.find((user) => user.email.toLowerCase() === sought), 'USER')
    case undefined:
      return found(users.find(({ externalId }) => externalId !== undefined && externalId.issuer === Issuer && externalId.id === Id), 'USER')
    default:
      throw new AwsError('ValidationException', 'The AttributePath must be userName or emails.value.')
  }
}

const read = (output: (call: Call) => Record<string, XmlValue>): Operation => ({ readOnly: true, access: onStore, run: (call) => ({ output: output(call) }) })
const change = (run: (call: Call) => void): Operation => ({
  readOnly: false,
  access: onStore,
  run: (call) => {
    run(call)
    return {}
  },
})

/** JSON 1.1, `AWSIdentityStore.<Action>`. https://docs.aws.amazon.com/singlesignon/latest/userguide/logging-ad-sync-using-cloudtrail.html */
export const identityStoreService: Service = {
  name: 'identitystore',
  eventSource: 'identitystore.amazonaws.com',
  protocol: 'json',
  admit: admitRequest,
  operations: {
    ListUsers: read((call) => {
      const userName = wanted(call, 'UserName')
      const { users, identityStoreId } = storeOf(call)
      const { items, NextToken } = pageOf(call.input, Object.values(users).filter((user) => userName === undefined || user.userName === userName), 100)
      return { Users: items.map((user) => userShape(identityStoreId, user)), NextToken }
    }),
    ListGroups: read((call) => {
      const name = wanted(call, 'DisplayName')
      const { groups, identityStoreId } = storeOf(call)
      const { items, NextToken } = pageOf(call.input, Object.values(groups).filter((group) => name === undefined || group.displayName === name), 100)
      return { Groups: items.map((group) => groupShape(identityStoreId, group)), NextToken }
    }),
    GetUserId: read((call) => ({ UserId: userByAlternate(call).id, IdentityStoreId: storeOf(call).identityStoreId })),
    GetGroupId: read((call) => {
      const { AttributeValue } = inner(inner(call.input, 'AlternateIdentifier'), 'UniqueAttribute')
      const { groups, identityStoreId } = storeOf(call)
      return { GroupId: found(Object.values(groups).find((group) => group.displayName === AttributeValue), 'GROUP').id, IdentityStoreId: identityStoreId }
    }),
    IsMemberInGroups: read((call) => {
      const MemberId = { UserId: requiredText(inner(call.input, 'MemberId'), 'UserId') }
      const { groups } = storeOf(call)
      return { Results: textsOf(call.input, 'GroupIds').map((GroupId) => ({ GroupId, MemberId, MembershipExists: groups[GroupId]?.members.includes(MemberId.UserId) ?? false })) }
    }),
    ListGroupMemberships: read((call) => {
      const { groups, identityStoreId } = storeOf(call)
      const group = found(groups[requiredText(call.input, 'GroupId')], 'GROUP')
      const { items, NextToken } = pageOf(call.input, group.members, 100)
      return { GroupMemberships: items.map((UserId) => ({ IdentityStoreId: identityStoreId, MembershipId: `${group.id}/${UserId}`, GroupId: group.id, MemberId: { UserId } })), NextToken }
    }),
    /** Assignments of who is deleted stay behind. https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DeleteUser.html */
    DeleteUser: change((call) => {
      const { users, groups } = storeOf(call)
      const id = requiredText(call.input, 'UserId')
      delete users[id]
      for (const group of Object.values(groups)) group.members = group.members.filter((member) => member !== id)
    }),
    DeleteGroup: change((call) => void delete storeOf(call).groups[requiredText(call.input, 'GroupId')]),
  },
}
