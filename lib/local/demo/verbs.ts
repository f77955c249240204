import { definitionOf } from '#lib/catalog/definition-of.ts'
import { readRole } from '#lib/catalog/read-role.ts'
import { roleArnOf } from '#lib/catalog/role-arn.ts'
import { minutes } from '#lib/config/clock.ts'
import { carryOut } from '#lib/grants/carry-out.ts'
import { type MintedLease, mintLease } from '#lib/grants/mint-lease.ts'
import { createRequest } from '#lib/requests/create-request.ts'
import { type SettleDeps, settleRequest } from '#lib/requests/settle-request.ts'
import type { JobQueue } from '#lib/jobs/queue.ts'
import { assessRequest } from '../../../app/_server/assess-request.ts'
import type { Services } from '../../../app/_server/services.ts'
import type { Actors } from './actors.ts'

/** What the demo's people work with: the product's own services and who they are. */
export type Stage = { services: Omit<Services, 'queue'> & { queue: JobQueue }; actors: Actors }
export type Ask = { profileId: string; durationMinutes: number; justification: string; ticketReference?: string }

const approving = ({ db, queue, config }: Stage['services']): SettleDeps => ({ db, firstIssuer: config.oidc[0]?.issuer ?? '', carryOut: (request, now) => carryOut(queue, request, now) })

/** Asks for access as the request page does; undefined when the product refuses (one pending request a profile, for example). */
export async function ask({ services, actors }: Stage, person: string, input: Ask): Promise<string | undefined> {
  const viewer = await actors.viewer(person)
  const result = await createRequest({ ...approving(services), requestLapseHours: services.config.requestLapseHours }, viewer, input, await assessRequest(services, viewer, input), services.clock())
  return result.ok ? result.requestId : undefined
}

/** Decides as the approvals page does, after reading the role as it is in AWS; the grant's id when it was approved. */
export async function decide({ services, actors }: Stage, approver: string, requestId: string, verdict: 'approve' | 'deny', reason = ''): Promise<string | undefined> {
  const viewer = await actors.viewer(approver, true)
  const { profile } = await services.db.request.findUniqueOrThrow({ where: { id: requestId }, select: { profile: { include: { account: true } } } })
  const definition = definitionOf(profile)
  const roleArn = roleArnOf(definition, profile.account)
  const read = roleArn ? await readRole(services, definition, roleArn, services.clock(), minutes(10)) : undefined
  const digest = read?.ok ? read.reading.digest : null
  const result = await settleRequest(approving(services), viewer, requestId, digest, { verdict, reason, roleDigest: digest }, services.clock())
  if (!result.ok || verdict === 'deny') return undefined
  return (await services.db.grant.findUniqueOrThrow({ where: { requestId }, select: { id: true } })).id
}

/** Gets credentials as the reveal page does; undefined when the grant no longer gives any. */
export async function reveal({ services, actors }: Stage, holder: string, grantId: string): Promise<MintedLease | undefined> {
  const result = await mintLease(services, await actors.viewer(holder, true), grantId, 'reveal')
  return result.ok ? result.lease : undefined
}
