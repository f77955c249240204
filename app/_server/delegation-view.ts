import type { DelegationRow } from '#components/people/people-models.ts'
import type { ListedDelegation } from '#lib/people/people-admin.queries.ts'

/** A delegation as `personId` sees it. */
export const delegationRow = ({ id, from, to, startsAt, endsAt, reason }: ListedDelegation, personId: string): DelegationRow => ({
  id,
  from: from.displayName,
  to: to.displayName,
  startsAt: startsAt.toISOString(),
  endsAt: endsAt.toISOString(),
  reason,
  given: from.id === personId,
})
