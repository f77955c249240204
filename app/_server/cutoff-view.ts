import type { CutoffModel } from '#components/request-detail/request-detail-models.ts'
import { cutOffRoleAction } from '#app/_actions/cutoff.actions.ts'
import type { RoleCutoff } from '#lib/db/generated/client.ts'
import type { CutoffView } from '#lib/grants/cutoff/cutoff.queries.ts'
import type { Viewer } from '#lib/people/viewer.ts'

/** What cutting off everybody in a role would do now, and how far the last one is. */
export function cutoffModelOf({ roleArn, holders, last }: CutoffView, viewer: Viewer): CutoffModel {
  return {
    roleName: roleArn.slice(roleArn.lastIndexOf('/') + 1),
    people: holders.map(({ personId, displayName }) => ({ name: displayName, you: personId === viewer.personId })),
    facts: last ? [factOf(last)] : [],
    action: cutOffRoleAction,
  }
}

function factOf({ state, cutAt, writtenAt, confirmedAt, failureMessage }: RoleCutoff): CutoffModel['facts'][number] {
  const what = `What AWS issued for this role before ${cutAt.toISOString().slice(0, 19).replace('T', ' ')} UTC`
  switch (state) {
    case 'confirmed':
      return { label: 'Everybody cut off since', at: confirmedAt?.toISOString() ?? null, how: `${what} is denied. Seen: AWS denied the portal's trial, and a session issued afterwards went on working.`, open: false }
    case 'written':
    case 'unconfirmed':
      return { label: 'Written, not confirmed', at: writtenAt?.toISOString() ?? null, how: `${what} is denied by the role, but nobody has seen AWS do so yet. ${failureMessage ?? 'It is being looked at.'}`, open: true }
    case 'wanted':
      return { label: 'Not denied yet', at: null, how: 'The denial is being written to the role in AWS.', open: true }
    case 'failed':
      return { label: 'Not denied', at: null, how: `The denial could not be written: ${failureMessage ?? 'AWS refused.'} It is tried again.`, open: true }
  }
}
