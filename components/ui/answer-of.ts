import { unstable_isUnrecognizedActionError, unstable_rethrow } from 'next/navigation'

type Refusal = { ok: false; code: string; message: string; mend: string }

/** The call of an action that this version of the portal does not know was not run: somebody else may be asked. */
const mostCalls = 3

const updated: Refusal = {
  ok: false,
  code: 'updated',
  message: 'Latchkey was updated while this page was open, so nothing was done.',
  mend: 'Copy what you typed, load the page again, and send it from there.',
}
const unanswered: Refusal = {
  ok: false,
  code: 'unanswered',
  message: 'Latchkey did not answer, so it is not known whether this was done.',
  mend: 'What you typed is still here. Look whether it was done before you send it again.',
}

/**
 * What a server action answers, or a refusal in the form when no answer came: thrown, it would take the page away, and
 * what was typed with it. During an update two versions answer in turns, and one may not know the action of the other's
 * page (https://nextjs.org/docs/messages/failed-to-find-server-action); it is asked for again, because it was not run.
 * Redirects go on.
 */
export async function answerOf<Answer>(call: () => Promise<Answer>, asAnswer: (refusal: Refusal) => Answer): Promise<Answer> {
  for (let calls = 1; ; calls += 1) {
    try {
      return await call()
    } catch (error) {
      unstable_rethrow(error)
      if (!unstable_isUnrecognizedActionError(error)) return asAnswer(unanswered)
      if (calls === mostCalls) return asAnswer(updated)
    }
  }
}
