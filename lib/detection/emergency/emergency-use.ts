import { parseEvent, type TrailFacts } from '#lib/trail/parse-event.ts'
import { type FindingDraft, stamp } from '../detector.ts'

/** Also the name under which findings and the record know it. */
export const emergencyDetector = { id: 'emergency-role', name: 'Emergency role used' } as const

type Use = { event: TrailFacts; draft: FindingDraft }

const field = (value: unknown, name: string): unknown => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined)
const words = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value.slice(0, 200) : null)

/** The finding of one CloudTrail record, if it says that somebody took on this role; undefined for anything else, refusals included. */
export function emergencyUseOf(body: string, roleArn: string, accountName: string): Use | undefined {
  const reading = parseEvent(body)
  if (!reading.ok) return undefined
  const { event } = reading
  const asked = event.body.requestParameters
  if (event.eventName !== 'AssumeRole' || event.eventSource !== 'sts.amazonaws.com' || event.errorCode !== null || field(asked, 'roleArn') !== roleArn) return undefined
  const who = words(field(asked, 'sourceIdentity'))
  const principal = words(field(event.body.userIdentity, 'arn'))
  const items = [
    ['Source identity', who],
    ['Principal', principal],
    ['Session', words(field(asked, 'roleSessionName'))],
    ['Role', roleArn],
    ['From', event.sourceIp],
    ['Event', event.eventId],
  ] as const
  return {
    event,
    draft: {
      subject: event.eventId,
      severity: 'critical',
      title: `Emergency role used in ${accountName}`,
      summary: `${who ?? principal ?? 'Somebody'} took on the emergency role of ${accountName} at ${stamp(event.eventTime)}, without a grant. Ask them why, and seal its credentials again.`,
      events: [{ ...event, sessionId: null }],
      items: items.flatMap(([label, value]) => (value === null ? [] : [{ label, value, mono: label !== 'Source identity' }])),
    },
  }
}
