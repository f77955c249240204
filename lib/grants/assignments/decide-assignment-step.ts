import { after, minutes, seconds } from '#lib/config/clock.ts'
import type { AccountAssignment } from '#lib/db/generated/client.ts'

/**
 * `look`: whether AWS has it already, which makes it somebody else's. `begin`, `undo`: what will be asked for is written
 * down. `create`, `remove`: AWS is asked. `poll`: what came of it.
 */
export type AssignmentStep = 'look' | 'begin' | 'create' | 'undo' | 'remove' | 'poll' | 'rest'

type Facts = Pick<AccountAssignment, 'state' | 'requestId' | 'foreign'>

/**
 * What is to be done about an assignment now; called again after each step. An operation that AWS has taken on is always
 * seen to its end first. What was written down and not confirmed may or may not have reached AWS: asking again does no
 * harm, and asking for the opposite meets a conflict until it is over.
 */
export function decideAssignmentStep({ state, requestId, foreign }: Facts, wanted: boolean): AssignmentStep {
  if (requestId !== null) return 'poll'
  switch (state) {
    case 'absent':
      return wanted ? 'look' : 'rest'
    case 'creating':
      return wanted ? 'create' : 'undo'
    case 'present':
      return wanted || foreign ? 'rest' : 'undo'
    case 'removing':
      return wanted ? 'begin' : 'remove'
  }
}

const longestPauseMs = minutes(5)

/** When to try again after so many tries that did not work: a second, then ever more rarely. */
export const nextTry = (attempts: number, now: Date): Date => after(now, Math.min(longestPauseMs, seconds(1) * 2 ** Math.min(attempts, 10)))

/** When to ask again what came of an operation, which usually takes seconds. */
export const nextPoll = (attempts: number, now: Date): Date => after(now, seconds(Math.min(5, 1 + attempts)))

/** Until when credentials may live that somebody took just before the assignment went: AWS lets them live out their session. */
export const mayLiveUntil = (removedAt: Date, sessionMinutes: number): Date => after(removedAt, minutes(sessionMinutes))
