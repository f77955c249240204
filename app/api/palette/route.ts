import type { PaletteResponse } from '#components/shell/shell-models.ts'
import { listProfilesFor } from '#lib/catalog/profiles.queries.ts'
import { getServices } from '#app/_server/services.ts'
import { getViewer } from '#app/_server/viewer.ts'

const headers = { 'Cache-Control': 'no-store' }

/** What the command palette can go to for this viewer: the profiles they may ask for. */
export async function GET(): Promise<Response> {
  const result = await getViewer()
  if (!result.ok) return Response.json({ code: result.code }, { status: 401, headers })
  if (result.viewer.roles.length === 0) return Response.json({ code: 'no_access' }, { status: 403, headers })
  const { db } = await getServices()
  const profiles = await listProfilesFor(db, result.viewer, { search: '', account: '', environment: '', useCase: '' }, 200)
  const items = profiles.map((profile) => ({
    id: profile.id,
    label: `Request ${profile.title}`,
    href: `/request?profile=${encodeURIComponent(profile.id)}`,
    hint: profile.account.name,
    keywords: [profile.environment, profile.accountId],
  }))
  return Response.json({ groups: items.length > 0 ? [{ heading: 'Request access', items }] : [] } satisfies PaletteResponse, { headers })
}
