import type { Database } from '#lib/db/client.ts'

/** What of a source could not be read, where in it, and why. */
export type Unreadable = { file: string; position: string; reason: string }
/** More of one source are counted and not told one by one. */
const toldAtMost = 1_000

/** Keeps what could not be read and where it lies, each once, the latest thousand of a source. */
export async function noteUnreadable(db: Database, source: string, found: readonly Unreadable[], now: Date): Promise<void> {
  if (found.length === 0) return
  const short = (text: string): string => text.toWellFormed().replaceAll('\0', '').slice(0, 1_000)
  await db.trailUnreadable.createMany({ data: found.slice(0, toldAtMost).map(({ file, position, reason }) => ({ source, file: short(file), position: short(position), reason: short(reason), seenAt: now })), skipDuplicates: true })
  await db.$executeRaw`
    DELETE FROM trail_unreadable WHERE source = ${source} AND id IN (SELECT id FROM trail_unreadable WHERE source = ${source} ORDER BY "seenAt" DESC, id OFFSET ${toldAtMost})`
}
