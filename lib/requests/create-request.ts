import { randomUUID } from 'node:crypto'
import { after, minutes } from '#lib/config/clock.ts'
import { refuse, type Refusal } from '#lib/config/result.ts'
import type { Transaction } from '#lib/db/client.ts'
import type { AccessProfile } from '#lib/db/generated/client.ts'
import { isUniqueViolation } from '#lib/db/unique-violation.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { type CarryOut, GrantOver } from './bring-about.ts'
import { holdProfiles, profileChanged, ProfileMoved } from './hold-profiles.ts'
import type { FieldErrors, NewRequestCode, NewRequestInput } from './decide-new-request.ts'
import type { NarrowedScope } from './narrowed-scope.ts'
import { type PreparedRequest, prepareRequest, type PrepareDeps } from './prepare-request.ts'
import type { RiskAssessment } from './assess-risk.ts'
import { writeRequest } from './request.store.ts'

export type CreateDeps = PrepareDeps & { carryOut: CarryOut } & { requestLapseHours: number }
type Code = NewRequestCode | 'role_changed' | 'already_pending' | 'no_rule' | 'nobody_to_ask' | 'not_extendable' | 'nothing_used'
export type CreateRefusal = Refusal<Code> & { fields: FieldErrors; profileId: string; requestId?: string }
export type CreateRequestResult = { ok: true; requestId: string; code: string; approved: boolean } | CreateRefusal
/** `risk` and `narrowed` come from rooms that know: nothing of them is taken from what a person sent. */
type Asked = { input: NewRequestInput; risk: RiskAssessment | null; narrowed: NarrowedScope | null }
type Written = { requestId: string; code: string; approved: boolean }
export type CreateRequestsResult = { ok: true; requests: Written[] } | CreateRefusal

/**
 * Asks for access in the viewer's own name. One pending request a person and profile: a second one is refused with the
 * first's code, also when both are sent at once (a partial unique index decides). A rule that approves by itself opens
 * the grant in the same transaction. `risk` is assessed by the caller, whose rooms know what it is made of.
 */
export async function createRequest(deps: CreateDeps, viewer: Viewer, input: NewRequestInput, risk: RiskAssessment | null, now: Date, narrowed: NarrowedScope | null = null): Promise<CreateRequestResult> {
  const result = await createRequests(deps, viewer, [{ input, risk, narrowed }], now)
  return result.ok ? { ok: true, ...(result.requests[0] as { requestId: string; code: string; approved: boolean }) } : result
}

/** Asks for several profiles at once: all or none, each with a decision of its own. The first refusal is told. */
export async function createRequests(deps: CreateDeps, viewer: Viewer, asked: readonly Asked[], now: Date): Promise<CreateRequestsResult> {
  const prepared: PreparedRequest[] = []
  for (const { input, risk, narrowed } of asked) {
    const one = await prepareRequest(deps, viewer, input, risk, now, { narrowed })
    if (!one.ok) return { ...one, profileId: input.profileId }
    prepared.push(one)
  }
  return writePrepared(deps, viewer, prepared, now)
}

const grantOver = refuse('not_extendable', 'The grant ended while you asked for more time.', 'Ask for access again.')

const attempts = 3

/** Writes what was prepared, all or none. A request that was in the way and is settled by now is none: it is written again. */
export async function writePrepared(deps: CreateDeps, viewer: Viewer, prepared: readonly PreparedRequest[], now: Date): Promise<CreateRequestsResult> {
  const bundleId = prepared.length > 1 ? randomUUID() : null
  const lapsesAt = after(now, minutes(60 * deps.requestLapseHours))
  for (let attempt = 1; ; attempt += 1) {
    try {
      return { ok: true, requests: await deps.db.$transaction((tx) => writeAll(tx, deps, viewer, prepared, { bundleId, lapsesAt, now })) }
    } catch (error) {
      if (error instanceof GrantOver) return { ...grantOver, fields: {}, profileId: prepared[0]?.profile.id ?? '' }
      if (error instanceof ProfileMoved) return { ...profileChanged, fields: {}, profileId: prepared[0]?.profile.id ?? '' }
      const pending = isUniqueViolation(error) ? await alreadyPending(deps, viewer, prepared) : undefined
      if (pending) return pending
      if (!isUniqueViolation(error) || attempt === attempts) throw error
    }
  }
}

async function writeAll(tx: Transaction, deps: CreateDeps, viewer: Viewer, prepared: readonly PreparedRequest[], when: Parameters<typeof writeRequest>[4]): Promise<Written[]> {
  // What was decided about it, a rule that asks nobody included, was decided about these definitions.
  await holdProfiles(tx, prepared.map(({ profile }) => profile))
  const written: Written[] = []
  for (const one of prepared) written.push(await writeRequest(tx, deps, viewer, one, when))
  return written
}

/** What of this the viewer asked for already and waits; undefined when nothing does. */
export async function alreadyPending({ db }: PrepareDeps, viewer: Viewer, prepared: readonly { profile: Pick<AccessProfile, 'id' | 'title'>; extendsGrantId: string | null }[]): Promise<CreateRefusal | undefined> {
  for (const { profile, extendsGrantId } of prepared) {
    const pending = await db.request.findFirst({ where: { personId: viewer.personId, profileId: profile.id, state: 'pending', extendsGrantId } })
    if (!pending) continue
    const told = refuse('already_pending', `You asked for ${extendsGrantId ? 'more time with ' : ''}"${profile.title}" already; ${pending.code} waits for a decision.`, 'Cancel that request first if you want to ask differently.')
    return { ...told, fields: {}, profileId: profile.id, requestId: pending.id }
  }
  return undefined
}
