import { IdentitystoreClient } from '@aws-sdk/client-identitystore'
import { CreateAccountAssignmentCommand, DeleteAccountAssignmentCommand, DescribeAccountAssignmentCreationStatusCommand, DescribeAccountAssignmentDeletionStatusCommand, DescribePermissionSetCommand, ListAccountAssignmentsCommand, ListAccountsForProvisionedPermissionSetCommand, ListInstancesCommand, ListPermissionSetsCommand, SSOAdminClient } from '@aws-sdk/client-sso-admin'
import { type AwsResult, ownFailure } from './aws-failure.ts'
import { openCircuit } from './circuit.ts'
import { believing, type CredentialProvider, requestHandler } from './credentials.ts'
import { findPrincipal, type PrincipalNames } from './identity-store.ts'
import { isoDurationMinutes } from './iso-duration.ts'

type Instance = { instanceArn: string; identityStoreId: string }
export type PermissionSet = { arn: string; name: string; description: string; sessionMinutes: number }
export type Principal = { type: 'USER' | 'GROUP'; id: string }
export type AccountAssignment = { accountId: string; permissionSetArn: string; principal: Principal }
/** An operation that AWS has taken on: asynchronous, over only when it says so. */
export type AssignmentOperation = { requestId: string; status: 'in_progress' | 'succeeded' | 'failed'; reason: string | undefined }
export type OperationKind = 'create' | 'delete'

export type IdentityCenter = {
  /** By ARN or name, with how long AWS lets its credentials live. `not_found` when the instance has none. */
  findPermissionSet(nameOrArn: string): Promise<AwsResult<{ permissionSet: PermissionSet }>>
  /** Every permission set of the instance. */
  listPermissionSets(): Promise<AwsResult<{ permissionSets: PermissionSet[] }>>
  /** The one user of these names, or the group. `not_found` when there is none, `invalid` when the names are of several. */
  findPrincipal(names: PrincipalNames): Promise<AwsResult<{ principal: Principal }>>
  /** Asks for an assignment, or for its end. Doing it again does nothing new; `conflict` while the opposite is under way. */
  start(kind: OperationKind, assignment: AccountAssignment): Promise<AwsResult<{ operation: AssignmentOperation }>>
  statusOf(kind: OperationKind, requestId: string): Promise<AwsResult<{ operation: AssignmentOperation }>>
  /** Accounts that have a permission set's role: in any other, nobody is assigned it. */
  accountsWith(permissionSetArn: string): Promise<AwsResult<{ accountIds: string[] }>>
  /** Everybody who is assigned a permission set in an account. */
  listAssignments(accountId: string, permissionSetArn: string): Promise<AwsResult<{ principals: Principal[] }>>
}

/**
 * AWS allows the whole organisation 20 requests a second, others' among them. What may be asked at once and what comes
 * back in a second are together no more than that, so no second of any replicas' sees more.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html
 */
export const identityCenterRate = { key: 'identity-center', limits: { capacity: 5, refillPerSecond: 15 } } as const

/** Takes one request's worth of the rate that all replicas share; `false` when there is none for now. */
export type Admit = () => Promise<boolean>

class OverRate extends Error {}

/**
 * IAM Identity Center of the organisation, in its own Region, as the assigner. AWS allows 20 requests a second in all:
 * each request, each page and each retry takes one through `admit`, so the SDK retries nothing by itself.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html
 */
