import 'server-only'
import { randomUUID } from 'node:crypto'
import { unstable_rethrow } from 'next/navigation'
import { refuse, type Refusal } from '#lib/config/result.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { logError } from './log.ts'
import { type Limited, overLimit } from './rate-limit.ts'
import { currentRequestId } from './request-id.ts'
import { getViewer } from './viewer.ts'

/**
 * The frame of every server action: a viewer minted for this request (`fresh`: groups verified within five minutes; `stored`: in an emergency as they were last confirmed),
 * counted against its `limit`, then one verb. Expected refusals come back as they are; what nobody expected reaches the person as one fixed sentence
 * with a reference, and the log with the details.
 */
export async function act<Outcome extends { ok: boolean }>(
  place: string,
  { fresh, limit, stored = false }: { fresh: boolean; limit?: Limited; stored?: boolean },
  verb: (viewer: Viewer) => Promise<Outcome>,
): Promise<Outcome | Refusal> {
  try {
    const result = await getViewer({ fresh, stored })
    if (!result.ok) return result
    if (result.viewer.roles.length === 0) return refuse('no_access', 'None of your groups leads to an access profile.', 'Ask to be added to a group that may use Latchkey.')
    const over = limit && (await overLimit(limit, result.viewer.personId))
    return over ?? (await verb(result.viewer))
  } catch (error) {
    unstable_rethrow(error)
    const reference = currentRequestId() ?? randomUUID()
    logError(place, error, reference)
    return refuse('unexpected', `Something went wrong on our side (reference ${reference}).`, 'Try again; nothing you typed is lost.')
  }
}
