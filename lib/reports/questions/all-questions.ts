import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { accessToAccount, incidentWindow } from './access.ts'
import { breakGlass, catalogueChanges, outsideTheRecord, sessionsWithFindings } from './control.ts'
import { refusals, timeToDecision, whoApproved } from './decisions.ts'
import { personStory } from './person.ts'
import type { Question } from './question.ts'
import { accessReviews } from './reviews.ts'

/** Every question that can be asked, in the order they are offered. */
export const allQuestions: readonly Question[] = [accessToAccount, personStory, incidentWindow, whoApproved, refusals, timeToDecision, breakGlass, outsideTheRecord, catalogueChanges, accessReviews, sessionsWithFindings]

/** Those that the viewer may ask. */
export const questionsFor = (viewer: Viewer): readonly Question[] => allQuestions.filter(({ roles }) => hasRole(viewer, ...roles))

/** A question by its id, for those who may ask it; undefined for everybody else, as for none. */
export const questionFor = (viewer: Viewer, id: string): Question | undefined => questionsFor(viewer).find((question) => question.id === id)
