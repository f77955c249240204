import { recordCall } from '../cloudtrail/recorder.ts'
import type { Caller } from '../core/caller.ts'
import { sessionArn } from '../core/caller.ts'
import type { HttpRequest } from '../core/http-request.ts'
import { freshId } from '../core/ids.ts'
import type { TrailDetails } from '../core/operation.ts'
import type { SessionClaims } from '../core/session-token.ts'
import type { World } from '../core/world.ts'
import type { Answer } from '../server/answer.ts'
import { consolePage, refusalPage } from './page.ts'

/**
 * The sign-in federation endpoint, no service of the SDK.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html
 */
export function federationAnswer(world: World, http: HttpRequest): Answer | 'drop' | undefined {
  if (http.path !== '/federation') return undefined
  const form = http.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')
  const params = new URLSearchParams([...http.query, ...(form ? new URLSearchParams(http.body.toString('utf8')) : [])])
  const action = params.get('Action') ?? ''
  const fault = world.faults.take('federation', action)
  if (fault) return fault.kind === 'drop' ? 'drop' : refused(fault.message ?? 'Internal failure', fault.status ?? 500)
  if (action === 'getSigninToken') return signinToken(world, http, params)
  if (action === 'login') return login(world, http, params)
  return refused('Action must be getSigninToken or login.')
}

type SigninClaims = { readonly session: SessionClaims; readonly usableUntil: number }

const quarterOfAnHour = 15 * 60_000

function signinToken(world: World, http: HttpRequest, params: URLSearchParams): Answer {
  const session = verifiedSession(world, params.get('Session') ?? '')
  if (!session) return refused('The session credentials are invalid or have expired.')
  const now = world.clock.now()
  const asked = params.get('SessionDuration')
  const seconds = Number(asked)
  // Under role chaining the duration is fixed: asking for one is an error, whatever it is.
  if (asked !== null && session.chained) return refused('SessionDuration is not allowed for credentials obtained by role chaining.')
  if (asked !== null && !(seconds >= 900 && seconds <= 43_200)) return refused('SessionDuration must be between 900 and 43200 seconds.')
  const consoleUntil = asked === null ? session.expiresAt : now.getTime() + seconds * 1000
  // The console works with keys of its own, not with those it was opened with.
  const own = { ...session, accessKeyId: freshId('ASIA'), fromConsole: true, expiresAt: consoleUntil }
  const claims: SigninClaims = { session: own, usableUntil: now.getTime() + quarterOfAnHour }
  record(world, http, 'GetSigninToken', session, { responseElements: { credentials: { accessKeyId: own.accessKeyId }, GetSigninToken: 'Success' }, additionalEventData: { MobileVersion: 'No', MFAUsed: session.mfa ? 'Yes' : 'No' } })
  return { status: 200, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' }, body: JSON.stringify({ SigninToken: world.sealer.sealFor('signin', claims) }) }
}

/** Local only: the credentials the console itself would use, so that a test can act as somebody signed in there. */
export function consoleCredentials(world: World, token: string): Record<string, string> | undefined {
  const claims = world.sealer.openFor('signin', token) as SigninClaims | undefined
  return claims && { accessKeyId: claims.session.accessKeyId, ...world.sealer.seal(claims.session) }
}

/** The caller proves the session by its secret, as it would by a signature. */
function verifiedSession(world: World, text: string): SessionClaims | undefined {
  try {
    const { sessionId, sessionKey, sessionToken } = JSON.parse(text) as Record<string, string>
    const claims = world.sealer.open(sessionToken ?? '')
    const proven = claims && claims.accessKeyId === sessionId && world.sealer.secretOf(claims.accessKeyId) === sessionKey
    return proven && claims.kind === 'assumed-role' && claims.expiresAt > world.clock.now().getTime() ? claims : undefined
  } catch {
    return undefined
  }
}

function login(world: World, http: HttpRequest, params: URLSearchParams): Answer {
  const claims = world.sealer.openFor('signin', params.get('SigninToken') ?? '') as SigninClaims | undefined
  const destination = params.get('Destination') ?? ''
  const now = world.clock.now().getTime()
  if (!claims) return refused('The sign-in token is invalid.')
  if (claims.usableUntil <= now) return refused('The sign-in token has expired. It is good for 15 minutes.')
  if (!URL.canParse(destination)) return refused('Destination must be a URL of the console.')
  const { session } = claims
  record(world, http, 'ConsoleLogin', { ...session, accessKeyId: '', fromConsole: undefined }, {
    requestParameters: null,
    responseElements: { ConsoleLogin: 'Success' },
    additionalEventData: { LoginTo: destination, MobileVersion: 'No', MFAUsed: session.mfa ? 'Yes' : 'No' },
  })
  return html(200, consolePage(session, new Date(session.expiresAt), destination))
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html */
function record(world: World, http: HttpRequest, action: string, session: SessionClaims, details: TrailDetails): void {
  const { accountId, accessKeyId } = session
  const caller: Caller = { kind: 'assumed-role', accountId, arn: sessionArn(session), accessKeyId, session }
  recordCall(world, {
    service: { name: 'signin', eventSource: 'signin.amazonaws.com' },
    action,
    eventType: 'AwsConsoleSignIn',
    caller,
    region: 'us-east-1',
    now: world.clock.now(),
    http,
    readOnly: false,
    management: true,
    details,
  })
}

const refused = (reason: string, status = 400): Answer => html(status, refusalPage(reason))

const html = (status: number, body: string): Answer => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'content-security-policy': "default-src 'none'" },
  body,
})
