import { isDeepStrictEqual } from 'node:util'
import type { ReadPolicy } from './role-reader.ts'

/** Everybody's sessions of a role that AWS issued before `cutAt`, a whole second, until the longest of them has died. */
export type Cutoff = { cutAt: Date; until: Date }

const namePattern = /^latchkey-cutoff\+(\d{10})\+(\d{10})$/
const seconds = (date: Date): string => String(Math.ceil(date.getTime() / 1_000)).padStart(10, '0')
const second = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`

/** The name of the portal's own trial session, which every cutoff denies whenever it was issued. */
export const cutoffTrialName = 'latchkey-cutoff+trial'

/** The name says from when and until when (seconds since 1970): of two, the later in the alphabet is the later. */
export const cutoffName = ({ cutAt, until }: Cutoff): string => `latchkey-cutoff+${seconds(cutAt)}+${seconds(until)}`

/**
 * Denies everything to what was issued before `cutAt`. The second statement has the same condition on the time of issue,
 * moved to the policy's end, for the portal's trial alone: nothing that was issued before is kept to try the denial with,
 * because secrets are stored nowhere, and any process can see by the trial that AWS evaluates this very document.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html
 */
export const cutoffDocument = ({ cutAt, until }: Cutoff): object => ({
  Version: '2012-10-17',
  Statement: [
    { Sid: 'Before', Effect: 'Deny', Action: '*', Resource: '*', Condition: { DateLessThan: { 'aws:TokenIssueTime': second(cutAt) } } },
    { Sid: 'Trial', Effect: 'Deny', Action: '*', Resource: '*', Condition: { StringLike: { 'aws:userid': `*:${cutoffTrialName}` }, DateLessThan: { 'aws:TokenIssueTime': second(until) } } },
  ],
})

function readName(name: string): Cutoff | undefined {
  const [, cutAt, until] = namePattern.exec(name) ?? []
  return cutAt && until ? { cutAt: new Date(Number(cutAt) * 1_000), until: new Date(Number(until) * 1_000) } : undefined
}

/** Of a role's inline policies those that by name cut off everybody. */
export const cutoffsIn = (names: readonly string[]): string[] => names.filter((name) => namePattern.test(name))

/** Of a role's inline policies the cutoffs whose credentials have all died by `now`. */
export const expiredCutoffs = (names: readonly string[], now: Date): string[] =>
  names.filter((name) => {
    const cutoff = readName(name)
    return cutoff !== undefined && cutoff.until <= now
  })

/** Whether an inline policy is a cutoff by name and by every word. */
export function isCutoff({ name, document }: ReadPolicy): boolean {
  const cutoff = readName(name)
  return cutoff !== undefined && isDeepStrictEqual(document, cutoffDocument(cutoff))
}
