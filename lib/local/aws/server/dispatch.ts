import { authenticate } from '../core/authenticate.ts'
import { authenticationError } from '../core/authentication-errors.ts'
import { anonymous, type Caller } from '../core/caller.ts'
import { AwsError } from '../core/errors.ts'
import type { HttpRequest } from '../core/http-request.ts'
import { freshUuid, shortHex } from '../core/ids.ts'
import { camelCased } from '../core/input.ts'
import type { Call, Operation, Outcome, Service, TrailDetails } from '../core/operation.ts'
import { readSignature, type Signed } from '../core/sigv4.ts'
import { propagateIam, rememberIamBefore, type World } from '../core/world.ts'
import { settleOperations } from '../sso/settle.ts'
import { recordCall } from '../cloudtrail/recorder.ts'
import { failure, success, type Answer } from './answer.ts'
import { refuseUnlessAllowed } from './enforce.ts'
import { familyOf, identify, serviceOf, unknownAction, type Identified } from './identify.ts'

/** One request from its bytes to its answer. `drop`: the test wants the connection cut. */
export async function dispatch(world: World, http: HttpRequest): Promise<Answer | 'drop'> {
  const requestId = freshUuid()
  let service: Service | undefined
  try {
    const signed = readSignature(http)
    service = serviceOf(http, signed === 'malformed' ? undefined : signed)
    const identified = identify(service, http)
    const injected = inject(world, identified)
    if (injected !== undefined) return injected
    if (signed === 'malformed') throw authenticationError(familyOf(service), 'malformed')
    return await perform(world, http, identified, signed, service.protocol === 'rest-xml' ? shortHex().toUpperCase() : requestId)
  } catch (error) {
    if (error instanceof AwsError) return failure(service, requestId, error)
    console.error('The local AWS failed', error)
    return failure(service, requestId, new AwsError('InternalFailure', String(error), 500))
  }
}

function inject(world: World, { service, action }: Identified): Answer | 'drop' | undefined {
  const fault = world.faults.take(service.name, action)
  if (!fault) return undefined
  if (fault.kind === 'drop') return 'drop'
  if (fault.kind === 'html') {
    return { status: fault.status ?? 500, headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>500</title><h1>Internal Server Error</h1>' }
  }
  throw new AwsError(fault.code ?? 'InternalFailure', fault.message ?? 'A test asked for this failure.', fault.status ?? 500)
}

async function perform(world: World, http: HttpRequest, identified: Identified, signed: Signed | undefined, requestId: string): Promise<Answer> {
  const { service, action, input } = identified
  settleOperations(world)
  const operation = service.operations[action]
  const caller = callerFor(world, http, identified, signed)
  if (!operation) throw unknownAction(identified)
  // GetSessionToken without MFA opens nothing in IAM. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
  if (service.name === 'iam' && caller.kind === 'user' && caller.session?.mfa === false) throw authenticationError('query', 'unknown-key')
  const region = service.global === true ? 'us-east-1' : (signed?.region ?? 'us-east-1')
  const call: Call = { world, caller, action, region, now: world.clock.now(), requestId, http, input }
  let error: AwsError | undefined
  let outcome: Outcome = {}
  try {
    outcome = await run(service, operation, call)
  } catch (thrown) {
    if (!(thrown instanceof AwsError)) throw thrown
    error = thrown
  }
  const acting = outcome.caller ?? caller
  recordCall(world, { service, action: operation.trailName ?? action, caller: acting, region, now: call.now, requestId, http, readOnly: operation.readOnly, management: operation.dataEvent !== true, error, details: trailDetails(service, operation, call, outcome, error) })
  return error ? failure(service, requestId, error) : success(service, action, requestId, outcome)
}

/** Unsigned calls: only the ones that prove themselves otherwise, and S3, where a bucket may be open to everyone. */
function callerFor(world: World, http: HttpRequest, { service, action }: Identified, signed: Signed | undefined): Caller {
  if (signed) return authenticate(world, http, signed, familyOf(service))
  if (service.name === 's3' || action === 'AssumeRoleWithWebIdentity') return anonymous
  throw authenticationError(familyOf(service), 'missing')
}

async function run(service: Service, operation: Operation, call: Call): Promise<Outcome> {
  service.admit?.(call)
  if (typeof operation.access === 'function') refuseUnlessAllowed(service, call, operation.access(call))
  const account = call.world.state.accounts[call.caller.accountId]
  const changesIam = service.name === 'iam' && !operation.readOnly && account
  if (changesIam) rememberIamBefore(call.world, account)
  const outcome = await operation.run(call)
  if (changesIam) propagateIam(call.world, account)
  if (!operation.readOnly) call.world.save()
  return outcome
}

/** Where AWS refused an API call for lack of permission, STS, IAM and the JSON services record no parameters (measured). */
function trailDetails(service: Service, operation: Operation, call: Call, outcome: Outcome, error: AwsError | undefined): TrailDetails {
  const refused = error !== undefined && /AccessDenied/.test(error.code) && service.protocol !== 'rest-xml' && service.protocol !== 'ec2'
  const requestParameters = refused ? null : (operation.requestParameters?.(call) ?? emptyToNull(camelCased(call.input)))
  const responseElements = operation.readOnly ? null : emptyToNull(camelCased(outcome.output ?? null))
  return { requestParameters, responseElements, ...operation.trail?.(call), ...outcome.trail }
}

const emptyToNull = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0 ? null : value
