import { describe, expect, it } from 'vitest'
import { oneStepByGroup } from '#lib/requests/approval-policy.ts'
import type { WholeRequest } from '#lib/requests/requests.queries.ts'
import { requestTimeline } from './request-timeline.ts'

const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 22, 9, minute))
const person = (displayName: string): unknown => ({ displayName })

function request(over: Record<string, unknown> = {}): WholeRequest {
  const base = { state: 'pending', createdAt: at(0), lapsesAt: at(59), settledAt: null, justification: '<b>why</b>', approverGroups: ['leads', 'others'], approvalPolicy: oneStepByGroup(['leads', 'others']), stepIndex: 0, person: person('Maya'), decisions: [], grant: null }
  return { ...base, ...over } as unknown as WholeRequest
}
const approved = { id: 'd', verdict: 'approve', decidedAt: at(1), person: person('Ana'), entitledBy: 'leads', reason: null }
const grant = (over: Record<string, unknown>): unknown => ({ state: 'active', createdAt: at(1), activatedAt: at(2), confirmation: 'AWS said yes.', leases: [], findings: [], mintingStoppedAt: null, endReason: null, endedBy: null, endNote: null, ...over })
const titles = (over: Record<string, unknown>): string[] => requestTimeline(request(over)).map((entry) => entry.title)

describe('requestTimeline', () => {
  it('says whom a pending request waits for, and until when', () => {
    expect(requestTimeline(request())).toMatchObject([
      { title: 'Asked', by: 'Maya', quote: '<b>why</b>' },
      { title: 'Waits for one of leads or others', at: null, detail: 'Lapses 2026-11-22 09:59 UTC' },
    ])
  })

  it('says how far a quorum and its steps are', () => {
    const [step] = oneStepByGroup(['leads']).steps
    const approvalPolicy = { rule: 'Two', automatic: false, steps: [{ ...step, quorum: 2 }, step] }
    expect(titles({ approvalPolicy, decisions: [{ ...approved, stepIndex: 0 }] })).toEqual(['Asked', 'Approved', 'Waits for 2 of leads, 1 approved so far (step 1 of 2)'])
  })

  it.each([
    ['cancelled', 'Cancelled'],
    ['lapsed', 'Lapsed: nobody decided in time'],
  ])('ends a %s request with what happened, and waits for nobody', (state, title) => {
    expect(titles({ state, settledAt: at(3) })).toEqual(['Asked', title])
  })

  it('tells a denial with who, by which group and why', () => {
    const decisions = [{ ...approved, verdict: 'deny', reason: 'Too long' }]
    expect(requestTimeline(request({ state: 'denied', decisions }))[1]).toMatchObject({ title: 'Denied', by: 'Ana', detail: 'As a member of leads', quote: 'Too long' })
  })

  it('says active only after AWS confirmed it', () => {
    const waiting = { state: 'approved', decisions: [approved], grant: grant({ state: 'activating', activatedAt: null }) }
    expect(titles(waiting)).toEqual(['Asked', 'Approved', 'Waits for AWS to confirm'])
    expect(titles({ ...waiting, grant: grant({}) })).toEqual(['Asked', 'Approved', 'Active'])
  })

  it('shows a failed activation with its reason', () => {
    const failed = grant({ state: 'failed', activatedAt: null, failureMessage: 'AccessDenied' })
    expect(requestTimeline(request({ state: 'approved', decisions: [approved], grant: failed })).at(-1)).toMatchObject({ title: 'Activation failed', detail: 'AccessDenied' })
  })

  it('lists every lease by key id, never by secret, and the end with who and why', () => {
    const leases = [
      { id: 'l1', state: 'minted', purpose: 'reveal', accessKeyId: 'ASIA1', requestedAt: at(3), errorCode: null },
      { id: 'l2', state: 'refused', purpose: 'console', accessKeyId: null, requestedAt: at(4), errorCode: 'AccessDenied' },
    ]
    const over = grant({ state: 'ended', leases, mintingStoppedAt: at(5), endReason: 'revoked', endedBy: person('Rosa'), endNote: 'Over' })
    expect(requestTimeline(request({ state: 'approved', decisions: [approved], grant: over })).slice(3)).toMatchObject([
      { title: 'Credentials issued', detail: 'Keys ASIA1' },
      { title: 'Credentials refused by AWS', detail: 'AccessDenied' },
      { title: 'Revoked', by: 'Rosa', quote: 'Over' },
    ])
  })
})
