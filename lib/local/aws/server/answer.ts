import type { AwsError } from '../core/errors.ts'
import type { Outcome, Service } from '../core/operation.ts'
import { escapeXml, toXml } from '../core/xml.ts'

export type Answer = { readonly status: number; readonly headers: Record<string, string>; readonly body: Buffer | string }

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
const xml = { 'content-type': 'text/xml' }

/** What a service answers, in its protocol. */
export function success(service: Service, action: string, requestId: string, { output, raw }: Outcome): Answer {
  switch (service.protocol) {
    case 'query': {
      const result = output === undefined ? '' : `<${action}Result>${toXml(output, 'member')}</${action}Result>`
      const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`
      const body = `<${action}Response xmlns="${service.namespace}">${result}${metadata}</${action}Response>`
      return { status: 200, headers: { ...xml, 'x-amzn-requestid': requestId }, body }
    }
    case 'ec2': {
      const body = `${declaration}<${action}Response xmlns="${service.namespace}"><requestId>${requestId}</requestId>${toXml(output, 'item')}</${action}Response>`
      return { status: 200, headers: { ...xml, 'x-amzn-requestid': requestId }, body }
    }
    case 'json': {
      const body = JSON.stringify(output ?? {}, jsonDates)
      return { status: 200, headers: { 'content-type': jsonType(service), 'x-amzn-requestid': requestId }, body }
    }
    case 'rest-xml': {
      const headers = { 'x-amz-request-id': requestId, 'x-amz-id-2': requestId.repeat(4) }
      const body = output === undefined ? (raw?.body ?? '') : `${declaration}${toXml(output, 'flat')}`
      return { status: raw?.status ?? 200, headers: { ...headers, ...(output === undefined ? {} : { 'content-type': 'application/xml' }), ...raw?.headers }, body }
    }
  }
}

const jsonType = ({ jsonVersion = '1.1' }: Pick<Service, 'jsonVersion'>): string => `application/x-amz-json-${jsonVersion}`

/** JSON 1.1 writes timestamps as seconds since 1970. `this` holds the value before `toJSON` made text of it. */
function jsonDates(this: unknown, key: string, value: unknown): unknown {
  const original = (this as Record<string, unknown>)[key]
  return original instanceof Date ? original.getTime() / 1000 : value
}

export function failure(service: Service | undefined, requestId: string, error: AwsError): Answer {
  const code = escapeXml(error.code)
  const message = escapeXml(error.message)
  const { status } = error
  switch (service?.protocol ?? 'query') {
    case 'query': {
      const type = status >= 500 ? 'Receiver' : 'Sender'
      const body = `<ErrorResponse xmlns="${service?.namespace ?? ''}"><Error><Type>${type}</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`
      return { status, headers: { ...xml, 'x-amzn-requestid': requestId }, body }
    }
    case 'ec2': {
      const body = `${declaration}<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`
      return { status, headers: { ...xml, 'x-amzn-requestid': requestId }, body }
    }
    case 'json': {
      const headers = { 'content-type': jsonType(service ?? {}), 'x-amzn-requestid': requestId, 'x-amzn-errortype': error.code }
      return { status, headers, body: JSON.stringify({ __type: error.code, message: error.message }) }
    }
    case 'rest-xml': {
      const headers = { 'content-type': 'application/xml', 'x-amz-request-id': requestId, 'x-amz-id-2': requestId.repeat(4) }
      const body = `${declaration}<Error><Code>${code}</Code><Message>${message}</Message><RequestId>${requestId}</RequestId><HostId>${requestId.repeat(4)}</HostId></Error>`
      return { status, headers, body }
    }
  }
}
