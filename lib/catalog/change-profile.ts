import { refuse, type Result } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { applyChanges, noteChanges } from './apply-changes.ts'
import type { ProfileDefinition } from './catalog-schema.ts'
import { digestOf, lockCatalog, numbered, readCatalogState } from './catalog-state.ts'
import { planChange } from './plan-catalog.ts'

export type ProfileChange = {
  profileId: string
  /** Digest of what the page was made from; of nothing for what was not offered. */
  baseHash: string
  /** Null withdraws it from the catalogue. Names its account as the catalogue does. */
  definition: ProfileDefinition | null
  reason: string
}
export type ProfileChangeCode = 'not_allowed' | 'stale' | 'nothing_changed' | 'unknown_account' | 'change_waiting'

/**
 * Changes, offers or withdraws a profile for an admin: at once where nothing widens, else as a proposal that another
 * admin decides. `baseHash` must be what stands now. One transaction with entries of the record.
 */
export async function changeProfile(db: Database, viewer: Viewer, change: ProfileChange, now: Date): Promise<Result<{ applied: boolean; code: string }, ProfileChangeCode>> {
  if (!hasRole(viewer, 'admin')) return refuse('not_allowed', 'Only admins change the catalogue.')
  return db.$transaction(async (tx) => {
    await lockCatalog(tx)
    const { accounts, profiles } = await readCatalogState(tx, change.profileId)
    const before = profiles.get(change.profileId) ?? null
    if (digestOf(before) !== change.baseHash) return refuse('stale', 'Somebody changed this profile since you opened it.', 'Open it again; what you typed can be copied from the YAML.')
    const account = change.definition && [...accounts.values()].find(({ name }) => name === change.definition?.account)
    if (change.definition && !account) return refuse('unknown_account', `The catalogue has no account called ${change.definition.account}.`, `There are: ${[...accounts.values()].map(({ name }) => name).join(', ')}.`)
    const after = change.definition && account ? numbered({ ...change.definition, id: change.profileId }, account.id) : null
    const plan = planChange(change.profileId, { subject: 'profile', before, after })
    if (!plan) return refuse('nothing_changed', 'Nothing is different from what stands.')
    const origin = { source: 'page' as const, proposerId: viewer.personId, reason: change.reason.trim() || undefined }
    if (plan.widens) {
      const waiting = await tx.catalogChange.findFirst({ where: { state: 'proposed', subject: 'profile', subjectId: change.profileId }, select: { code: true } })
      if (waiting) return refuse('change_waiting', `The change ${waiting.code} of this profile waits already.`, 'Decide or withdraw it first.')
      const [code = ''] = await noteChanges(tx, [plan], origin, 'proposed', now)
      return { ok: true as const, applied: false, code }
    }
    await applyChanges(tx, [plan], origin, now)
    const [code = ''] = await noteChanges(tx, [plan], origin, 'applied', now)
    return { ok: true as const, applied: true, code }
  })
}
