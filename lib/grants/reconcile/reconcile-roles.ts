import type { GrantDeps } from '../grant-deps.ts'
import type { Reconciled } from './reconcile.ts'
import { reconcileRole } from './reconcile-role.ts'
import { claimRole, keepRoleChecks, listDueRoles, listFailures } from './role-check.store.ts'

/**
 * Compares the roles that are due. An account that throttles or does not answer is left alone for the rest of the run, and
 * its roles are put off like one that failed, so that they keep no other account waiting.
 */
export async function reconcileRoles(deps: GrantDeps, onError: (error: unknown) => void, batch = 20): Promise<Reconciled> {
  const { db, clock } = deps
  await keepRoleChecks(db, clock())
  const silent = new Map<string, string>()
  let [repaired, outside] = [0, 0]
  for (const due of await listDueRoles(db, clock(), batch)) {
    const accountId = due.roleArn.split(':')[4] ?? ''
    if (!(await claimRole(db, due, clock(), silent.get(accountId))) || silent.has(accountId)) continue
    const outcome = await reconcileRole(deps, due.roleArn).catch((error: unknown) => {
      onError(error)
      return { ok: false as const, code: 'unknown' as const, message: 'Something failed that is in the log.' }
    })
    if (outcome.ok) {
      repaired += outcome.repaired
      outside += outcome.outside
    } else {
      if (outcome.code === 'throttled' || outcome.code === 'unavailable') silent.set(accountId, outcome.message)
      await db.roleCheck.updateMany({ where: { roleArn: due.roleArn }, data: { failure: outcome.message.slice(0, 300) } })
    }
  }
  return { repaired, outside, failed: await listFailures(db) }
}
