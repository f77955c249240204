import type { MovableClock } from '../../clock.ts'
import { authenticationError, type Family } from './authentication-errors.ts'
import { callerOf, type Caller } from './caller.ts'
import { AwsError } from './errors.ts'
import type { HttpRequest } from './http-request.ts'
import { bodyMatches, signatureMatches, timestampOf, type Signed } from './sigv4.ts'
import type { AccessKeyState, UserState } from './state.ts'
import type { World } from './world.ts'

/** Who signed this request; throws the error AWS gives, in the words of the service asked. */
export function authenticate(world: World, request: HttpRequest, signed: Signed, family: Family): Caller {
  return signed.securityToken === undefined
    ? longTerm(world, request, signed, family)
    : temporary(world, request, signed, signed.securityToken, family)
}

function longTerm(world: World, request: HttpRequest, signed: Signed, family: Family): Caller {
  const found = findKey(world, signed.accessKeyId)
  if (!found || found.key.status !== 'Active') throw authenticationError(family, 'unknown-key')
  verify(world, request, signed, found.key.secret, family)
  found.key.lastUsed = { at: world.clock.now().getTime(), region: signed.region, service: signed.service }
  const { user, key, accountId } = found
  return { kind: 'user', accountId, arn: user.arn, userName: user.name, userId: user.id, accessKeyId: key.id }
}

function temporary(world: World, request: HttpRequest, signed: Signed, token: string, family: Family): Caller {
  const claims = world.sealer.open(token)
  if (!claims || claims.accessKeyId !== signed.accessKeyId) throw authenticationError(family, 'bad-token')
  if (claims.expiresAt <= world.clock.now().getTime()) throw authenticationError(family, 'expired')
  verify(world, request, signed, world.sealer.secretOf(claims.accessKeyId), family)
  const role = world.state.accounts[claims.accountId]?.iam.roles[claims.issuerName]
  if (role && claims.kind === 'assumed-role') role.lastUsed = { at: world.clock.now().getTime(), region: signed.region }
  return callerOf(claims)
}

function verify(world: World, request: HttpRequest, signed: Signed, secret: string, family: Family): void {
  const problem = skew(world.clock, signed, family)
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
  if (problem !== undefined && family === 's3' && signed.expiresSeconds !== undefined) throw new AwsError('AccessDenied', 'Request has expired', 403)
  if (problem !== undefined) throw authenticationError(family, 'skewed', problem)
  if (family === 's3' && !bodyMatches(request, signed)) {
    throw new AwsError('XAmzContentSHA256Mismatch', "The provided 'x-amz-content-sha256' header does not match what was computed.")
  }
  if (!signatureMatches(request, signed, secret)) throw authenticationError(family, 'signature')
}

/**
 * A signature is good for five minutes, for fifteen at S3.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 * Clients sign with their computer's clock, which the local clock does not move; so the nearer of the two counts. On a
 * clock that nobody moved that is AWS's rule exactly.
 */
function skew(clock: MovableClock, signed: Signed, family: Family): string | undefined {
  const at = timestampOf(signed).getTime()
  const clocks = [clock.now().getTime(), Date.now()]
  const problems = clocks.map((now) => skewAgainst(now, at, signed, family))
  return problems.some((problem) => problem === undefined) ? undefined : problems[0]
}

function skewAgainst(now: number, at: number, signed: Signed, family: Family): string | undefined {
  const tolerance = (family === 's3' ? 15 : 5) * 60_000
  const until = signed.expiresSeconds === undefined ? at + tolerance : at + signed.expiresSeconds * 1000
  const shown = new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')
  if (now > until) return `Signature expired: ${signed.timestamp} is now earlier than ${shown}Z (${shown}Z - 5 min.)`
  if (now < at - tolerance) return `Signature not yet current: ${signed.timestamp} is still later than ${shown}Z (${shown}Z + 5 min.)`
  return undefined
}

export function findKey(world: World, id: string): { accountId: string; user: UserState; key: AccessKeyState } | undefined {
  for (const account of Object.values(world.state.accounts)) {
    for (const user of Object.values(account.iam.users)) {
      const key = user.keys.find((candidate) => candidate.id === id)
      if (key) return { accountId: account.id, user, key }
    }
  }
  return undefined
}
