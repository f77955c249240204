import type { PortalRole } from '#lib/config/portal-roles.ts'
import type { Transaction } from '#lib/db/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { newId } from '#lib/db/new-id.ts'
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
  await tx.$executeRaw`WITH change AS (SELECT true), ${toldInsert(message, now)} SELECT`
}

/** The same as a part of the statement of what is told, the common table expression `told` beside `change`. */
export function toldInsert({ kind, requestId, grantId, findingId, to, notTo = [], facts = {}, onceKey }: Message, now: Date): Prisma.Sql {
  return Prisma.sql`
    told AS (
      INSERT INTO outbox_message (id, kind, "requestId", "grantId", "findingId", "personIds", groups, roles, "notToIds", facts, "onceKey", "createdAt")
      SELECT ${newId()}::uuid, ${kind}, ${requestId ?? null}::uuid, ${grantId ?? null}::uuid, ${findingId ?? null}::uuid, ${to.personIds ?? []}::uuid[], ${to.groups ?? []}::text[],
        ${to.roles ?? []}::text[], ${notTo}::uuid[], ${JSON.stringify(facts)}::jsonb, ${onceKey ?? null}::text, ${now}::timestamptz
      FROM change
      ON CONFLICT ("onceKey") DO NOTHING
    )`
}
