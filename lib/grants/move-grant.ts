import type { Grant, Prisma } from '#lib/db/generated/client.ts'
import type { Transaction } from '#lib/db/client.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import type { Json } from '#lib/record/canonical-json.ts'
import type { RecordKind } from '#lib/record/record-kinds.ts'
import { type GrantEvent, grantTransitions } from './grant-lifecycle.ts'

export type GrantMove = {
  event: GrantEvent
  kind: RecordKind
  data?: Prisma.GrantUncheckedUpdateManyInput
  facts?: { readonly [key: string]: Json }
  personal?: { readonly [field: string]: string | null | undefined }
  actorId?: string | undefined
}

/**
 * Moves a grant along the transition table with its record entry, in the caller's transaction. `false`, and nothing
 * written, when the table has no such move or somebody else moved the grant first.
 */
export async function moveGrant(tx: Transaction, grant: Pick<Grant, 'id' | 'state' | 'version' | 'code' | 'profileId' | 'requestId'>, move: GrantMove, now: Date): Promise<boolean> {
  const next = grantTransitions[grant.state][move.event]
  if (!next) return false
  const { count } = await tx.grant.updateMany({
    where: { id: grant.id, state: grant.state, version: grant.version },
    data: { ...move.data, state: next, version: { increment: 1 } },
  })
  if (count !== 1) return false
  await appendEntry(tx, {
    kind: move.kind,
    occurredAt: now,
    actorId: move.actorId,
    subjectId: grant.profileId,
    requestId: grant.requestId,
    grantId: grant.id,
    facts: { code: grant.code, before: grant.state, after: next, ...move.facts },
    ...(move.personal ? { personal: move.personal } : {}),
  })
  return true
}
