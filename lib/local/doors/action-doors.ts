import { type Answers, everybody, type Things } from './callers.ts'

/** What an action is called with: a form behind what the page bound to it, or plain arguments. */
export type ActionCall = { bound?: unknown[]; fields?: Record<string, string>; args?: unknown[] }
export type ActionDoor = { call: (things: Things) => ActionCall; own: Answers; foreign: Answers }

/** Who is signed out, or in no group. */
export const shutActions = { nobody: 'signed_out', outsider: 'no_access' }

const anyId = '00000000-0000-4000-8000-000000000000'
const grant = ({ grantId }: Things): ActionCall => ({ fields: { grantId } })
const adminsOnly = (answer: string): Answers => ({ otherwise: 'not_allowed', admin: answer })
const noted = { otherwise: 'not_found', responder: 'note_missing', admin: 'note_missing' }

/**
 * Every server action: how it is called, and what each caller is answered about their own things and about somebody
 * else's. `may` is a right that the product gives, `redirect` sends the browser on; all else are codes of refusals. The
 * auditor is in no group that may request anything.
 */
export const actionDoors: Record<string, ActionDoor> = {
  revealAction: { call: grant, own: { otherwise: 'may', auditor: 'no_longer_eligible' }, foreign: 'not_found' },
  endGrantAction: { call: grant, own: 'may', foreign: noted },
  revokeGrantAction: { call: ({ grantId }) => ({ fields: { grantId, reason: '' } }), own: 'may', foreign: noted },
  cutOffRoleAction: { call: ({ grantId }) => ({ fields: { grantId, reason: '', shown: '0' } }), own: { otherwise: 'not_allowed', responder: 'reason_missing', admin: 'reason_missing' }, foreign: { otherwise: 'not_allowed', responder: 'reason_missing', admin: 'reason_missing' } },
  retryActivationAction: { call: grant, own: 'not_failed', foreign: { otherwise: 'not_found', responder: 'not_failed', admin: 'not_failed' } },
  cancelRequestAction: { call: ({ requestId }) => ({ fields: { requestId } }), own: 'may', foreign: 'not_found' },
  decideRequestAction: {
    call: ({ requestId }) => ({ bound: [{ roleDigest: null, definitionHash: null }], fields: { requestId, decision: 'deny', reason: '' } }),
    own: 'own_request',
    foreign: { otherwise: 'not_entitled', approver: 'reason_missing' },
  },
  createRequestAction: {
    call: ({ profile }) => ({ fields: { profile, minutes: '60', justification: 'A reason that is long enough for it.', ticket: 'OPS-1' } }),
    own: { otherwise: 'redirect', auditor: 'not_eligible' },
    foreign: 'not_eligible',
  },
  extendGrantAction: { call: ({ grantId }) => ({ fields: { grantId, minutes: '5', justification: '' } }), own: { otherwise: 'invalid_input', auditor: 'not_eligible' }, foreign: 'not_extendable' },
  // Nothing of theirs was taken in an emergency.
  reviewEmergencyAction: { call: ({ requestId }) => ({ fields: { requestId, verdict: 'justified', note: 'It was right to do so.' } }), own: 'not_found', foreign: 'not_found' },
  requestAnswerAction: { call: ({ profile }) => ({ args: [{ profile, minutes: 60, startsAt: '', ticket: '', emergency: false }] }), own: { otherwise: 'asked', auditor: 'refused', nobody: 'refused', outsider: 'refused' }, foreign: everybody('refused') },
  acknowledgeFindingAction: { call: ({ findingId }) => ({ fields: { findingId } }), own: { otherwise: 'not_found', auditor: 'not_allowed', responder: 'own', admin: 'own' }, foreign: { otherwise: 'not_found', auditor: 'not_allowed', responder: 'may', admin: 'may' } },
  assignFindingAction: { call: ({ findingId }) => ({ fields: { findingId, personId: '' } }), own: { otherwise: 'not_found', auditor: 'not_allowed', responder: 'own', admin: 'own' }, foreign: { otherwise: 'not_found', auditor: 'not_allowed', responder: 'may', admin: 'may' } },
  suppressFindingAction: { call: ({ findingId }) => ({ fields: { findingId, scope: 'person', days: '1', reason: 'Part of the work.' } }), own: { otherwise: 'not_found', auditor: 'not_allowed', responder: 'own', admin: 'own' }, foreign: { otherwise: 'not_found', auditor: 'not_allowed', responder: 'may', admin: 'may' } },
  endSuppressionAction: { call: () => ({ fields: { suppressionId: anyId } }), own: { otherwise: 'not_found', auditor: 'not_allowed' }, foreign: { otherwise: 'not_found', auditor: 'not_allowed' } },
  closeFindingAction: { call: ({ findingId }) => ({ fields: { findingId, as: 'benign', reason: 'Looked into it.' } }), own: { otherwise: 'not_found', auditor: 'not_allowed', responder: 'own', admin: 'own' }, foreign: { otherwise: 'not_found', auditor: 'not_allowed', responder: 'may', admin: 'may' } },
  switchRuleAction: { call: () => ({ fields: { ruleId: 'no-such-rule', to: 'off' } }), own: { otherwise: 'not_found', responder: 'not_allowed', auditor: 'not_allowed' }, foreign: { otherwise: 'not_found', responder: 'not_allowed', auditor: 'not_allowed' } },
  placeHoldAction: { call: ({ personId }) => ({ fields: { personId, reason: '' } }), own: { otherwise: 'not_allowed', auditor: 'reason_missing', admin: 'reason_missing' }, foreign: { otherwise: 'not_allowed', auditor: 'reason_missing', admin: 'reason_missing' } },
  releaseHoldAction: { call: () => ({ fields: { holdId: anyId } }), own: { otherwise: 'not_allowed', auditor: 'not_found', admin: 'not_found' }, foreign: { otherwise: 'not_allowed', auditor: 'not_found', admin: 'not_found' } },
  forgetPersonAction: { call: ({ personId }) => ({ fields: { personId, reason: 'Because.' } }), own: adminsOnly('own_person'), foreign: adminsOnly('not_switched_off') },
  saveViewAction: { call: () => ({ fields: { question: 'access', name: '', query: '' } }), own: { otherwise: 'not_allowed', auditor: 'name_missing', admin: 'name_missing' }, foreign: { otherwise: 'not_allowed', auditor: 'name_missing', admin: 'name_missing' } },
  deleteViewAction: { call: () => ({ fields: { viewId: anyId } }), own: 'not_found', foreign: 'not_found' },
  openReviewAction: { call: () => ({ fields: { title: '', about: 'access', riskTier: 'low', profileId: '', accountId: '', group: '', personId: '', days: '7', reviewerId: '' } }), own: { otherwise: 'not_allowed', auditor: 'invalid_input', admin: 'invalid_input' }, foreign: { otherwise: 'not_allowed', auditor: 'invalid_input', admin: 'invalid_input' } },
  settleLinesAction: { call: () => ({ fields: { line: anyId, verdict: 'keep', reason: '' } }), own: 'not_found', foreign: 'not_found' },
  reassignLinesAction: { call: () => ({ fields: { reviewId: anyId, line: anyId, reviewerId: anyId } }), own: 'not_found', foreign: 'not_found' },
  closeReviewAction: { call: () => ({ fields: { reviewId: anyId, to: 'signed' } }), own: { otherwise: 'not_allowed', auditor: 'not_found', admin: 'not_found' }, foreign: { otherwise: 'not_allowed', auditor: 'not_found', admin: 'not_found' } },
  giveBackAction: { call: ({ personId, profile }) => ({ fields: { right: 'access', personId, profileId: profile } }), own: { otherwise: 'not_allowed', admin: 'own_person' }, foreign: { otherwise: 'not_allowed', admin: 'not_found' } },
  verifyRecordAction: { call: () => ({ fields: {} }), own: { otherwise: 'not_allowed', auditor: 'may', admin: 'may' }, foreign: { otherwise: 'not_allowed', auditor: 'may', admin: 'may' } },
  choosePeopleAction: { call: () => ({ args: ['ma'] }), own: 'may', foreign: 'may' },
  setManagerAction: { call: ({ personId }) => ({ fields: { personId, managerId: personId } }), own: adminsOnly('same_person'), foreign: adminsOnly('same_person') },
  linkPeopleAction: { call: ({ personId }) => ({ fields: { personId, otherId: personId } }), own: adminsOnly('same_person'), foreign: adminsOnly('same_person') },
  unlinkPeopleAction: { call: ({ personId }) => ({ fields: { personId, otherId: personId } }), own: adminsOnly('own_gain'), foreign: adminsOnly('not_found') },
  switchPersonAction: { call: ({ personId }) => ({ fields: { personId, to: 'off', reason: '' } }), own: { otherwise: 'not_allowed', responder: 'own_person', admin: 'own_person' }, foreign: { otherwise: 'not_allowed', responder: 'reason_missing', admin: 'reason_missing' } },
  importManagersAction: { call: () => ({ fields: { csv: 'person,manager', step: 'apply' } }), own: adminsOnly('mistakes'), foreign: adminsOnly('mistakes') },
  // For themselves; the person of the call is whom they would delegate to.
  delegateAction: { call: ({ personId }) => ({ fields: { toId: personId, startsAt: '2030-01-01T00:00:00.000Z', endsAt: '2030-01-01T00:00:00.000Z', reason: 'Holidays' } }), own: 'invalid_input', foreign: 'invalid_input' },
  endDelegationAction: { call: ({ requestId }) => ({ fields: { delegationId: requestId } }), own: 'not_found', foreign: 'not_found' },
  // Nothing waits, and nobody's page is as old as that.
  settleChangeAction: { call: () => ({ fields: { changeId: anyId, verdict: 'approve', reason: '' } }), own: 'not_found', foreign: 'not_found' },
  offerProfileAction: { call: ({ profile }) => ({ fields: { profileId: profile, baseHash: '0'.repeat(64), offered: 'no' } }), own: { otherwise: 'not_found', admin: 'stale' }, foreign: { otherwise: 'not_found', admin: 'stale' } },
  checkDraftAction: { call: () => ({ args: [{ profileId: null, draft: { yaml: 'id: x' } }] }), own: { otherwise: 'not_allowed', admin: 'may' }, foreign: { otherwise: 'not_allowed', admin: 'may' } },
  saveProfileAction: { call: ({ profile }) => ({ fields: { profileId: profile, baseHash: '0'.repeat(64), yaml: 'id: x', reason: '' } }), own: { otherwise: 'not_allowed', admin: 'invalid' }, foreign: { otherwise: 'not_allowed', admin: 'invalid' } },
  addAccountsAction: { call: () => ({ fields: { account: '000000000000' } }), own: { otherwise: 'not_allowed', admin: 'gone' }, foreign: { otherwise: 'not_allowed', admin: 'gone' } },
  exportReportAction: { call: () => ({ fields: { question: 'access', query: '', format: 'csv' } }), own: { otherwise: 'not_allowed', auditor: 'may', admin: 'may' }, foreign: { otherwise: 'not_allowed', auditor: 'may', admin: 'may' } },
  // A period without days: refused after the right was looked at.
  exportEvidenceAction: { call: () => ({ fields: { from: '2026-02-01', to: '2026-01-01' } }), own: { otherwise: 'not_allowed', auditor: 'period_wrong', admin: 'period_wrong' }, foreign: { otherwise: 'not_allowed', auditor: 'period_wrong', admin: 'period_wrong' } },
  deleteExportAction: { call: () => ({ fields: { exportId: anyId } }), own: 'not_found', foreign: 'not_found' },
  markReadAction: { call: () => ({ fields: { upTo: '2026-01-01T00:00:00.000Z' } }), own: 'may', foreign: 'may' },
  savePreferenceAction: { call: () => ({ fields: { mail: 'on', approvals: 'at_once', access: 'at_once', findings: 'at_once', digestEvery: 'day', quietFrom: '', quietTo: '', zone: 'UTC' } }), own: 'may', foreign: 'may' },
  // Open to everybody: they lead to the identity provider or nowhere, and end at most the caller's own sign-in.
  signInAction: { call: () => ({ fields: { returnTo: '/request', provider: 'oidc' } }), own: everybody('redirect'), foreign: everybody('redirect') },
  confirmAction: { call: ({ grantId, profile }) => ({ fields: { action: 'reveal', profile, returnTo: `/grants/${grantId}/credentials` } }), own: everybody('redirect'), foreign: everybody('redirect') },
  signOutAction: { call: () => ({ args: [] }), own: everybody('redirect'), foreign: everybody('redirect') },
  // No code is configured, and there was an admin by group before.
  claimFirstAdminAction: { call: () => ({ fields: { code: 'x'.repeat(40) } }), own: { otherwise: 'not_open', outsider: 'not_open' }, foreign: { otherwise: 'not_open', outsider: 'not_open' } },
}
