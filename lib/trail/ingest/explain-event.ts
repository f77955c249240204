import type { JsonObject, JsonValue, TrailFacts } from '../parse-event.ts'

/** What the record knows of the keys, names and roles that some events show. */
export type TieContext = {
  /** By access key. A trial is what the portal does itself, to see that something works or is denied. */
  leases: ReadonlyMap<string, { grantId: string; trial: boolean }>
  /** By session name, which is unique a grant. `minting`: credentials were asked for, and which key they have is not known. */
  grants: ReadonlyMap<string, { grantId: string; roleArn: string; minting: boolean }>
  managedRoles: ReadonlySet<string>
}

/**
 * On what grounds an event happened: under a grant; as the portal's own trial, or its handing out of credentials
 * (`brokered`); in a managed role without any grant (`outside`); taking on a managed role past the portal (`unbrokered`);
 * or as none of the portal's matters (`elsewhere`).
 */
export type Explanation = { kind: 'grant'; grantId: string } | { kind: 'trial' | 'brokered' | 'outside' | 'elsewhere' } | { kind: 'unbrokered'; roleArn: string; assumed: string | null }

/**
 * An event belongs to a grant by the key of one of its leases, by the source identity that survives role chaining, or as a
 * session of the grant's own role under its name (console sign-in issues keys that no lease knows). Another role's
 * session, or an IAM user, that merely carries the name does not.
 */
export function explainEvent(event: TrailFacts, { leases, grants, managedRoles }: TieContext): Explanation {
  const lease = event.accessKeyId === null ? undefined : leases.get(event.accessKeyId)
  if (lease) return lease.trial ? { kind: 'trial' } : { kind: 'grant', grantId: lease.grantId }
  const bySource = event.sourceIdentity === null ? undefined : grants.get(event.sourceIdentity)
  if (bySource) return { kind: 'grant', grantId: bySource.grantId }
  const byName = event.sessionName === null || event.sourceIdentity !== null ? undefined : grants.get(event.sessionName)
  if (byName && byName.roleArn === event.issuerArn) return { kind: 'grant', grantId: byName.grantId }
  const taken = roleTaken(event)
  if (taken && managedRoles.has(taken.roleArn)) return explainTaking(taken, leases, grants)
  return event.issuerArn !== null && managedRoles.has(event.issuerArn) ? { kind: 'outside' } : { kind: 'elsewhere' }
}

type Taking = { roleArn: string; sessionName: string | null; accessKeyId: string | null; assumed: string | null }

/** Which role an event took on, with what AWS answered. */
export function roleTaken({ eventSource, eventName, errorCode, body }: TrailFacts): Taking | undefined {
  if (eventSource !== 'sts.amazonaws.com' || !/^AssumeRole(With\w+)?$/.test(eventName) || errorCode !== null) return undefined
  const asked = object(body.requestParameters)
  const answer = object(body.responseElements)
  const roleArn = text(asked.roleArn)
  if (roleArn === null) return undefined
  return { roleArn, sessionName: text(asked.roleSessionName), accessKeyId: text(object(answer.credentials).accessKeyId), assumed: text(object(answer.assumedRoleUser).assumedRoleId) }
}

/** Between AWS's answer and the lease's completion, and after a crash there, the key is in no lease yet: then the name has to do. */
function explainTaking({ roleArn, sessionName, accessKeyId, assumed }: Taking, leases: TieContext['leases'], grants: TieContext['grants']): Explanation {
  if (accessKeyId !== null && leases.has(accessKeyId)) return { kind: 'brokered' }
  const named = sessionName === null ? undefined : grants.get(sessionName)
  if (named?.minting && named.roleArn === roleArn) return { kind: 'brokered' }
  return { kind: 'unbrokered', roleArn, assumed }
}

const object = (value: JsonValue | undefined): JsonObject => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {})
const text = (value: JsonValue | undefined): string | null => (typeof value === 'string' && value !== '' ? value : null)
