import type { PortalRole } from '#lib/config/portal-roles.ts'
import type { Transaction } from '#lib/db/client.ts'
import type { MessageKind } from './message-kinds.ts'

export type Message = {
  kind: MessageKind
  requestId?: string | undefined
  grantId?: string | undefined
  findingId?: string | undefined
  /** Who is told: people, groups as the provider names them, roles of the portal. Each person once. */
  to: { personIds?: readonly string[]; groups?: readonly string[]; roles?: readonly PortalRole[] }
  /** Who is not, under any of their identities: the requester among the approvers. */
  notTo?: readonly string[]
  /** What the rows it is about will not say later. No secrets and no names: those are read when somebody reads. */
  facts?: { readonly [key: string]: string | number | null }
  /** Two messages of one key are one. */
  onceKey?: string
}

/**
 * Appends what must be told in the caller's transaction: it is told if and only if that commits. Nobody is asked and
 * nothing is sent here; the notify room spreads it within a second or so.
 */
export async function tellLater(tx: Transaction, message: Message, now: Date): Promise<void> {
  const { kind, requestId, grantId, findingId, to, notTo = [], facts = {}, onceKey } = message
  await tx.outboxMessage.createMany({
    data: {
      kind,
      requestId: requestId ?? null,
      grantId: grantId ?? null,
      findingId: findingId ?? null,
      personIds: [...(to.personIds ?? [])],
      groups: [...(to.groups ?? [])],
      roles: [...(to.roles ?? [])],
      notToIds: [...notTo],
      facts,
      onceKey: onceKey ?? null,
      createdAt: now,
    },
    skipDuplicates: onceKey !== undefined,
  })
}
