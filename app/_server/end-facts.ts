import type { EndFact } from '#components/request-detail/request-detail-models.ts'
import type { Grant, Revocation } from '#lib/db/generated/client.ts'

/** How a grant ended, as facts that come one after the other; `null` while it may still mint. */
export function endFactsOf(grant: Pick<Grant, 'mintingStoppedAt' | 'credentialsDeadAt' | 'endReason'>, revocation: Revocation | null, now: Date): EndFact[] | null {
  const { mintingStoppedAt, credentialsDeadAt, endReason } = grant
  if (!mintingStoppedAt) return null
  const stopped: EndFact = { label: 'No new credentials since', at: mintingStoppedAt.toISOString(), how: 'The portal mints nothing from then on.', open: false }
  if (revocation) return [stopped, denial(revocation, now), lastLease(revocation, now)]
  const how = endReason === 'expired' ? 'The policy of every session denies everything from then on.' : 'No credentials live beyond that.'
  return [stopped, { label: 'Issued credentials dead since', at: credentialsDeadAt?.toISOString() ?? null, how, open: !credentialsDeadAt || credentialsDeadAt > now }]
}

function denial(revocation: Revocation, now: Date): EndFact {
  const { state, writtenAt, confirmedAt, failureMessage, until } = revocation
  const over = now >= until
  const goesOn = over ? 'The credentials have died by themselves.' : 'It is tried again until they die by themselves.'
  switch (state) {
    case 'confirmed':
      return { label: 'Denied since', at: confirmedAt?.toISOString() ?? null, how: 'Seen: AWS denied a session under this grant\'s name, and a control session of the same role went on working.', open: false }
    case 'written':
    case 'unconfirmed':
      return { label: 'Written, not confirmed', at: writtenAt?.toISOString() ?? null, how: `The role denies these sessions, but nobody has seen AWS do so yet. ${failureMessage ?? 'It is being looked at.'}${over ? ` ${goesOn}` : ''}`, open: !over }
    case 'wanted':
      return { label: 'Not denied yet', at: null, how: over ? goesOn : 'The denial is being written to the role in AWS.', open: !over }
    case 'failed':
      return { label: 'Not denied', at: null, how: `The denial could not be written: ${failureMessage ?? 'AWS refused.'} ${goesOn}`, open: !over }
  }
}

function lastLease({ until, state }: Revocation, now: Date): EndFact {
  const how = state === 'confirmed' ? 'Denied until then, and nothing is left afterwards.' : 'Whatever AWS does, no credentials of this grant work from then on.'
  return { label: now < until ? 'Last lease dies at' : 'Last lease died at', at: until.toISOString(), how, open: now < until && state !== 'confirmed' }
}
