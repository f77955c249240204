import type { GrantDeps } from '../grant-deps.ts'
import { settleVendorRole } from './settle-vendor-role.ts'

/**
 * Goes on with vendors' roles of which something is wanted: ends, later ends, what AWS could not do yet, denials that no
 * session needs any more. Returns how many were due.
 */
export async function resumeVendorRoles(deps: GrantDeps, onError: (error: unknown) => void, batch = 20): Promise<number> {
  const due = await deps.db.vendorRole.findMany({ where: { nextAttemptAt: { lte: deps.clock() } }, select: { roleArn: true }, orderBy: { nextAttemptAt: 'asc' }, take: batch })
  for (const { roleArn } of due) await settleVendorRole(deps, roleArn).catch(onError)
  return due.length
}
