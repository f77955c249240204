import type { Database } from '#lib/db/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'

/** Open findings, for those who watch; 0 for everybody else. */
export async function countOpenFindings(db: Database, viewer: Viewer): Promise<number> {
  if (!hasRole(viewer, 'responder', 'auditor', 'admin')) return 0
  return db.finding.count({ where: { state: 'open' } })
}
