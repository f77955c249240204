/** Whole minutes of an ISO 8601 duration of hours, minutes and seconds, rounded up; undefined when it is none. */
export function isoDurationMinutes(text: string | undefined): number | undefined {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text ?? '')
  const parts = match?.slice(1).map((part) => Number(part ?? 0)) as [number, number, number, number] | undefined
  if (!parts || match?.slice(1).every((part) => part === undefined)) return undefined
  const [days, hours, minutes, seconds] = parts
  return days * 1_440 + hours * 60 + minutes + Math.ceil(seconds / 60)
}
