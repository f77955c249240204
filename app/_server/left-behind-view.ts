import 'server-only'
import type { LeftBehindModel } from '#components/sessions/left-behind-model.ts'
import type { FindingState } from '#components/models.ts'
import { listLeftBehind } from '#lib/detection/left-behind.queries.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { getServices } from './services.ts'

/** What outlives a grant, for those who may see it; null for others. */
export async function leftBehindOf(viewer: Viewer, grantId: string): Promise<LeftBehindModel | null> {
  const { db } = await getServices()
  const left = await listLeftBehind(db, viewer, grantId)
  return left && {
    things: left.things.map(({ of, name, changes, severity, firstAt, finding }) => ({ of, name, changes, severity, at: firstAt.toISOString(), finding: finding && { href: `/findings?finding=${finding.id}`, state: finding.state as FindingState } })),
    knownUntil: left.knownUntil?.toISOString() ?? null,
  }
}
