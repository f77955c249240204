import { minutes, seconds } from '#lib/config/clock.ts'
import { type Triage, triageFinding } from '#lib/detection/triage/triage-finding.ts'
import { addressOf } from '../actors.ts'
import { type Chore, choresOf, makeRole, makeUser } from '../chores.ts'
import type { Theatre } from './theatre.ts'

const day = minutes(1_440)
type Incident = { daysAgo: number; person: string; approver: string; profileId: string; durationMinutes: number; justification: string; calls: readonly { chore: Chore; network?: 'office' | 'home'; afterSeconds: number }[]; triage?: Triage }

/** What the build role does not allow: everything about identities. */
const identityCalls: readonly Chore[] = [makeUser('tryout-user'), makeRole('tryout-role'), makeUser('tryout-ci'), makeRole('tryout-ci'), makeUser('tryout-bot'), makeRole('tryout-bot')]

/** Three things of the past month that the detectors noticed and Rosa has dealt with. */
const incidents: readonly Incident[] = [
  {
    daysAgo: 21,
    person: 'tom',
    approver: 'ana',
    profileId: 'sandbox-builder',
    durationMinutes: 120,
    justification: 'Trying whether the build role can create its own users',
    calls: identityCalls.map((chore) => ({ chore, afterSeconds: 9 })),
    triage: { verdict: 'close', as: 'benign', reason: 'Tom tried what the build profile allows before asking for sandbox-admin. Talked to him; nothing to do.' },
  },
  {
    daysAgo: 12,
    person: 'luis',
    approver: 'jon',
    profileId: 'data-staging-analyst',
    durationMinutes: 240,
    justification: 'Comparing the staging totals with the dashboard, on the train and at home',
    calls: choresOf['data-staging-analyst']!.work.slice(0, 2).flatMap((chore) => [{ chore, network: 'office' as const, afterSeconds: 60 }, { chore, network: 'home' as const, afterSeconds: 900 }]),
    triage: { verdict: 'close', as: 'expected', reason: 'Luis left the office and went on from home; both networks are his.' },
  },
  {
    daysAgo: 4,
    person: 'lena',
    approver: 'sam',
    profileId: 'sandbox-admin',
    durationMinutes: 120,
    justification: 'Testing the role that previews will deploy with, it stays for next week',
    calls: [{ chore: makeRole('deploy-preview'), afterSeconds: 120 }, ...choresOf['sandbox-admin']!.work.slice(0, 3).map((chore) => ({ chore, afterSeconds: 30 }))],
    triage: { verdict: 'acknowledge' },
  },
]

/** A grant that AWS refused to activate, so that a failure with its reason is to be seen. */
const failureDaysAgo = 9

export function planIncidents(theatre: Theatre, until: Date): void {
  const noon = Math.floor(until.getTime() / day) * day + minutes(11 * 60)
  for (const incident of incidents) theatre.agenda.at(noon - incident.daysAgo * day, () => tellIncident(theatre, incident))
  theatre.agenda.at(noon - failureDaysAgo * day, () => tellFailure(theatre))
}

async function tellIncident(theatre: Theatre, incident: Incident): Promise<void> {
  const { agenda, clock } = theatre
  const { person, approver, profileId, durationMinutes, justification, calls } = incident
  const requestId = await theatre.ask(person, { profileId, durationMinutes, justification })
  if (requestId === undefined) return
  const asked = clock.now().getTime()
  agenda.at(asked + minutes(6), async () => {
    const grantId = await theatre.decide(approver, requestId, 'approve')
    if (grantId === undefined) return
    agenda.at(asked + minutes(9), async () => {
      const lease = await theatre.reveal(person, grantId)
      if (!lease) return
      let at = clock.now().getTime()
      for (const { chore, network = 'office', afterSeconds } of calls) {
        at += seconds(afterSeconds)
        agenda.at(at, async () => {
          const hands = theatre.hold(lease, addressOf(person, network))
          await theatre.attempt(chore, hands)
          hands.close()
        })
      }
    })
    agenda.at(asked + minutes(60 * 24), () => triage(theatre, grantId, incident))
  })
}

async function triage({ services, actors }: Theatre, grantId: string, { triage: verdict }: Incident): Promise<void> {
  const rosa = await actors.viewer('rosa', true)
  for (const { id } of verdict ? await services.db.finding.findMany({ where: { grantId, state: 'open' }, select: { id: true } }) : []) {
    if (verdict) await triageFinding(services, rosa, id, verdict)
  }
}

async function tellFailure(theatre: Theatre): Promise<void> {
  const { agenda, clock, aws } = theatre
  const requestId = await theatre.ask('maya', { profileId: 'payments-reconciliation', durationMinutes: 120, justification: 'Re-running reconciliation for the two days the job host was down', ticketReference: 'FIN-2218' })
  if (requestId === undefined) return
  agenda.at(clock.now().getTime() + minutes(11), async () => {
    await theatre.decide('jon', requestId, 'approve')
    // The harmless call that proves the role: AWS refuses it, so the grant never becomes active.
    aws.fail({ service: 's3', action: 'ListBuckets', code: 'AccessDenied', status: 403, message: 'User: arn:aws:sts::301122334455:assumed-role/payments-reconcile/latchkey-probe is not authorized to perform: s3:ListAllMyBuckets with an explicit deny in a service control policy' })
  })
}

