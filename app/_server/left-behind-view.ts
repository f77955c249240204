import 'server-only'
import type { LeftBehindModel } from '#components/sessions/left-behind-model.ts'
import type { FindingState } from '#components/models.ts'
import { listLeftBehind } from '#lib/detection/left-behind.queries.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { getServices } from './services.ts'

/** Of one thing; the others are among the calls. */
const mostChanges = 8

/** What outlives a grant, for those who may see it; null for others. */
export async function leftBehindOf(viewer: Viewer, grantId: string): Promise<LeftBehindModel | null> {
  const { db, clock } = await getServices()
  const left = await listLeftBehind(db, viewer, grantId, clock())
  return left && {
    things: left.things.map(({ of, name, accountId, changes, severity, finding }) => ({
      of,
      name,
      accountId,
      changes: changes.slice(0, mostChanges).map(({ at, takenBack, ...change }) => ({ ...change, at: at.toISOString(), takenBack: takenBack && { ...takenBack, at: takenBack.at.toISOString() } })),
      more: Math.max(0, changes.length - mostChanges),
      takenBack: changes.every((change) => change.takenBack !== null),
      severity,
      finding: finding && { href: `/findings?finding=${finding.id}`, state: finding.state as FindingState },
    })),
    knownUntil: left.knownUntil?.toISOString() ?? null,
  }
}
