import { after, minutes } from '#lib/config/clock.ts'
import { activateGrant, patienceMs } from './activate-grant.ts'
import type { GrantDeps } from './grant-deps.ts'

/** So much longer than a job needs to be claimed and tried that the job must be gone. */
const graceMs = minutes(1)

/**
 * Goes on with activations whose job is gone: lost, out of retries, or of a process that died. What began longer ago
 * than patience lasts is tried a last time and then active or failed, so that no grant waits for AWS until it ends.
 * Returns how many were due.
 */
export async function resumeActivations(deps: GrantDeps, onError: (error: unknown) => void, batch = 20): Promise<number> {
  const now = deps.clock()
  const due = await deps.db.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM "grant"
    WHERE state IN ('scheduled', 'activating')
      AND ((state = 'scheduled' AND "opensAt" <= ${after(now, -graceMs)}::timestamptz)
        OR (state = 'activating' AND "endsAt" - make_interval(mins => "durationMinutes") <= ${after(now, -patienceMs - graceMs)}::timestamptz))
    ORDER BY "opensAt" LIMIT ${batch}`
  for (const { id } of due) await activateGrant(deps, id).catch(onError)
  return due.length
}
