'use server'
import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import type { ActionState } from '#components/models.ts'
import { addAccounts } from '#lib/catalog/add-accounts.ts'
import { refuse } from '#lib/config/result.ts'
import { act } from '#app/_server/act.ts'
import { readImport } from '#app/_server/import-view.ts'
import { getServices } from '#app/_server/services.ts'

const chosenSchema = z.array(z.string().regex(/^\d{12}$/)).min(1).max(1_000)

/** Adds the chosen accounts to the catalogue, as AWS says them at this moment. */
export async function addAccountsAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = chosenSchema.safeParse(form.getAll('account'))
  if (!input.success) return refuse('nothing_chosen', 'Choose at least one account.')
  return act('add accounts', { fresh: true }, async (viewer) => {
    const read = await readImport(viewer)
    if (!read.ok) return read
    const chosen = read.compared.accounts.filter(({ id }) => input.data.includes(id))
    if (chosen.length < input.data.length) return refuse('gone', 'AWS does not list all of these accounts any more, or the catalogue has them by now.', 'Look at the list as it is now.')
    const { db, clock } = await getServices()
    const result = await addAccounts(db, viewer, chosen.map(({ path: _path, ...account }) => account), clock())
    if (!result.ok) return result
    revalidatePath('/', 'layout')
    return { ok: true as const, message: result.added.length === 1 ? `${result.added[0]} is in the catalogue.` : `${result.added.length} accounts are in the catalogue.` }
  })
}
