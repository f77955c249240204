import type { Caller } from '../core/caller.ts'
import { userIdOf } from '../core/caller.ts'
import type { AwsError } from '../core/errors.ts'
import type { HttpRequest } from '../core/http-request.ts'
import { freshUuid } from '../core/ids.ts'
import type { Service, TrailDetails } from '../core/operation.ts'
import { shownAddress } from '../core/source-address.ts'
import { isoSeconds } from '../core/xml.ts'

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
export type TrailRecord = Readonly<Record<string, unknown>> & {
  readonly eventID: string
  readonly eventName: string
  readonly eventSource: string
  readonly eventTime: string
  readonly readOnly: boolean
  readonly managementEvent: boolean
}

export type RecordedCall = {
  readonly service: Pick<Service, 'eventSource' | 'name'>
  readonly action: string
  readonly eventType?: string
  readonly caller: Caller
  readonly region: string
  readonly now: Date
  readonly requestId?: string
  readonly http: HttpRequest
  readonly readOnly: boolean
  readonly management: boolean
  readonly error?: AwsError
  readonly details: TrailDetails
}

/** The record of one call as the account `recipient` sees it; `sharedEventId` joins the copies of several accounts. */
export function trailRecord(call: RecordedCall, recipient: string, sharedEventId?: string): TrailRecord {
  const { service, action, details, error } = call
  return {
    eventVersion: '1.11',
    userIdentity: recipient === call.caller.accountId || call.caller.accountId === '' ? userIdentity(call.caller) : foreignIdentity(call.caller),
    eventTime: isoSeconds(call.now),
    eventSource: service.eventSource,
    eventName: action,
    awsRegion: call.region,
    sourceIPAddress: shownAddress(call.http),
    userAgent: userAgentOf(call),
    ...(error && { errorCode: error.trailCode, errorMessage: error.message }),
    requestParameters: details.requestParameters ?? null,
    responseElements: error ? null : (details.responseElements ?? null),
    ...(details.additionalEventData !== undefined && { additionalEventData: details.additionalEventData }),
    ...(call.requestId !== undefined && { requestID: call.requestId }),
    eventID: freshUuid(),
    readOnly: call.readOnly,
    ...(details.resources && !error && { resources: details.resources }),
    eventType: call.eventType ?? 'AwsApiCall',
    managementEvent: call.management,
    recipientAccountId: recipient,
    ...(sharedEventId !== undefined && { sharedEventID: sharedEventId }),
    eventCategory: call.management ? 'Management' : 'Data',
    tlsDetails: {
      tlsVersion: 'TLSv1.3',
      cipherSuite: 'TLS_AES_128_GCM_SHA256',
      clientProvidedHostHeader: clientHost(call),
    },
    ...('session' in call.caller && call.caller.session?.fromConsole === true && { sessionCredentialFromConsole: 'true' }),
  }
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html */
function userIdentity(caller: Caller): Record<string, unknown> {
  switch (caller.kind) {
    case 'user':
      return {
        type: 'IAMUser',
        principalId: caller.userId,
        arn: caller.arn,
        accountId: caller.accountId,
        accessKeyId: caller.accessKeyId,
        userName: caller.userName,
        ...(caller.session && { sessionContext: { attributes: attributes(caller.session) } }),
      }
    case 'assumed-role':
      return assumedRole(caller)
    case 'web-identity':
      return { type: 'WebIdentityUser', principalId: userIdOf(caller), userName: caller.subject, identityProvider: caller.arn }
    case 'anonymous':
      return { type: 'AWSAccount', principalId: '', accountId: 'anonymous' }
  }
}

function assumedRole({ session, arn, accountId, accessKeyId }: Extract<Caller, { kind: 'assumed-role' }>): Record<string, unknown> {
  const { issuerId, issuerArn, issuerName, sessionName, sourceIdentity, webIdentity } = session
  return {
    type: 'AssumedRole',
    principalId: `${issuerId}:${sessionName}`,
    arn,
    accountId,
    // A console sign-in shows no key.
    ...(accessKeyId !== '' && { accessKeyId }),
    sessionContext: {
      sessionIssuer: { type: 'Role', principalId: issuerId, arn: issuerArn, accountId, userName: issuerName },
      ...(webIdentity && { webIdFederationData: { federatedProvider: webIdentity.provider, attributes: {} } }),
      attributes: attributes(session),
      ...(sourceIdentity !== undefined && { sourceIdentity }),
    },
  }
}

const attributes = (session: { issuedAt: number; mfa: boolean }) => ({
  creationDate: isoSeconds(new Date(session.issuedAt)),
  mfaAuthenticated: String(session.mfa),
})

/** The account that owns the resource learns which principal of which account it was, and no more. */
const foreignIdentity = (caller: Caller) => ({ type: 'AWSAccount', principalId: userIdOf(caller), accountId: caller.accountId })

function clientHost({ service, region }: RecordedCall): string {
  if (service.name === 'iam') return 'iam.amazonaws.com'
  if (service.name === 'signin') return `${region}.signin.aws.amazon.com`
  return `${service.name}.${region}.amazonaws.com`
}

/** S3 writes the agent in brackets (measured). */
function userAgentOf({ http, service }: RecordedCall): string {
  const agent = http.headers.get('user-agent') ?? ''
  return service.name === 's3' ? `[${agent}]` : agent
}
