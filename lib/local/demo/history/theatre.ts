import { buildExport } from '#lib/reports/exports/build-export.ts'
import { runVerification } from '#lib/reports/record/run-verification.ts'
import { settleAssignment } from '#lib/grants/assignments/settle-assignment.ts'
import { activateGrant } from '#lib/grants/activate-grant.ts'
import { endGrant } from '#lib/grants/end-grant.ts'
import { finishGrant } from '#lib/grants/finish-grants.ts'
import { runCutoff } from '#lib/grants/cutoff/run-cutoff.ts'
import { revokeGrant } from '#lib/grants/revoke-grant.ts'
import type { MintedLease } from '#lib/grants/mint-lease.ts'
import { detectGrant } from '#lib/detection/detect-grant.ts'
import { cancelRequest } from '#lib/requests/cancel-request.ts'
import { lapseRequests } from '#lib/requests/lapse-requests.ts'
import { after } from '#lib/config/clock.ts'
import type { Services } from '../../../../app/_server/services.ts'
import type { MovableClock } from '../../clock.ts'
import type { LocalAws } from '../../aws/server/start.ts'
import { openActors } from '../actors.ts'
import { attempt, type Chore } from '../chores.ts'
import { type Hands, openHands } from '../hands.ts'
import { type Ask, ask, decide, reveal, type Stage } from '../verbs.ts'
import { type Agenda, agendaQueue, createAgenda, pickUpMs } from './agenda.ts'
import { pastIdentityCenter } from './past-identity-center.ts'

/** The past's stage: what people do at moments of their own, through the product's verbs and with leased credentials. */
export type Theatre = Stage & {
  /** With the queue that goes on when the past is over. */
  realServices: Services
  agenda: Agenda
  clock: MovableClock
  aws: LocalAws
  ask(person: string, input: Ask): Promise<string | undefined>
  decide(approver: string, requestId: string, verdict: 'approve' | 'deny', reason?: string): Promise<string | undefined>
  cancel(person: string, requestId: string): Promise<void>
  lapse(): Promise<void>
  /** Ends a grant: by its holder, or by somebody entitled with a reason. */
  end(person: string, grantId: string, note?: string): Promise<void>
  reveal(person: string, grantId: string): Promise<MintedLease | undefined>
  hold(lease: MintedLease, address: string): Hands
  attempt(chore: Chore, hands: Hands): Promise<void>
  /** Whether somebody ended it early: whoever gave it back, or was told, stops working with it. */
  isOver(grantId: string): boolean
}

const tools = ['aws-cli/2.31.8', 'Boto3/1.40.61', 'terraform-provider-aws/6.18.0']

export function openTheatre(services: Services, clock: MovableClock, aws: LocalAws): Theatre {
  const agenda = createAgenda()
  const queue = agendaQueue(agenda, clock, () => ({
    'grant.activate': ({ grantId }) => activateGrant(past, grantId),
    'grant.end': async ({ grantId }) => void (await finishGrant(past, grantId)),
    'grant.detect': async ({ grantId }) => void (await detectGrant(past, grantId)),
    'grant.revoke': ({ grantId }) => revokeGrant(past, grantId),
    'role.cutoff': ({ cutoffId }) => runCutoff(past, cutoffId),
    'assignment.settle': ({ assignmentId }) => settleAssignment(past, assignmentId),
    'export.build': ({ exportId }) => buildExport({ db: past.db, clock: past.clock, signingKey: past.config.record.signingKey }, exportId),
    'record.verify': ({ verificationId }) => runVerification({ db: past.db, clock: past.clock, record: past.config.record }, verificationId),
  }))
  const past = { ...services, queue, identityCenter: pastIdentityCenter(services.config, clock) }
  const stage: Stage = { services: past, actors: openActors(services) }
  let held = 0
  const over = new Set<string>()
  return {
    ...stage,
    realServices: services,
    agenda,
    clock,
    aws,
    ask: (person, input) => ask(stage, person, input),
    decide: async (approver, requestId, verdict, reason) => {
      const grantId = await decide(stage, approver, requestId, verdict, reason)
      // An approval writes this job into the real queue in its own statement, and nobody works there in the past.
      if (grantId !== undefined) agenda.at(after(clock.now(), pickUpMs), () => activateGrant(past, grantId))
      return grantId
    },
    cancel: async (person, requestId) => void (await cancelRequest(past.db, await stage.actors.viewer(person), requestId, clock.now())),
    lapse: async () => void (await lapseRequests(past.db, clock.now())),
    end: async (person, grantId, note = '') => {
      over.add(grantId)
      await endGrant(past, await stage.actors.viewer(person, true), grantId, note)
    },
    isOver: (grantId) => over.has(grantId),
    reveal: (person, grantId) => reveal(stage, person, grantId),
    hold: (lease, address) => {
      held += 1
      return openHands({ ...lease, endpoint: aws.url, address, tool: tools[held % tools.length]! })
    },
    attempt: async (chore, hands) => void (await attempt(chore, hands)),
  }
}
