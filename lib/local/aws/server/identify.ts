import type { Family } from '../core/authentication-errors.ts'
import { AwsError } from '../core/errors.ts'
import type { HttpRequest } from '../core/http-request.ts'
import { parseQueryInput, type Input } from '../core/input.ts'
import type { Service } from '../core/operation.ts'
import type { Signed } from '../core/sigv4.ts'
import { routeS3 } from '../s3/route.ts'
import { services } from './services.ts'

export type Identified = { readonly service: Service; readonly action: string; readonly input: Input }

/** Which service is asked: the credential scope says so; a request without signature shows it by its form. */
export function serviceOf(http: HttpRequest, signed: Signed | undefined): Service {
  const name = signed?.service ?? unsignedService(http)
  const service = services.get(name)
  if (!service) throw new AwsError('UnknownService', `The local AWS has no service "${name}".`, 400)
  return service
}

/** What the target header of a JSON service has in it. */
const targets = { CloudTrail: 'cloudtrail', 'secretsmanager.': 'secretsmanager', 'SWBExternalService.': 'sso', 'AWSIdentityStore.': 'identitystore', 'AWSOrganizationsV20161128.': 'organizations', 'AmazonSQS.': 'sqs' } as const

function unsignedService(http: HttpRequest): string {
  const target = http.headers.get('x-amz-target') ?? ''
  const named = Object.entries(targets).find(([part]) => target.includes(part))
  if (named) return named[1]
  const version = queryParameters(http).get('Version')
  if (version === '2010-05-08') return 'iam'
  if (version === '2016-11-15') return 'ec2'
  return version === '2011-06-15' ? 'sts' : 's3'
}

export function identify(service: Service, http: HttpRequest): Identified {
  switch (service.protocol) {
    case 'query':
    case 'ec2': {
      const params = queryParameters(http)
      return { service, action: params.get('Action') ?? '', input: parseQueryInput(params) }
    }
    case 'json':
      return { service, action: http.headers.get('x-amz-target')?.split('.').at(-1) ?? '', input: jsonInput(http) }
    case 'rest-xml':
      return { service, ...routeS3(http) }
  }
}

function queryParameters(http: HttpRequest): URLSearchParams {
  const form = http.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')
  return new URLSearchParams([...http.query, ...(form ? new URLSearchParams(http.body.toString('utf8')) : [])])
}

function jsonInput(http: HttpRequest): Input {
  try {
    return JSON.parse(http.body.length === 0 ? '{}' : http.body.toString('utf8')) as Input
  } catch {
    throw new AwsError('SerializationException', 'The request body is not valid JSON.')
  }
}

export const familyOf = (service: Service): Family => (service.protocol === 'rest-xml' ? 's3' : service.protocol)

/** Never HTML: a client must be able to read that something is missing here. */
export function unknownAction({ service, action }: Identified): AwsError {
  if (service.protocol === 'json') return new AwsError('UnknownOperationException', `The local AWS does not implement ${service.name}:${action}.`)
  if (service.protocol === 'rest-xml') return new AwsError('NotImplemented', `The local AWS does not implement s3:${action}.`, 501)
  return new AwsError('InvalidAction', `The action ${action} is not valid for this web service (the local AWS does not implement it).`)
}
