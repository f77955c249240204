import type { GrantDeps } from '../grant-deps.ts'
import { runCutoff } from './run-cutoff.ts'

/** Goes on with cutoffs of roles that are due, as `resumeRevocations` does with those of grants. Returns how many were due. */
export async function resumeCutoffs(deps: GrantDeps, onError: (error: unknown) => void, batch = 20): Promise<number> {
  const due = await deps.db.roleCutoff.findMany({ where: { closedAt: null, nextAttemptAt: { lte: deps.clock() } }, select: { id: true }, orderBy: { nextAttemptAt: 'asc' }, take: batch })
  for (const { id } of due) await runCutoff(deps, id).catch(onError)
  return due.length
}
