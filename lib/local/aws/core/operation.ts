import type { Access } from './authorize.ts'
import type { Caller } from './caller.ts'
import type { HttpRequest } from './http-request.ts'
import type { Input } from './input.ts'
import type { World } from './world.ts'
import type { XmlValue } from './xml.ts'

/** One authenticated call. */
export type Call = {
  readonly world: World
  readonly caller: Caller
  readonly action: string
  readonly region: string
  readonly now: Date
  readonly requestId: string
  readonly http: HttpRequest
  readonly input: Input
}

export type Outcome = {
  /** The answer's own content, in AWS's element names. */
  readonly output?: XmlValue
  /** S3: what is not XML. */
  readonly raw?: { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: Buffer | string }
  readonly trail?: TrailDetails
  /** Who it turned out to be, where the call itself proves that (a web identity). */
  readonly caller?: Caller
}

/** What CloudTrail says beyond what every record says. */
export type TrailDetails = {
  readonly requestParameters?: unknown
  readonly responseElements?: unknown
  readonly additionalEventData?: unknown
  readonly resources?: readonly TrailResource[]
  /** Accounts, besides the caller's own, that receive the event: one `sharedEventID` joins the copies. */
  readonly alsoFor?: readonly string[]
}
type TrailResource = { readonly ARN: string; readonly accountId?: string; readonly type: string }

export type Operation = {
  readonly readOnly: boolean
  /** A data event: recorded only where a trail selects it. */
  readonly dataEvent?: boolean
  /**
   * Everything that must be allowed before it runs, or who decides instead: `own` when `run` decides itself (the trust of
   * a role), `always` when AWS never refuses.
   */
  readonly access: ((call: Call) => Access | readonly Access[]) | 'own' | 'always'
  /** What CloudTrail calls it, where that is not the action's name. */
  readonly trailName?: string
  /** What CloudTrail says of every such call, refused ones included. */
  readonly trail?: (call: Call) => TrailDetails
  /** How CloudTrail shows the input; the input itself, camel-cased, when absent. */
  readonly requestParameters?: (call: Call) => unknown
  readonly run: (call: Call) => Outcome | Promise<Outcome>
}

export type Service = {
  readonly name: string
  readonly eventSource: string
  readonly protocol: 'query' | 'ec2' | 'json' | 'rest-xml'
  /** Of the JSON protocol; 1.1 when absent. */
  readonly jsonVersion?: '1.0' | '1.1'
  /** XML namespace of the answers. */
  readonly namespace?: string
  /** Global services record in us-east-1 whatever Region was signed for. */
  readonly global?: boolean
  /** Refuses a request before its access is looked at: a rate shared by all of a service's operations. */
  readonly admit?: (call: Call) => void
  readonly operations: Readonly<Record<string, Operation>>
}
