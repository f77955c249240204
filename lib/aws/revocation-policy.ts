import { createHash } from 'node:crypto'
import type { ReadPolicy } from './role-reader.ts'

/** One session of a role that is cut off: its `aws:userid`, until its last credentials have expired. */
export type Revocation = { userId: string; until: Date }

const prefix = 'latchkey-revoked'
const namePattern = /^latchkey-revoked\+(\d{10})\+[0-9a-f]{16}$/
const digest = (userId: string): string => createHash('sha256').update(userId).digest('hex').slice(0, 16)

/**
 * Every revocation is an inline policy of its own: two that are written at once lose neither, another's policies are
 * never read to be rewritten, and writing one twice changes nothing. The name says until when it is needed (seconds since
 * 1970, rounded up) and, as a digest, for whom. 128 characters of `[\w+=,.@-]` at most.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
 */
export const revocationName = ({ userId, until }: Revocation): string => `${prefix}+${String(Math.ceil(until.getTime() / 1_000)).padStart(10, '0')}+${digest(userId)}`

/** Denies one session everything. `aws:userid` is the role's id and the session's name: nobody else of the role is meant. */
export const revocationDocument = ({ userId }: Pick<Revocation, 'userId'>): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: '*', Resource: '*', Condition: { StringEquals: { 'aws:userid': userId } } }],
})

/** Of a role's inline policies the revocations whose credentials have expired by `now`: all that pruning may delete. */
export const expiredRevocations = (names: readonly string[], now: Date): string[] =>
  names.filter((name) => {
    const until = namePattern.exec(name)?.[1]
    return until !== undefined && Number(until) * 1_000 <= now.getTime()
  })

/** Of a role's inline policies the revocations of one session, whatever their end. */
export const revocationsOf = (names: readonly string[], userId: string): string[] => names.filter((name) => namePattern.test(name) && name.endsWith(`+${digest(userId)}`))

/** Whether an inline policy is a revocation by name and by every word: what else bears such a name is somebody's disguise. */
export function isRevocation({ name, document }: ReadPolicy): boolean {
  const userId = (document as { Statement?: [{ Condition?: { StringEquals?: { 'aws:userid'?: unknown } } }] } | null)?.Statement?.[0]?.Condition?.StringEquals?.['aws:userid']
  if (typeof userId !== 'string' || !namePattern.test(name) || !name.endsWith(`+${digest(userId)}`)) return false
  return JSON.stringify(document) === JSON.stringify(revocationDocument({ userId }))
}
