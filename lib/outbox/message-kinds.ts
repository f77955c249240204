/**
 * What people are told about, and the group of kinds they choose by. Emergencies are nobody's choice. The words are the
 * notify room's; chat will be another way of delivering these, not another list of them.
 */
export const messageKinds = {
  'request.waiting': 'approvals',
  'request.decided': 'access',
  'change.waiting': 'approvals',
  'change.settled': 'approvals',
  'request.lapsed': 'access',
  'grant.active': 'access',
  'grant.failed': 'access',
  'grant.ending': 'access',
  'grant.revoked': 'access',
  'finding.opened': 'findings',
  'finding.assigned': 'findings',
  'emergency.taken': 'emergency',
  'emergency.overdue': 'emergency',
  'export.done': 'access',
  'record.broken': 'emergency',
  'review.waiting': 'approvals',
} as const satisfies Record<string, 'approvals' | 'access' | 'findings' | 'emergency'>

export type MessageKind = keyof typeof messageKinds
