import pg from 'pg'
import { stackFacts } from './facts.ts'

export type Row = Record<string, unknown>

/** Looks into, or ages, the test database as its owner. Journeys change state through the product; this only checks and moves time. */
export async function query<Found extends Row = Row>(text: string, values: unknown[] = []): Promise<Found[]> {
  const client = new pg.Client({ connectionString: stackFacts().ownerUrl })
  await client.connect()
  try {
    return (await client.query<Found>(text, values)).rows
  } finally {
    await client.end()
  }
}

export async function one<Found extends Row = Row>(text: string, values: unknown[] = []): Promise<Found> {
  const [row] = await query<Found>(text, values)
  if (!row) throw new Error(`Nothing found by: ${text}`)
  return row
}

/** One pending request a person and profile: what an earlier journey left waiting would refuse this one. */
export async function clearPending(): Promise<void> {
  await query(`UPDATE request SET state = 'cancelled', version = version + 1, "settledAt" = now() WHERE state = 'pending'`)
}
