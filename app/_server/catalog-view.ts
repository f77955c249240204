import 'server-only'
import type { CatalogueRow, ChangeModel, ProfileState } from '#components/catalogue/catalogue-models.ts'
import { type CatalogRow, getCatalogEntry, type ListedChange } from '#lib/catalog/admin.queries.ts'
import type { ProfileDefinition } from '#lib/catalog/catalog-schema.ts'
import { impactSentences } from '#lib/catalog/describe-plan.ts'
import { exportEntry } from '#lib/catalog/export-catalog.ts'
import { type Impact, impactOf } from '#lib/catalog/impact.queries.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { ruleSentences } from './definition-words.ts'
import { getServices } from './services.ts'
import { iso, orList, profileRef } from './view-models.ts'

export const stateOf = ({ offered, definition }: { offered: boolean; definition: ProfileDefinition }): ProfileState => (!offered ? 'withdrawn' : definition.pilot ? 'pilot' : 'offered')

export function catalogueRow(profile: CatalogRow, waiting: boolean): CatalogueRow {
  const { definition } = profile
  return {
    profile: profileRef(profile),
    href: `/catalogue/${profile.id}`,
    state: stateOf(profile),
    waiting,
    asks: orList(definition.pilot?.groups ?? definition.request.groups),
    policy: ruleSentences(definition).map(({ sentence }) => sentence),
  }
}

/** What is going on under a profile and who gains and loses, a sentence each. */
export function impactWords({ rights, liveGrants, pendingRequests }: Impact): string[] {
  return [
    ...rights.flatMap(impactSentences),
    ...(pendingRequests > 0 ? [`${pendingRequests} pending ${pendingRequests === 1 ? 'request keeps' : 'requests keep'} the rule they were made under; who proposes or approves this change cannot decide them.`] : []),
    ...(liveGrants > 0 ? [`${liveGrants} live ${liveGrants === 1 ? 'grant keeps' : 'grants keep'} the end that was approved.`] : []),
  ]
}

const sources = { page: 'the portal', file: 'the catalogue’s file', cli: 'the command line' } as const

/** Changes as the pages show them; of those that wait, with who would gain and lose now. */
export async function changeModels(viewer: Viewer, changes: readonly ListedChange[]): Promise<ChangeModel[]> {
  const { db } = await getServices()
  return Promise.all(
    changes.map(async (change) => {
      const [before, after] = [change.before as ProfileDefinition | null, change.after as ProfileDefinition | null]
      const isProfile = change.subject === 'profile'
      const impact = isProfile && change.state === 'proposed' ? impactWords(await impactOf(db, viewer, change.subjectId, before, after)) : []
      const known = isProfile && (await getCatalogEntry(db, viewer, change.subjectId)) !== null
      return {
        id: change.id,
        code: change.code,
        what: isProfile ? (after?.title ?? before?.title ?? change.subjectId) : `Account ${change.subjectId}`,
        href: known ? `/catalogue/${change.subjectId}` : null,
        by: change.proposer?.displayName ?? sources[change.source as keyof typeof sources],
        at: change.createdAt.toISOString(),
        state: change.state,
        decidedBy: change.decider?.displayName ?? null,
        decidedAt: iso(change.settledAt),
        reason: change.reason,
        decisionReason: change.decisionReason,
        widenings: change.widenings,
        others: change.others,
        impact,
        before: before && exportEntry(before),
        after: after && exportEntry(after),
        own: change.proposer?.id === viewer.personId,
      }
    }),
  )
}