export function openIdentityCenter(region: string, credentials: CredentialProvider, admit: Admit): IdentityCenter {
  const common = { region, credentials, maxAttempts: 1, requestHandler }
  const sso = admitted(believing(new SSOAdminClient(common)), admit)
  const store = admitted(believing(new IdentitystoreClient(common)), admit)
  const circuit = openCircuit('IAM Identity Center')
  let known: Promise<Instance> | undefined
  // Whoever asks first reads it for all; a reading that failed is no answer.
  const instance = (abortSignal: AbortSignal): Promise<Instance> => {
    known ??= readInstance(sso, abortSignal).catch((error: unknown) => {
      known = undefined
      throw error
    })
    return known
  }
  const names = new Map<string, string>()
  const ask = async <Value extends object>(question: (place: Instance, abortSignal: AbortSignal) => Promise<Value>): Promise<AwsResult<Value>> => {
    const answer = await circuit.ask(async (abortSignal) => {
      try {
        return { value: await question(await instance(abortSignal), abortSignal) }
      } catch (error) {
        // No silence of AWS's: nothing was asked.
        if (error instanceof OverRate) return { value: undefined }
        throw error
      }
    })
    if (!answer.ok) return answer
    if (answer.value === undefined) return ownFailure('throttled', 'OwnRate', 'The portal asks Identity Center no more often than AWS allows; it goes on in a second.')
    return { ok: true, ...answer.value }
  }
  return {
    findPermissionSet: (nameOrArn) => orFailure(ask(async ({ instanceArn }, abortSignal) => ({ found: await permissionSet(sso, names, instanceArn, nameOrArn, abortSignal) })), ({ found }) => (found ? { ok: true, permissionSet: found } : ownFailure('not_found', 'NoPermissionSet', `Identity Center has no permission set "${nameOrArn}".`))),
    listPermissionSets: () => ask(async ({ instanceArn }, abortSignal) => ({ permissionSets: await listPermissionSets(sso, instanceArn, abortSignal) })),
    findPrincipal: (names) => orFailure(ask(async ({ identityStoreId }, abortSignal) => ({ found: await findPrincipal(store, identityStoreId, names, abortSignal) })), ({ found }) => found),
    start: (kind, assignment) => ask(({ instanceArn }, abortSignal) => start(sso, instanceArn, kind, assignment, abortSignal)),
    statusOf: (kind, requestId) => ask(({ instanceArn }, abortSignal) => statusOf(sso, instanceArn, kind, requestId, abortSignal)),
    accountsWith: (permissionSetArn) => ask(async ({ instanceArn }, abortSignal) => ({ accountIds: await accountsWith(sso, instanceArn, permissionSetArn, abortSignal) })),
    listAssignments: (accountId, permissionSetArn) => ask(async ({ instanceArn }, abortSignal) => ({ principals: await listAssignments(sso, instanceArn, accountId, permissionSetArn, abortSignal) })),
  }
}

async function orFailure<Value extends object, Found extends object>(asked: Promise<AwsResult<Value>>, read: (value: { ok: true } & Value) => AwsResult<Found>): Promise<AwsResult<Found>> {
  const answer = await asked
  return answer.ok ? read(answer) : answer
}

type Stacked = { middlewareStack: { add(middleware: never, options: never): void } }

/** Before a request is signed; what is not admitted is not sent. */
function admitted<Client extends Stacked>(client: Client, admit: Admit): Client {
  const check = (next: (args: unknown) => Promise<unknown>) => async (args: unknown): Promise<unknown> => {
    if (!(await admit())) throw new OverRate('over the rate')
    return next(args)
  }
  client.middlewareStack.add(check as never, { step: 'initialize', name: 'latchkeyAdmitted' } as never)
  return client
}

async function readInstance(sso: SSOAdminClient, abortSignal: AbortSignal): Promise<Instance> {
  const [found] = (await sso.send(new ListInstancesCommand({}), { abortSignal })).Instances ?? []
  if (!found?.InstanceArn || !found.IdentityStoreId) throw Object.assign(new Error('There is no instance of IAM Identity Center in this account and Region.'), { name: 'ValidationException' })
  return { instanceArn: found.InstanceArn, identityStoreId: found.IdentityStoreId }
}

/**
 * AWS finds permission sets by ARN only, and never renames one: each is looked at for its name once, and the one that is
 * meant every time, since its session length may change.
 */
async function permissionSet(sso: SSOAdminClient, names: Map<string, string>, InstanceArn: string, nameOrArn: string, abortSignal: AbortSignal): Promise<PermissionSet | undefined> {
  if (nameOrArn.startsWith('arn:')) return describe(sso, InstanceArn, nameOrArn, abortSignal).catch(absent)
  for await (const arn of permissionSetArns(sso, InstanceArn, abortSignal)) {
    const known = names.get(arn)
    if (known !== undefined && known !== nameOrArn) continue
    const set = await describe(sso, InstanceArn, arn, abortSignal)
    names.set(arn, set.name)
    if (set.name === nameOrArn) return set
  }
  return undefined
}

async function listPermissionSets(sso: SSOAdminClient, InstanceArn: string, abortSignal: AbortSignal): Promise<PermissionSet[]> {
  const sets: PermissionSet[] = []
  for await (const arn of permissionSetArns(sso, InstanceArn, abortSignal)) sets.push(await describe(sso, InstanceArn, arn, abortSignal))
  return sets
}

