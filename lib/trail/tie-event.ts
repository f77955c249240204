import type { TrailFacts } from './parse-event.ts'

export type TieSubject = { sessionName: string; roleArn: string; accessKeyIds: ReadonlySet<string> }

/**
 * Whether an event belongs to a grant: by the key of one of its leases, by the source identity that survives role
 * chaining, or as a session of the grant's own role under its name (console sign-in issues keys that no lease knows).
 * Another role's session, or an IAM user, that merely carries the name does not.
 */
export function belongsToGrant(event: TrailFacts, grant: TieSubject): boolean {
  if (event.accessKeyId !== null && grant.accessKeyIds.has(event.accessKeyId)) return true
  if (event.sourceIdentity !== null) return event.sourceIdentity === grant.sessionName
  return event.sessionName === grant.sessionName && event.issuerArn === grant.roleArn
}
