/**
 * Milliseconds since 1970 of a date as policies write it: ISO 8601 (UTC unless it says otherwise) or seconds since
 * 1970; `undefined` if it is neither.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date
 */
export function parseDate(source: string): number | undefined {
  const text = source.trim()
  if (/^-?\d+(\.\d+)?$/u.test(text)) return Number(text) * 1000
  const match = /^(\d{4}-\d{2}(?:-\d{2})?)(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?(Z|[+-]\d{2}:?\d{2})?$/iu.exec(text)
  if (!match) return undefined
  const [, day, time = 'T00:00', zone = 'Z'] = match
  const fullDay = day!.length === 7 ? `${day}-01` : day
  const colonZone = /^[+-]\d{4}$/u.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone
  const milliseconds = Date.parse(`${fullDay}${time}${colonZone}`.toUpperCase())
  return Number.isNaN(milliseconds) ? undefined : milliseconds
}

/** A whole or decimal number; `undefined` if it is none. */
export function parseNumber(source: string): number | undefined {
  return /^[+-]?\d+(\.\d+)?$/u.test(source.trim()) ? Number(source) : undefined
}

/** The six parts of an ARN, the last one keeping its colons; `undefined` if there are fewer. */
export function splitArn(arn: string): readonly string[] | undefined {
  const parts = arn.split(':')
  return parts.length < 6 ? undefined : [...parts.slice(0, 5), parts.slice(5).join(':')]
}
