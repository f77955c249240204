import type { EndFact } from '#components/request-detail/request-detail-models.ts'
import type { AssignmentView } from '#lib/grants/assignments/assignment.queries.ts'
import { durationText } from './view-models.ts'

/** What AWS lets live on after the end of access through Identity Center: known before anybody asks or approves. */
export const sessionsLiveOn = (sessionMinutes: number): string =>
  `The assignment is removed at the end, but AWS lets credentials that were opened before live on for up to ${durationText(sessionMinutes)}.`

/** How access through Identity Center ended: the assignment and the credentials it opened are two facts with two times; null while it goes on. */
export function assignmentFactsOf({ openedAt, releasedAt, closedAt, lastSessionDiesAt, sharedWith, assignment }: AssignmentView, now: Date): EndFact[] | null {
  // What AWS never made has no end to tell of.
  if (!releasedAt || (closedAt && !openedAt && !sharedWith)) return null
  const { failureMessage, sessionMinutes } = assignment
  if (sharedWith) return [{ label: 'Not removed', at: null, how: `Another grant of the same access, ${sharedWith.code}, goes on needing the assignment; it is removed with that one.`, open: false }]
  const removed: EndFact = closedAt
    ? { label: 'Assignment removed', at: closedAt.toISOString(), how: 'AWS confirmed it: no new session can be opened since.', open: false }
    : { label: 'Removal asked', at: releasedAt.toISOString(), how: failureMessage ? `AWS has not removed it: ${failureMessage} It is tried again until it is gone.` : 'AWS has not confirmed it yet; new sessions may still be opened.', open: true }
  const dead = lastSessionDiesAt
  const how = `Sessions of this permission set last up to ${durationText(sessionMinutes)}, and AWS cannot take them back.`
  return [removed, dead ? { label: dead > now ? 'Issued credentials dead by' : 'Issued credentials dead since', at: dead.toISOString(), how, open: dead > now } : { label: 'Issued credentials', at: null, how: `${how} They die at the latest that long after the removal.`, open: true }]
}
