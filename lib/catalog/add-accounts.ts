import { refuse, type Result } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { applyChanges, noteChanges } from './apply-changes.ts'
import type { CatalogAccount } from './catalog-schema.ts'
import { lockCatalog, readCatalogState } from './catalog-state.ts'
import { planChange } from './plan-catalog.ts'

/**
 * Adds accounts to the catalogue for an admin, all in one transaction with entries of the record; those that are there
 * already stay as they are. An account by itself opens nothing to anybody; where one did, it would wait for a second admin.
 */
export async function addAccounts(db: Database, viewer: Viewer, accounts: readonly CatalogAccount[], now: Date): Promise<Result<{ added: string[] }, 'not_allowed' | 'nothing_new' | 'name_taken'>> {
  if (!hasRole(viewer, 'admin')) return refuse('not_allowed', 'Only admins change the catalogue.')
  return db.$transaction(async (tx) => {
    await lockCatalog(tx)
    const state = await readCatalogState(tx, '')
    const fresh = accounts.filter(({ id }) => !state.accounts.has(id))
    const names = new Set([...state.accounts.values()].map(({ name }) => name))
    const taken = fresh.find(({ name }) => names.has(name))
    if (taken) return refuse('name_taken', `The catalogue has another account called ${taken.name}.`, 'Read the list again.')
    const plans = fresh.flatMap((account) => planChange(account.id, { subject: 'account', before: null, after: account }) ?? [])
    if (plans.length === 0) return refuse('nothing_new', 'The catalogue has these accounts already.')
    const origin = { source: 'page' as const, proposerId: viewer.personId }
    const [widening, plain] = [plans.filter(({ widens }) => widens), plans.filter(({ widens }) => !widens)]
    await applyChanges(tx, plain, origin, now)
    await noteChanges(tx, plain, origin, 'applied', now)
    if (widening.length > 0) await noteChanges(tx, widening, origin, 'proposed', now)
    return { ok: true as const, added: fresh.map(({ name }) => name) }
  })
}
