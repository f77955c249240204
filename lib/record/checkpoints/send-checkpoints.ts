import { after, minutes } from '#lib/config/clock.ts'
import type { Database } from '#lib/db/client.ts'
import type { Checkpoint, Succession } from './checkpoint.ts'
import { listCheckpoints, listSuccessions } from './checkpoints.queries.ts'

/** A place outside the database beside the checkpoint file, and how often it is given what is new. */
export type Place = {
  name: string
  everyMs: number
  /** Puts lines there, once: doing it again with the same `upTo` changes nothing. Throws where it could not. Answers where they are. */
  put: (lines: { text: string; upTo: string; newest: Checkpoint }) => Promise<string>
}

const mostAtOnce = 5_000

/**
 * Gives a place the checkpoints it does not have yet, with every handing over of the key, as lines like those of the
 * checkpoint file. What is put is noted afterwards: whoever dies in between puts the same again. Answers whether it did.
 */
export async function sendCheckpoints(db: Database, { name, everyMs, put }: Place, now: Date): Promise<boolean> {
  const known = await db.recordPlace.findUnique({ where: { place: name } })
  if (known?.lastSuccessAt && after(known.lastSuccessAt, everyMs) > now) return false
  const checkpoints = await listCheckpoints(db, known?.sequence ?? 0n, mostAtOnce)
  const newest = checkpoints.at(-1)
  if (!newest) return false
  const reference = await put({ text: linesOf(checkpoints, await listSuccessions(db)), upTo: newest.sequence, newest })
  // Of two replicas the one that reached less does not take the other back.
  await db.$executeRaw`
    INSERT INTO record_place (place, sequence, reference, "lastSuccessAt") VALUES (${name}, ${BigInt(newest.sequence)}, ${reference}, ${now}::timestamptz)
    ON CONFLICT (place) DO UPDATE SET sequence = excluded.sequence, reference = excluded.reference, "lastSuccessAt" = excluded."lastSuccessAt" WHERE record_place.sequence < excluded.sequence`
  return true
}

const linesOf = (checkpoints: readonly Checkpoint[], successions: readonly Succession[]): string =>
  [...successions.map((succession) => ({ succession })), ...checkpoints].map((line) => `${JSON.stringify(line)}\n`).join('')

export const bucketEveryMs = minutes(5)
export const mailEveryMs = minutes(24 * 60)
/** Keys in the order of the entries they reach. */
export const checkpointKey = (upTo: string): string => `checkpoints/${upTo.padStart(16, '0')}.ndjson`
