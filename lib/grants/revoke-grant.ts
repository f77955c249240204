import { keptUntil } from './decide-revocation.ts'
import { type DenialNote, stepDenial } from './denial-steps.ts'
import type { GrantDeps } from './grant-deps.ts'
import { moveGrant } from './move-grant.ts'
import { probeRevocation } from './probe-revocation.ts'
import { claimRevocation, type ClaimedRevocation, noteRevocation } from './revocation.store.ts'

/**
 * The job that cuts off the credentials of a grant that ended early: the denial of its sessions on the role, step by step
 * (`stepDenial`), until the last lease has died by itself. Nothing when it is not due, or another process is at it.
 */
export async function revokeGrant(deps: GrantDeps, grantId: string): Promise<void> {
  const claimed = await claimRevocation(deps.db, grantId, deps.clock())
  if (!claimed) return
  const { roleArn, userId } = claimed
  const again = await stepDenial(deps, {
    denial: claimed,
    write: (revoker, now) => revoker.revoke(roleArn, { userId, until: keptUntil(claimed) }, now),
    probe: () => probeRevocation(deps, claimed),
    note: (note, now) => (note.event === 'confirmed' ? dead(deps, claimed, note, now) : deps.db.$transaction((tx) => noteRevocation(tx, claimed, note, now))),
  })
  if (again) await revokeGrant(deps, grantId)
}

/** AWS denies the grant's sessions: its second fact has come, earlier than by itself, and the grant is over. */
async function dead({ db }: GrantDeps, claimed: ClaimedRevocation, note: DenialNote, now: Date): Promise<boolean> {
  return db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM "grant" WHERE id = ${claimed.grantId}::uuid FOR UPDATE`
    const grant = await tx.grant.findUniqueOrThrow({ where: { id: claimed.grantId } })
    if (!(await noteRevocation(tx, claimed, note, now))) return false
    if (grant.state !== 'ending' || (grant.credentialsDeadAt && grant.credentialsDeadAt <= now)) return true
    return moveGrant(tx, grant, { event: 'finish', kind: 'grant.ended', data: { credentialsDeadAt: now }, facts: { credentialsDeadAt: now.toISOString(), confirmed: true } }, now)
  })
}
