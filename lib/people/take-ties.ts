import { isStorable } from '#lib/config/typed-text.ts'
import type { ProviderSettings } from '#lib/config/identity-providers.ts'
import type { Transaction } from '#lib/db/client.ts'
import type { Person } from '#lib/db/generated/client.ts'
import { appendEntries } from '#lib/record/append-entry.ts'
import type { Claims } from './read-groups.ts'

/** What a provider says of how somebody is tied to other people. What it does not say changes nothing. */
export type Ties = {
  /** The same for every sign-in of one human being, at whichever provider: an employee number. */
  personClaim?: string | undefined
  /** The subject of their manager at the same provider. */
  managerReference?: string | undefined
}

const longest = 256

/** Reads the configured claims; numbers count as their digits, anything else that is no short text as not said. */
export function readTies(claims: Claims, ties: ProviderSettings['ties']): Ties {
  const read = (claim: string | undefined): string | undefined => {
    const value = claim === undefined ? undefined : claims[claim]
    const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : typeof value === 'string' ? value.trim() : ''
    return text !== '' && text.length <= longest && isStorable(text) ? text : undefined
  }
  return { personClaim: read(ties.person), managerReference: read(ties.manager) }
}

/**
 * Keeps what the provider said of somebody who signs in: their person claim, and their manager, unless an admin said
 * otherwise. People who named this one as their manager before they ever signed in get them now.
 */
export async function takeTies(tx: Transaction, person: Person, ties: Ties | undefined, now: Date): Promise<void> {
  const { personClaim, managerReference } = ties ?? {}
  if ((personClaim && personClaim !== person.personClaim) || (managerReference && managerReference !== person.managerReference)) {
    await tx.person.update({ where: { id: person.id }, data: { ...(personClaim ? { personClaim } : {}), ...(managerReference ? { managerReference } : {}) } })
  }
  const waiting = await tx.$queryRaw<{ id: string; managerId: string }[]>`
    SELECT report.id::text, manager.id::text AS "managerId" FROM person report
    JOIN person manager ON manager.issuer = report.issuer AND manager.subject = report."managerReference"
    WHERE report.issuer = ${person.issuer} AND (report.id = ${person.id}::uuid OR report."managerReference" = ${person.subject})
      AND (report."managerSource" IS NULL OR report."managerSource" = 'claim') AND report."managerId" IS DISTINCT FROM manager.id
      AND NOT EXISTS (SELECT FROM same_person(report.id) mine WHERE mine = manager.id)`
  for (const { id, managerId } of waiting) await writeManager(tx, id, managerId, 'claim', undefined, now)
}

type Source = 'claim' | 'admin' | 'import'

/** Writes who leads somebody, with its entry. */
export async function writeManager(tx: Transaction, personId: string, managerId: string | null, source: Source, actorId: string | undefined, now: Date): Promise<void> {
  await writeManagers(tx, [{ personId, managerId }], source, actorId, now)
}

/** Writes who leads each of many, with an entry each, in a few statements. */
export async function writeManagers(tx: Transaction, led: readonly { personId: string; managerId: string | null }[], source: Source, actorId: string | undefined, now: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE person SET "managerId" = led."managerId", "managerSource" = CASE WHEN led."managerId" IS NOT NULL THEN ${source} END
    FROM jsonb_to_recordset(${JSON.stringify(led)}::jsonb) led("personId" uuid, "managerId" uuid) WHERE person.id = led."personId"`
  await appendEntries(tx, led.map(({ personId, managerId }) => ({ kind: 'person.manager.set', occurredAt: now, actorId, subjectId: personId, facts: { manager: managerId, source } })))
}
