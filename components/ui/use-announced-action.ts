'use client'
import { useActionState } from 'react'
import type { Action, ActionState } from '../models.ts'
import { announce } from './announce.ts'
import { answerOf } from './answer-of.ts'

type Options = {
  /** Runs after a success, when the form may be gone already. */
  onDone?: () => void
  /** Says refusals too, where no message stands beside the form. */
  announceRefusals?: boolean
  /** Refusals that take the form away with them: said where they outlive it. */
  outlives?: (refusal: { code: string }) => boolean
}

/**
 * `useActionState` for an action whose success removes its own form from the page: the answer is told where the action
 * returns, not in an effect that an unmounted form never runs.
 */
export function useAnnouncedAction(action: Action, { onDone, announceRefusals = false, outlives }: Options = {}): [ActionState, (form: FormData) => void, boolean] {
  const [state, run, busy] = useActionState(async (previous: ActionState, form: FormData): Promise<ActionState> => {
    const next = await answerOf(() => action(previous, form), (refusal): ActionState => refusal)
    if (next?.ok) {
      announce(next.message, 'done')
      onDone?.()
    } else if (next && (announceRefusals || outlives?.(next))) {
      announce([next.message, next.mend].filter(Boolean).join(' '), 'failed')
    }
    return next
  }, null)
  return [state, run, busy]
}
