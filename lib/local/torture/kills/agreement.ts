import type { Database } from '#lib/db/client.ts'
import type { LocalAws } from '../../aws/server/start.ts'

/**
 * What has to hold between requests, grants, leases, the record and AWS once everything is over, whatever was killed on
 * the way: nothing lost, nothing doubled. Answers a sentence for each thing that does not.
 */
export async function disagreements(owner: Database, aws: LocalAws): Promise<string[]> {
  return [...(await ofRequests(owner)), ...(await ofGrants(owner)), ...(await ofLeases(owner, aws)), ...(await ofRevocations(owner, aws)), ...(await ofWaitingWork(owner))]
}

const settledKinds = ['request.approved', 'request.denied', 'request.cancelled', 'request.lapsed'] as const

async function ofRequests(db: Database): Promise<string[]> {
  const requests = await db.request.findMany({ include: { grant: true, decisions: true } })
  const entries = Map.groupBy(await db.recordEntry.findMany({ where: { requestId: { not: null } }, select: { requestId: true, kind: true } }), ({ requestId }) => requestId)
  return requests.flatMap(({ id, code, state, grant, decisions }) => {
    const kinds = (entries.get(id) ?? []).map(({ kind }) => kind)
    const settled = kinds.filter((kind) => (settledKinds as readonly string[]).includes(kind))
    const wanted = state === 'pending' ? [] : [`request.${state}`]
    return [
      ...(String(settled) === String(wanted) ? [] : [`${code} is ${state}, and the record says ${settled.join(', ') || 'nothing'}.`]),
      ...(kinds.filter((kind) => kind === 'request.created').length === 1 ? [] : [`${code} was not recorded once when it was asked.`]),
      ...((state === 'approved') === (grant !== null) ? [] : [`${code} is ${state} and has ${grant ? 'a' : 'no'} grant.`]),
      ...(decisions.length > 1 || (state === 'approved') !== decisions.some(({ verdict }) => verdict === 'approve') ? [`${code} is ${state} by ${decisions.length} decisions.`] : []),
    ]
  })
}

async function ofGrants(db: Database): Promise<string[]> {
  const grants = await db.grant.findMany()
  const entries = Map.groupBy(await db.recordEntry.findMany({ where: { grantId: { not: null } }, select: { grantId: true, kind: true } }), ({ grantId }) => grantId)
  return grants.flatMap(({ id, code, state, activatedAt, endReason, mintingStoppedAt }) => {
    const kinds = (entries.get(id) ?? []).map(({ kind }) => kind)
    const times = (kind: string): number => kinds.filter((each) => each === kind).length
    const once: [string, number][] = [
      ['grant.opened', 1],
      ['grant.active', activatedAt ? 1 : 0],
      ['grant.ended', state === 'ended' ? 1 : 0],
      ['grant.ending', endReason === 'relinquished' || endReason === 'revoked' ? 1 : 0],
    ]
    return [
      ...(state === 'ended' || state === 'failed' ? [] : [`${code} is ${state} though everything is over.`]),
      ...(state === 'ended' && !mintingStoppedAt ? [`${code} ended without a time at which minting stopped.`] : []),
      ...once.filter(([kind, wanted]) => times(kind) !== wanted).map(([kind, wanted]) => `${code} has ${times(kind)} entries ${kind} instead of ${wanted}.`),
    ]
  })
}

/** Every set of credentials that AWS issued for a grant is a lease row, or one whose answer nobody heard; no row claims what AWS did not issue. */
async function ofLeases(db: Database, aws: LocalAws): Promise<string[]> {
  const leases = await db.lease.findMany({ include: { grant: true } })
  const accounts = [...new Set(leases.map(({ grant }) => grant.accountId))]
  const issued = accounts.flatMap((accountId) => aws.recorded(accountId)).flatMap((record) => {
    const made = record.eventName === 'AssumeRole' && !record.errorCode ? issuedBy(record) : undefined
    return made ? [made] : []
  })
  const known = new Set(issued.map(({ accessKeyId }) => accessKeyId))
  const claimed = new Map(leases.flatMap((lease) => (lease.accessKeyId ? [[lease.accessKeyId, lease] as const] : [])))
  const bySession = Map.groupBy(leases, ({ grant }) => grant.sessionName)
  const unheard = Map.groupBy(issued.filter(({ accessKeyId }) => !claimed.has(accessKeyId)), ({ sessionName }) => sessionName)
  return [
    ...leases.filter(({ state }) => state === 'minting').map(({ grant }) => `A lease of ${grant.code} still waits for AWS's answer.`),
    ...leases.filter(({ accessKeyId }) => accessKeyId && !known.has(accessKeyId)).map(({ grant, accessKeyId }) => `${grant.code} claims ${accessKeyId}, which AWS did not issue.`),
    ...[...unheard].filter(([session, keys]) => bySession.has(session) && keys.length > (bySession.get(session) ?? []).filter(({ state }) => state === 'unknown').length).map(([session, keys]) => `AWS issued ${keys.length} sets of credentials to ${session} that no lease row stands for.`),
  ]
}

type Recorded = ReturnType<LocalAws['recorded']>[number]

function issuedBy(record: Recorded): { accessKeyId: string; sessionName: string } | undefined {
  const request = record.requestParameters as { roleSessionName?: string } | null
  const response = record.responseElements as { credentials?: { accessKeyId?: string } } | null
  const [accessKeyId, sessionName] = [response?.credentials?.accessKeyId, request?.roleSessionName]
  return accessKeyId && sessionName ? { accessKeyId, sessionName } : undefined
}

/** Each early end whose credentials still lived was denied in AWS, and no denial is left once they have died. */
async function ofRevocations(db: Database, aws: LocalAws): Promise<string[]> {
  const revocations = await db.revocation.findMany({ include: { grant: true } })
  const accounts = [...new Set(revocations.map(({ grant }) => grant.accountId))]
  const names = (event: string): Set<string> => new Set(accounts.flatMap((accountId) => aws.recorded(accountId)).filter(({ eventName, errorCode }) => eventName === event && !errorCode).map(({ requestParameters }) => `${(requestParameters as { roleName: string }).roleName} ${(requestParameters as { policyName: string }).policyName}`))
  const [put, deleted] = [names('PutRolePolicy'), names('DeleteRolePolicy')]
  const left = [...put].filter((name) => name.includes('latchkey-revoked') && !deleted.has(name))
  return [
    ...revocations.filter(({ closedAt }) => !closedAt).map(({ grant, state }) => `The denial of ${grant.code} is ${state} and not closed.`),
    ...left.map((name) => `The denial ${name} was never taken away.`),
  ]
}

async function ofWaitingWork(db: Database): Promise<string[]> {
  const [unsealed, untold] = await Promise.all([db.recordPending.count(), db.outboxMessage.count({ where: { spreadAt: null } })])
  return [...(unsealed > 0 ? [`${unsealed} entries of the record are not sealed.`] : []), ...(untold > 0 ? [`${untold} messages were told to nobody.`] : [])]
}
