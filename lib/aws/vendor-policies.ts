import { isDeepStrictEqual } from 'node:util'

/** Sessions of a vendor's role work when they were begun at `since` or later, and before `until`. Whole seconds, rounded down. */
export type VendorWindow = { since: Date; until: Date }
/** Who may begin sessions, under which external id, until when. */
export type VendorOpening = { principal: string; externalId: string; until: Date }

type Statement = Readonly<Record<string, unknown>>
type TrustDocument = { Version: string; Statement: Statement[] }

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: the length of a role's trust policy, in characters. */
export const trustLimit = 2_048

export const windowName = 'latchkey-window'
const sid = 'LatchkeyVendor'
const second = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`
export const sameSecond = (left: Date, right: Date): boolean => second(left) === second(right)

/**
 * The two ends of a window, as explicit denials that nothing outweighs. One policy, so that one write moves both at once and
 * no session of an earlier window comes back to life under a later end.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-tokenissuetime
 */
export const windowDocument = ({ since, until }: VendorWindow): { Version: string; Statement: Statement[] } => ({
  Version: '2012-10-17',
  Statement: [
    { Sid: 'After', Effect: 'Deny', Action: '*', Resource: '*', Condition: { DateGreaterThanEquals: { 'aws:CurrentTime': second(until) } } },
    { Sid: 'Before', Effect: 'Deny', Action: '*', Resource: '*', Condition: { DateLessThan: { 'aws:TokenIssueTime': second(since) } } },
  ],
})

/** The window that a policy says; null when it says anything else, by a single word. */
export function readWindow(document: unknown): VendorWindow | null {
  const [after, before] = statementsOf(document)
  const until = dateIn(after, 'DateGreaterThanEquals', 'aws:CurrentTime')
  const since = dateIn(before, 'DateLessThan', 'aws:TokenIssueTime')
  return since && until && isDeepStrictEqual(document, windowDocument({ since, until })) ? { since, until } : null
}

/** Whether an inline policy of a role is a window by name and by every word. */
export const isVendorWindow = ({ name, document }: { name: string; document: unknown }): boolean => name === windowName && readWindow(document) !== null

const statementOf = ({ principal, externalId, until }: VendorOpening): Statement => ({
  Sid: sid,
  Effect: 'Allow',
  Principal: { AWS: principal },
  Action: 'sts:AssumeRole',
  Condition: { StringEquals: { 'sts:ExternalId': externalId }, DateLessThan: { 'aws:CurrentTime': second(until) } },
})

/** The trust policy with the vendor let in, or with nobody let in (`null`). Every statement of somebody else stays word for word. */
export function withOpening(trust: unknown, opening: VendorOpening | null): TrustDocument {
  const { Version = '2012-10-17' } = (trust ?? {}) as { Version?: string }
  return { Version, Statement: [...statementsOf(trust).filter((statement) => statement.Sid !== sid), ...(opening ? [statementOf(opening)] : [])] }
}

/** How a trust policy lets the vendor in; `changed` when the statement is not as this product writes it, null when there is none. */
export function readOpening(trust: unknown): VendorOpening | 'changed' | null {
  const own = statementsOf(trust).filter((statement) => statement.Sid === sid)
  if (own.length === 0) return null
  const [statement = {}] = own
  const { AWS: principal } = (statement.Principal ?? {}) as { AWS?: unknown }
  const { StringEquals } = (statement.Condition ?? {}) as { StringEquals?: Record<string, unknown> }
  const externalId = StringEquals?.['sts:ExternalId']
  const until = dateIn(statement, 'DateLessThan', 'aws:CurrentTime')
  if (own.length > 1 || typeof principal !== 'string' || typeof externalId !== 'string' || !until) return 'changed'
  const opening = { principal, externalId, until }
  return isDeepStrictEqual(statement, statementOf(opening)) ? opening : 'changed'
}

/** A trust policy without what the portal adds and takes away: what is left is whoever's it is. */
export const withoutOpening = (trust: unknown): unknown => (readOpening(trust) === null ? trust : withOpening(trust, null))

function statementsOf(document: unknown): Statement[] {
  const { Statement: found = [] } = (document ?? {}) as { Statement?: Statement | Statement[] }
  return Array.isArray(found) ? found : [found]
}

function dateIn(statement: Statement | undefined, operator: string, key: string): Date | null {
  const value = (statement?.Condition as Record<string, Record<string, unknown>> | undefined)?.[operator]?.[key]
  const date = typeof value === 'string' ? new Date(value) : null
  return date && !Number.isNaN(date.getTime()) ? date : null
}
