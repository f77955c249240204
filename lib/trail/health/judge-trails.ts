import type { EventSelection } from '#lib/aws/event-selectors.ts'
import type { InspectedTrail } from '#lib/aws/trail-inspector.ts'
import { minutes } from '#lib/config/clock.ts'

/** A trail as AWS told of it, or as that was kept. */
export type JudgedTrail = Omit<InspectedTrail, 'selection'> & { selection: { ok: true; events: EventSelection } | { ok: false; awsCode: string } }
export type TrailFault = { code: 'not_logging' | 'one_region' | 'not_validated' | 'selection_hidden' | 'events_left_out' | 'delivery_failed' | 'quiet'; serious: boolean; what: string; mend: string }

/** CloudTrail delivers about every five minutes where anything happens; an hour without a file is a question. */
const quietMs = minutes(60)

/** What is wrong with a trail, and what mends it. A trail without faults records every management event of every Region, with proof. */
export function trailFaults(trail: JudgedTrail, now: Date): TrailFault[] {
  const { name, lastDeliveryAt, deliveryError } = trail
  const stale = lastDeliveryAt === undefined || now.getTime() - lastDeliveryAt.getTime() > quietMs
  return [
    ...(trail.logging ? [] : [{ code: 'not_logging' as const, serious: true, what: `${name} is not logging.`, mend: `aws cloudtrail start-logging --name ${name}.` }]),
    ...(trail.multiRegion ? [] : [{ code: 'one_region' as const, serious: true, what: `${name} records one Region only.`, mend: `aws cloudtrail update-trail --name ${name} --is-multi-region-trail.` }]),
    ...(trail.validated ? [] : [{ code: 'not_validated' as const, serious: true, what: `${name} does not validate its files.`, mend: `aws cloudtrail update-trail --name ${name} --enable-log-file-validation.` }]),
    ...selectionFaults(trail),
    ...(deliveryError ? [{ code: 'delivery_failed' as const, serious: true, what: `The last delivery of ${name} failed: ${deliveryError}.`, mend: 'Check the bucket and its policy: npm run aws:template -- trail.' }] : []),
    ...(trail.logging && stale && !deliveryError ? [{ code: 'quiet' as const, serious: false, what: `${name}: ${lastDeliveryAt ? `the last file is of ${lastDeliveryAt.toISOString()}` : 'no file was delivered yet'}.`, mend: 'Wait for an hour of activity; then check the bucket and its policy.' }] : []),
  ]
}

/** Every management event, read or written, must be taken, or what a session did is not to be found. */
function selectionFaults({ name, selection }: JudgedTrail): TrailFault[] {
  if (!selection.ok) return [{ code: 'selection_hidden', serious: false, what: `Which events ${name} takes cannot be read: ${selection.awsCode}.`, mend: `See in the account that owns it, and let the reader: aws cloudtrail get-event-selectors --trail-name ${name} (cloudtrail:GetEventSelectors).` }]
  const missing = [...(selection.events.reads ? [] : ['read']), ...(selection.events.writes ? [] : ['write'])]
  if (missing.length === 0) return []
  return [{ code: 'events_left_out', serious: true, what: `${name} does not take every management event that ${missing.join(' or ')}s.`, mend: `aws cloudtrail put-event-selectors --trail-name ${name} --advanced-event-selectors '[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}]', with its selectors of data events beside it.` }]
}

/** One good trail is enough; else the one with the least to mend. Undefined where there is none. */
export function bestTrail<Trail extends JudgedTrail>(trails: readonly Trail[], now: Date): { trail: Trail; faults: TrailFault[] } | undefined {
  const gravity = (faults: readonly TrailFault[]): number => faults.reduce((sum, { serious }) => sum + (serious ? 100 : 1), 0)
  return trails.map((trail) => ({ trail, faults: trailFaults(trail, now) })).toSorted((a, b) => gravity(a.faults) - gravity(b.faults))[0]
}

/** What a trail without faults does. Data events are a choice (they cost), so they are told and not judged; so are services whose management events are left out. */
export function describeTrail({ name, multiRegion, logging, validated, selection }: JudgedTrail): string {
  const does = [multiRegion ? 'every Region' : 'one Region', logging ? 'logging' : 'not logging', validated ? 'validated' : 'not validated']
  if (!selection.ok) return `${name}: ${does.join(', ')}`
  const { reads, writes, leftOut, data } = selection.events
  const events = reads && writes ? `every management event${leftOut.length > 0 ? ` but those of ${leftOut.join(', ')}` : ''}` : 'some management events'
  return `${name}: ${[...does, events, data.length > 0 ? `data events of ${data.join(', ')}` : 'no data events'].join(', ')}`
}
