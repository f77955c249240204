import { type Weekday, weekdays } from '#lib/catalog/approval-schema.ts'

export type WallClock = { weekday: Weekday; weekdayBefore: Weekday; minuteOfDay: number }

type Zone = { format: Intl.DateTimeFormat; atMs: number; clock?: WallClock }
const zones = new Map<string, Zone>()

/** What a clock on the wall shows in an IANA zone at a moment, summer time as that zone has it. */
export function wallClock(at: Date, zone: string): WallClock {
  const known = zones.get(zone) ?? { format: new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }), atMs: Number.NaN }
  zones.set(zone, known)
  // Hundreds of rules of one policy ask for the same moment in the same zone; asking the library each time is slow.
  if (known.clock && known.atMs === at.getTime()) return known.clock
  const parts = Object.fromEntries(known.format.formatToParts(at).map(({ type, value }) => [type, value]))
  const day = weekdays.findIndex((weekday) => weekday === parts.weekday?.toLowerCase().slice(0, 3))
  known.atMs = at.getTime()
  known.clock = { weekday: weekdays[day] as Weekday, weekdayBefore: weekdays[(day + 6) % 7] as Weekday, minuteOfDay: Number(parts.hour) * 60 + Number(parts.minute) }
  return known.clock
}
