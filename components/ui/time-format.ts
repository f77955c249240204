const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** "just now", "3 min ago", "in 2 h", "yesterday", "12 Nov". Coarse on purpose: the exact time is one hover away. */
export function relativeTime(atMs: number, nowMs: number): string {
  const distance = atMs - nowMs
  const size = Math.abs(distance)
  // A second ahead is what was read after the page took its time, not the future.
  if (size < 45_000) return distance > 5_000 ? 'in a moment' : 'just now'
  if (size >= 7 * day) return calendarDate(atMs, nowMs)
  const amount = size < hour ? `${Math.max(1, Math.floor(size / minute))} min` : size < day ? hoursText(size) : daysText(size)
  return distance > 0 ? `in ${amount}` : `${amount} ago`
}

function hoursText(size: number): string {
  return `${Math.floor(size / hour)} h`
}

function daysText(size: number): string {
  const days = Math.floor(size / day)
  return days === 1 ? '1 day' : `${days} days`
}

function calendarDate(atMs: number, nowMs: number): string {
  const sameYear = new Date(atMs).getUTCFullYear() === new Date(nowMs).getUTCFullYear()
  return new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' }),
    timeZone: 'UTC',
  }).format(atMs)
}

/** "22 Nov 2026, 12:00:11 UTC": never without its zone. */
export function exactTime(iso: string, timeZone = 'UTC'): string {
  return new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZone,
    timeZoneName: 'short',
  }).format(Date.parse(iso))
}

/** "12:00 UTC", and the date too when it is another day than now. */
export function clockTime(iso: string, nowMs: number, timeZone = 'UTC'): string {
  const at = Date.parse(iso)
  const dayOf = (ms: number): string => new Intl.DateTimeFormat('en-GB', { dateStyle: 'short', timeZone }).format(ms)
  return new Intl.DateTimeFormat('en-GB', {
    ...(dayOf(at) === dayOf(nowMs) ? {} : { day: 'numeric', month: 'short' }),
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
    timeZoneName: 'short',
  }).format(at)
}

/** "45 min", "2 h", "1 h 30 min", "3 days". */
export function durationText(minutes: number): string {
  if (minutes < 60) return `${minutes} min`
  if (minutes >= 2880 && minutes % 1440 === 0) return `${minutes / 1440} days`
  const rest = minutes % 60
  return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${rest} min`
}

export type CountdownTone = 'calm' | 'soon' | 'over'
export type CountdownReading = { text: string; tone: CountdownTone }

export const soonMs = 5 * minute

/** Time left is rounded down, so nobody is ever promised a second they do not have. */
export function countdown(leftMs: number): CountdownReading {
  if (leftMs <= 0) return { text: 'ended', tone: 'over' }
  if (leftMs < soonMs) {
    const seconds = Math.floor(leftMs / 1000)
    return { text: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`, tone: 'soon' }
  }
  if (leftMs >= 2 * day) {
    const hours = Math.floor((leftMs % day) / hour)
    return { text: `${Math.floor(leftMs / day)} d ${hours} h`, tone: 'calm' }
  }
  return { text: durationText(Math.floor(leftMs / minute)), tone: 'calm' }
}
