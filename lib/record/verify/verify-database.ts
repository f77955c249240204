import type { KeyObject } from 'node:crypto'
import type { Database } from '#lib/db/client.ts'
import type { Checkpoint } from '../checkpoints/checkpoint.ts'
import { listCheckpoints, listSuccessions } from '../checkpoints/checkpoints.queries.ts'
import type { KeptOutside } from '../checkpoints/read-checkpoints.ts'
import type { ChainVerdict } from './chain-verifier.ts'
import { keyRing } from './key-ring.ts'
import { verifyChain } from './verify-chain.ts'

/**
 * Verifies the record in a database against what is kept outside it and against the checkpoints it knows itself, with
 * the keys given and those they vouch for.
 */
export async function verifyDatabase(db: Database, outside: Pick<KeptOutside, 'checkpoints' | 'successions'>, keys: readonly KeyObject[], onProgress?: (entries: number) => Promise<void>): Promise<ChainVerdict> {
  const checkpoints: Checkpoint[] = [...outside.checkpoints]
  const known = new Set(checkpoints.map(({ signature }) => signature))
  for (let after = 0n; ; ) {
    const page = await listCheckpoints(db, after)
    if (page.length === 0) break
    checkpoints.push(...page.filter(({ signature }) => !known.has(signature)))
    after = BigInt(page.at(-1)?.sequence ?? 0)
  }
  return verifyChain(db, checkpoints, keyRing(keys, [...outside.successions, ...(await listSuccessions(db))]), onProgress)
}
