import { stepDenial } from '../denial-steps.ts'
import type { GrantDeps } from '../grant-deps.ts'
import { claimCutoff, noteCutoff } from './cutoff.store.ts'
import { cutoffOf } from './decide-cutoff.ts'
import { probeCutoff } from './probe-cutoff.ts'

/**
 * The job that cuts off everybody in a role: a denial of what it issued before, step by step (`stepDenial`), until the
 * longest session from before has died. Nothing when it is not due, or another process is at it.
 */
export async function runCutoff(deps: GrantDeps, id: string): Promise<void> {
  const claimed = await claimCutoff(deps.db, id, deps.clock())
  if (!claimed) return
  const again = await stepDenial(deps, {
    denial: claimed,
    write: (revoker, now) => revoker.cutOff(claimed.roleArn, cutoffOf(claimed), now),
    probe: () => probeCutoff(deps, claimed),
    // A control session of the same second as the cutoff would be denied too.
    provableFrom: claimed.cutAt,
    note: (note, now) => noteCutoff(deps.db, claimed, note, now),
  })
  if (again) await runCutoff(deps, id)
}
