/** The facts of one CloudTrail record that correlation and detection read, and the whole record. */
export type TrailFacts = {
  eventId: string
  eventTime: Date
  eventSource: string
  eventName: string
  region: string
  sourceIp: string | null
  userAgent: string | null
  errorCode: string | null
  readOnly: boolean
  accessKeyId: string | null
  /** `AROA…:<session name>` for a role session. */
  principalId: string | null
  /** RoleSessionName; only of a role session, so that an IAM user of the same name is never taken for one. */
  sessionName: string | null
  sessionStartedAt: Date | null
  sourceIdentity: string | null
  /** ARN of the role whose session acted. */
  issuerArn: string | null
  body: JsonObject
}
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject
export type JsonObject = { [key: string]: JsonValue }
export type EventReading = { ok: true; event: TrailFacts } | { ok: false; reason: string }

/** Deeper than anything CloudTrail writes; a bound for those who try. */
const deepest = 64

/**
 * Reads one CloudTrail record, given as text or as parsed JSON. Total: whatever it is given, it answers and never
 * throws. Text that PostgreSQL cannot hold (NUL, half a surrogate pair) is replaced, so that nobody hides a call from
 * the portal by putting it into a user agent. Secrets that a record holds in clear are left out: the token in the answer to
 * `AssumeRole` is good for as long as the session.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export function parseEvent(source: unknown): EventReading {
  let body: JsonValue | undefined
  try {
    body = storable(typeof source === 'string' ? JSON.parse(source) : source, 0)
  } catch {
    return { ok: false, reason: 'not JSON' }
  }
  if (body === undefined) return { ok: false, reason: `nested more than ${deepest} deep` }
  if (!isObject(body)) return { ok: false, reason: 'not an object' }
  return readFacts(body)
}

function readFacts(body: JsonObject): EventReading {
  const eventId = text(body.eventID)
  const eventTime = readTrailTime(body.eventTime)
  const eventSource = text(body.eventSource)
  const eventName = text(body.eventName)
  if (!eventId || eventId.length > 200) return { ok: false, reason: 'no eventID' }
  if (!eventTime) return { ok: false, reason: 'no readable eventTime' }
  if (!eventSource || !eventName) return { ok: false, reason: 'no eventSource or eventName' }
  const identity = object(body.userIdentity)
  const context = object(identity.sessionContext)
  const principalId = text(identity.principalId)
  return {
    ok: true,
    event: {
      eventId,
      eventTime,
      eventSource,
      eventName,
      region: text(body.awsRegion) ?? '',
      sourceIp: text(body.sourceIPAddress),
      userAgent: text(body.userAgent),
      errorCode: text(body.errorCode),
      readOnly: readOnlyOf(body.readOnly, eventName),
      accessKeyId: text(identity.accessKeyId),
      principalId,
      sessionName: identity.type === 'AssumedRole' ? (principalId?.split(':')[1] ?? null) : null,
      sessionStartedAt: readTrailTime(object(context.attributes).creationDate) ?? null,
      sourceIdentity: text(context.sourceIdentity),
      issuerArn: text(object(context.sessionIssuer).arn),
      body,
    },
  }
}

const readingNames = /^(BatchGet|Check|Describe|Discover|Estimate|Filter|Get|Head|List|Lookup|Query|Scan|Search|Select|Simulate|View)/

/** `readOnly` is missing in records before version 1.01 and from some services: then the name tells. */
function readOnlyOf(value: JsonValue | undefined, eventName: string): boolean {
  if (typeof value === 'boolean') return value
  if (value === 'true' || value === 'false') return value === 'true'
  return readingNames.test(eventName)
}

const months = 'JanFebMarAprMayJunJulAugSepOctNovDec'
const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)$/
const localeTime = /^([A-Z][a-z]{2}) (\d{1,2}), (\d{4}),? (\d{1,2}):(\d\d):(\d\d)\s(AM|PM)$/

/** A time as CloudTrail writes it: ISO 8601, or the locale text of `AssumeRole`'s answers (`Jul 10, 2023, 1:28:26 PM`, in UTC). */
export function readTrailTime(value: unknown): Date | undefined {
  if (typeof value !== 'string') return undefined
  const plain = plainTimeMs(value)
  if (plain !== undefined) return new Date(plain)
  const locale = localeTime.exec(value)
  const time = locale ? localeMs(locale) : isoTime.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? undefined : new Date(time)
}

/**
 * `2023-07-10T12:29:43Z`, the way CloudTrail writes nearly all of them, in milliseconds; undefined for any other. Digit by
 * digit, because a scan reads millions.
 */
export function plainTimeMs(text: string): number | undefined {
  if (text.length !== 20 || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45 || text.charCodeAt(10) !== 84 || text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58 || text.charCodeAt(19) !== 90) return undefined
  const [month, day] = [twoDigits(text, 5), twoDigits(text, 8)]
  const [hour, minute, second] = [twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)]
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2)
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 28 && hour < 24 && minute < 60 && second < 60 && year >= 1970)) return undefined
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/** NaN where there is no digit. */
function twoDigits(text: string, at: number): number {
  const [tens, ones] = [text.charCodeAt(at) - 48, text.charCodeAt(at + 1) - 48]
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

function localeMs([, month = '', day, year, hour, minute, second, half]: RegExpExecArray): number {
  const at = months.indexOf(month)
  if (at < 0 || at % 3 !== 0) return Number.NaN
  return Date.UTC(Number(year), at / 3, Number(day), (Number(hour) % 12) + (half === 'PM' ? 12 : 0), Number(minute), Number(second))
}

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)
const object = (value: JsonValue | undefined): JsonObject => (isObject(value) ? value : {})
const text = (value: JsonValue | undefined): string | null => (typeof value === 'string' && value !== '' ? value : null)

const plain = (value: string): string => value.toWellFormed().replaceAll('\0', '\u{fffd}')

/**
 * What CloudTrail writes in clear though it opens something: the session token in the answers of STS, above all, and what
 * services do not hide themselves. https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
 */
const secretKeys = /^(session_?token|secret_?access_?key|secret_?key|signin_?token|authorization_?token|access_?token|refresh_?token|id_?token|client_?secret|secret_?string|secret_?binary|key_?material|private_?key(_?pem)?|\w*password)$/i
/** Stands where a secret stood; that there was one is kept. */
export const withheld = '(withheld: a secret)'

/** A copy that JSON and PostgreSQL hold, without secrets; undefined when it is nested too deep. */
function storable(value: unknown, depth: number): JsonValue | undefined {
  if (typeof value === 'string') return plain(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value !== 'object' || value === null) return typeof value === 'boolean' ? value : null
  if (depth >= deepest) return undefined
  const pairs = Object.entries(value).map(([key, item]: [string, unknown]) => [plain(key), typeof item === 'string' && item !== '' && secretKeys.test(key) ? withheld : storable(item, depth + 1)] as const)
  if (pairs.some(([, item]) => item === undefined)) return undefined
  return Array.isArray(value) ? pairs.map(([, item]) => item as JsonValue) : (Object.fromEntries(pairs) as JsonObject)
}
