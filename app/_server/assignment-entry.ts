import type { AssignmentEntryModel } from '#components/request-detail/request-detail-models.ts'
import type { AssignmentView } from '#lib/grants/assignments/assignment.queries.ts'
import { mayLiveUntil } from '#lib/grants/assignments/decide-assignment-step.ts'
import type { Access } from '#lib/catalog/catalog-schema.ts'
import type { Grant } from '#lib/db/generated/client.ts'

type Assigned = Extract<Access, { kind: 'identity_center' }>

/** Where the holder of a grant signs in, and how far AWS is with the assignment; `view` is null before anything was asked of AWS. */
export function assignmentEntryOf(grant: Pick<Grant, 'state' | 'endsAt'>, access: Assigned, view: AssignmentView | null, portalUrl: string | undefined): AssignmentEntryModel {
  const open = grant.state === 'active'
  const minutes = view?.assignment.sessionMinutes ?? access.sessionDurationMinutes
  return {
    sentence: grant.state === 'activating' ? activating(view) : sentences[grant.state === 'ending' && !view?.closedAt ? 'removing' : grant.state],
    problem: open ? (view?.assignment.failureMessage ?? null) : null,
    permissionSet: view?.assignment.permissionSetName ?? access.permissionSet,
    sessionMinutes: minutes,
    portal: open ? { url: portalUrl ?? null } : null,
    mayLiveUntil: open && grant.endsAt ? mayLiveUntil(grant.endsAt, minutes).toISOString() : null,
  }
}

function activating(view: AssignmentView | null): string {
  const why = view?.assignment.failureMessage
  return why ? `AWS has not made the assignment yet: ${why} It is tried again.` : 'AWS is making the assignment, which takes it from seconds to minutes. No session can be opened before AWS confirms it.'
}

const sentences: Record<Exclude<Grant['state'], 'activating'> | 'removing', string> = {
  scheduled: 'The assignment is made when this grant begins. No session can be opened before AWS confirms it.',
  active: 'AWS confirmed the assignment. Sign in at the AWS access portal and choose this account and permission set.',
  removing: 'The assignment is being removed. Until AWS confirms that, new sessions may still be opened.',
  ending: 'No session can be opened under this grant any more. What was opened before may live on.',
  ended: 'No session can be opened under this grant any more.',
  failed: 'AWS did not make the assignment: no session can be opened under this grant.',
}