async function* permissionSetArns(sso: SSOAdminClient, InstanceArn: string, abortSignal: AbortSignal): AsyncGenerator<string> {
  let NextToken: string | undefined
  do {
    const page = await sso.send(new ListPermissionSetsCommand({ InstanceArn, NextToken, MaxResults: 100 }), { abortSignal })
    yield* page.PermissionSets ?? []
    NextToken = page.NextToken
  } while (NextToken)
}

function absent(error: unknown): undefined {
  if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined
  throw error
}

async function describe(sso: SSOAdminClient, InstanceArn: string, PermissionSetArn: string, abortSignal: AbortSignal): Promise<PermissionSet> {
  const { PermissionSet: set } = await sso.send(new DescribePermissionSetCommand({ InstanceArn, PermissionSetArn }), { abortSignal })
  // AWS's default; https://docs.aws.amazon.com/singlesignon/latest/userguide/howtosessionduration.html
  return { arn: PermissionSetArn, name: set?.Name ?? '', description: set?.Description ?? '', sessionMinutes: isoDurationMinutes(set?.SessionDuration) ?? 60 }
}

type Status = { Status?: string; RequestId?: string; FailureReason?: string } | undefined

function operationOf(status: Status): { operation: AssignmentOperation } {
  if (!status?.RequestId || !status.Status) throw new SyntaxError('no status in the answer')
  const said = ({ SUCCEEDED: 'succeeded', FAILED: 'failed' } as const)[status.Status] ?? 'in_progress'
  return { operation: { requestId: status.RequestId, status: said, reason: status.FailureReason } }
}

async function start(sso: SSOAdminClient, InstanceArn: string, kind: OperationKind, { accountId, permissionSetArn, principal }: AccountAssignment, abortSignal: AbortSignal) {
  const input = { InstanceArn, TargetId: accountId, TargetType: 'AWS_ACCOUNT', PermissionSetArn: permissionSetArn, PrincipalType: principal.type, PrincipalId: principal.id } as const
  if (kind === 'create') return operationOf((await sso.send(new CreateAccountAssignmentCommand(input), { abortSignal })).AccountAssignmentCreationStatus)
  return operationOf((await sso.send(new DeleteAccountAssignmentCommand(input), { abortSignal })).AccountAssignmentDeletionStatus)
}

async function statusOf(sso: SSOAdminClient, InstanceArn: string, kind: OperationKind, requestId: string, abortSignal: AbortSignal) {
  if (kind === 'create') return operationOf((await sso.send(new DescribeAccountAssignmentCreationStatusCommand({ InstanceArn, AccountAssignmentCreationRequestId: requestId }), { abortSignal })).AccountAssignmentCreationStatus)
  return operationOf((await sso.send(new DescribeAccountAssignmentDeletionStatusCommand({ InstanceArn, AccountAssignmentDeletionRequestId: requestId }), { abortSignal })).AccountAssignmentDeletionStatus)
}

async function listAssignments(sso: SSOAdminClient, InstanceArn: string, AccountId: string, PermissionSetArn: string, abortSignal: AbortSignal): Promise<Principal[]> {
  const principals: Principal[] = []
  let NextToken: string | undefined
  do {
    const page = await sso.send(new ListAccountAssignmentsCommand({ InstanceArn, AccountId, PermissionSetArn, NextToken, MaxResults: 100 }), { abortSignal })
    principals.push(...(page.AccountAssignments ?? []).flatMap(({ PrincipalId, PrincipalType }) => (PrincipalId && PrincipalType ? [{ type: PrincipalType, id: PrincipalId }] : [])))
    NextToken = page.NextToken
  } while (NextToken)
  return principals
}

async function accountsWith(sso: SSOAdminClient, InstanceArn: string, PermissionSetArn: string, abortSignal: AbortSignal): Promise<string[]> {
  const accountIds: string[] = []
  let NextToken: string | undefined
  do {
    const page = await sso.send(new ListAccountsForProvisionedPermissionSetCommand({ InstanceArn, PermissionSetArn, NextToken, MaxResults: 100 }), { abortSignal })
    accountIds.push(...(page.AccountIds ?? []))
    NextToken = page.NextToken
  } while (NextToken)
  return accountIds
}
