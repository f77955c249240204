import type { Database } from '#lib/db/client.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import type { Preference } from './preference.ts'

/** Keeps how the viewer wants to be told. It counts for what is told from now on; turning mail off also stops what waits. */
export async function savePreference(db: Database, viewer: Viewer, { quiet, ...rest }: Preference, now: Date): Promise<void> {
  const data = { ...rest, quietFrom: quiet?.from ?? null, quietTo: quiet?.to ?? null, updatedAt: now }
  await db.notificationPreference.upsert({ where: { personId: viewer.personId }, create: { personId: viewer.personId, ...data }, update: data })
}
