import type { Prisma } from '#lib/db/generated/client.ts'

const profile = { select: { title: true, account: { select: { name: true } } } } as const
const person = { select: { displayName: true } } as const

/** What a message's words are made from, as the rows are when it is read. */
export const withSubject = {
  request: { select: { id: true, code: true, state: true, durationMinutes: true, risk: true, riskTier: true, extendsGrantId: true, incidentReference: true, person, profile } },
  grant: { select: { requestId: true, code: true, state: true, endsAt: true, failureCode: true, person, profile } },
  finding: { select: { id: true, severity: true, title: true, grant: { select: { person, profile } } } },
} satisfies Prisma.OutboxMessageInclude
export type ToldMessage = Prisma.OutboxMessageGetPayload<{ include: typeof withSubject }>

/** Whether there is still something to tell by mail: a decided request waits for nobody, and an end that came is no warning. */
export function stillHolds({ kind, request, grant }: Pick<ToldMessage, 'kind' | 'request' | 'grant'>, now: Date): boolean {
  if (kind === 'request.waiting') return request?.state === 'pending'
  if (kind === 'grant.ending') return grant?.state === 'active' && grant.endsAt !== null && grant.endsAt > now
  return true
}
