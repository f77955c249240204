import { calls, type DetectorEvent, type EvidenceItem, type FindingDraft, stamp, tally } from '../detector.ts'
import type { RuleAbout } from '../sigma/rule.ts'
import { outsideRecordRule } from '../watch/outside-record.ts'

/** Who acted, as evidence says it: a person of the portal, or what CloudTrail calls them. */
export type Acting = { who: string | null; actor: string; where: string }

/** The finding that a Sigma rule opens; its author, licence, techniques and advice stay with it when the rule goes. */
export function draftOfRule(rule: RuleAbout, { who, actor, where }: Acting, events: readonly DetectorEvent[]): FindingDraft {
  const by = who ?? shortActor(actor)
  const techniques = rule.tags.filter((tag) => /^attack\.t\d/i.test(tag)).map((tag) => tag.slice('attack.'.length).toUpperCase())
  const item = (label: string, value: string | null, mono = false): EvidenceItem[] => (value === null || value === '' ? [] : [{ label, value, ...(mono ? { mono } : {}) }])
  return {
    subject: '',
    severity: rule.level,
    title: rule.title,
    summary: `${by} in ${where}${span(events)}: ${tally(events.map(({ eventName }) => eventName))}.`,
    events,
    items: [
      ...(who === null ? item('Who', actor, true) : []),
      ...item('What the rule looks for', rule.description),
      ...item('What to do', rule.response),
      ...item('Often harmless', rule.falsePositives.join(' ')),
      ...item('ATT&CK', techniques.join(', ')),
      ...item('Rule', [rule.author ? `by ${rule.author}` : '', rule.license ?? ''].filter(Boolean).join(', ')),
      ...item('Rule id', rule.id, true),
    ],
  }
}

/** A managed role in use, or taken on, without a grant that says why. */
export function draftOutside({ actor, where }: Acting, roleArn: string, events: readonly DetectorEvent[]): FindingDraft {
  const role = roleArn.split(':role/')[1] ?? roleArn
  const taken = events.filter(({ eventName }) => eventName.startsWith('AssumeRole'))
  const used = events.length - taken.length
  const worked = events.some(({ readOnly, errorCode }) => !readOnly && errorCode === null)
  return {
    subject: '',
    severity: worked ? 'critical' : 'high',
    title: `${role} used outside the record`,
    summary: `A session of ${role} in ${where} that no grant explains${used > 0 ? ` made ${calls(used)}${span(events)}: ${tally(events.map(({ eventName }) => eventName))}` : ` was begun${span(events)}`}.`,
    events,
    items: [
      { label: 'Session', value: actor, mono: true },
      { label: 'Role', value: roleArn, mono: true },
      { label: 'What to do', value: 'Find out who may assume this role beside the portal, and take that out of its trust policy. If nobody knows the session, cut off everybody in the role.' },
    ],
  }
}

export const detectorOf = (ruleId: string): string => (ruleId === outsideRecordRule ? ruleId : `sigma:${ruleId}`)

function span(events: readonly DetectorEvent[]): string {
  const [first, last] = [events[0], events.at(-1)]
  if (!first || !last) return ''
  const [from, to] = [stamp(first.eventTime), stamp(last.eventTime)]
  return from === to ? ` at ${from}` : ` between ${from} and ${to}`
}

/** `arn:aws:sts::1:assumed-role/Deploy/ci` reads as `Deploy/ci`. */
const shortActor = (actor: string): string => /:(?:assumed-role|user|federated-user)\/(.+)$/.exec(actor)?.[1] ?? actor
