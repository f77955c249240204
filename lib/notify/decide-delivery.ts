import { after, minutes } from '#lib/config/clock.ts'
import { messageKinds, type MessageKind } from '#lib/outbox/message-kinds.ts'
import { wallClock } from '#lib/requests/wall-clock.ts'
import type { Preference } from './preference.ts'

/** `listed`: it appears in the product. `mail`: by mail too, alone or in the person's digest, and not before then. */
export type Delivery = { listed: boolean; mail: { digest: boolean; notBefore: Date } | null }

/** The mail about the approval said so a moment before. */
const neverMailed: readonly MessageKind[] = ['grant.active']

/** A day's digest comes when work begins. */
const digestOfTheDayAt = 8 * 60

/**
 * How somebody is told. What they turned off does not reach them at all. Emergencies ask nobody's preference but
 * whether there is mail: not the quiet hours, and never in a digest.
 */
export function decideDelivery(preference: Preference, kind: MessageKind, now: Date): Delivery {
  const group = messageKinds[kind]
  if (group === 'emergency') return { listed: true, mail: preference.mail ? { digest: false, notBefore: now } : null }
  const choice = preference[group]
  if (choice === 'off') return { listed: false, mail: null }
  if (!preference.mail || neverMailed.includes(kind)) return { listed: true, mail: null }
  const digest = choice === 'digest'
  const wanted = digest ? nextDigest(preference, now) : now
  return { listed: true, mail: { digest, notBefore: afterQuietHours(preference, wanted) } }
}

function nextDigest({ digestEvery, zone }: Preference, now: Date): Date {
  if (digestEvery === 'day') return nextTime(digestOfTheDayAt, zone, after(now, minutes(1)))
  const { minuteOfDay } = wallClock(now, zone)
  return after(wholeMinute(now), minutes(60 - (minuteOfDay % 60)))
}

/** `at`, or the end of the quiet hours that it falls into. They begin with their first minute and end before their last. */
function afterQuietHours({ quiet, zone }: Preference, at: Date): Date {
  if (!quiet || quiet.from === quiet.to) return at
  const { minuteOfDay } = wallClock(at, zone)
  const within = quiet.from < quiet.to ? minuteOfDay >= quiet.from && minuteOfDay < quiet.to : minuteOfDay >= quiet.from || minuteOfDay < quiet.to
  return within ? nextTime(quiet.to, zone, at) : at
}

/**
 * When the clocks of a zone next show `minuteOfDay`, at or after `from`. Where summer time begins they may skip it:
 * then as long after the skipped hour. Where it ends they show it twice: then the first time.
 */
function nextTime(minuteOfDay: number, zone: string, from: Date): Date {
  const day = 24 * 60
  const away = (shown: number): number => (minuteOfDay - shown + day) % day
  let at = after(wholeMinute(from), minutes(away(wallClock(from, zone).minuteOfDay)))
  for (let correction = 0; correction < 2; correction += 1) {
    const off = away(wallClock(at, zone).minuteOfDay)
    at = after(at, minutes(off > day / 2 ? off - day : off))
  }
  return at
}

const wholeMinute = (at: Date): Date => new Date(Math.floor(at.getTime() / 60_000) * 60_000)
