import type { Detector, FindingDraft, GrantFacts } from '../detector.ts'
import { stamp } from '../detector.ts'
import { type Left, leftBehind, wordsOf } from '../left-behind.ts'
import { worstOf } from '../severity.ts'

/** Changes that succeeded and outlive the grant (users, keys, trust, policies), one finding for each thing left behind. */
export const outlivingWrites: Detector = {
  id: 'outliving-writes',
  name: 'Changes that outlive the grant',
  detect: ({ events, grant }) => [...leftBehind(events, grant.accountId)].flatMap(([thing, left]) => draft(thing, left, grant)),
}

const detailNames: Readonly<Record<string, string>> = { accessKeyId: 'Access key', groupName: 'Group', policyArn: 'Policy', policyName: 'Policy', roleName: 'Role', statementId: 'Statement' }

function draft(thing: string, left: readonly Left[], grant: GrantFacts): FindingDraft[] {
  const [first] = left
  if (!first) return []
  const changes = [...new Set(left.map(wordsOf))].slice(0, 6).join(', then ')
  const elsewhere = first.event.accountId !== grant.accountId
  return [
    {
      subject: thing,
      severity: worstOf(left.map(({ call }) => call.severity)),
      title: `Left behind: ${thing.slice(0, 150)}`,
      summary: `${grant.person} changed ${elsewhere ? `account ${first.event.accountId}, from ${grant.account},` : grant.account} at ${stamp(first.event.eventTime)} in a way that stays when the access ends: ${thing} ${changes}.`,
      events: left.map(({ event }) => event),
      items: [
        { label: first.call.of, value: first.name, mono: true },
        ...left.flatMap(({ call, detail }) => (detail ? [{ label: detailNames[call.detail ?? ''] ?? 'Detail', value: detail, mono: true }] : [])).slice(0, 6),
      ],
    },
  ]
}
