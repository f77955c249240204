import { commitment } from '../chain.ts'

export type Columns = { id: string; kind: string; occurredAt: string; actor: string | null; subject: string | null; request: string | null; grant: string | null }
export type PersonalValue = { field: string; salt: Uint8Array; value: string }

const personalMark = ',"personal":{'
const quoted = (value: string | null): string => (value === null ? 'null' : JSON.stringify(value))

/**
 * What people see of an entry is read from columns beside its bytes, for the sake of lists: the first of them that says
 * another thing than was sealed. Canonical JSON has one spelling, so the bytes are compared as text; parsing each entry
 * would take longer than everything else of the verification.
 */
export function differingColumn(body: string, columns: Columns): string | undefined {
  const mark = body.lastIndexOf(personalMark)
  const end = body.indexOf('}', mark + personalMark.length)
  const same =
    mark > 0 &&
    body.startsWith(`{"actor":${quoted(columns.actor)},"facts":`) &&
    body.endsWith(`},"request":${quoted(columns.request)},"subject":${quoted(columns.subject)},"version":1}`) &&
    body.startsWith(`},"request":`, end) &&
    body.slice(0, mark).endsWith(`,"grant":${quoted(columns.grant)},"id":${quoted(columns.id)},"kind":${quoted(columns.kind)},"occurredAt":${quoted(columns.occurredAt)}`)
  if (same) return undefined
  const sealed = parsed(body)
  return Object.entries(columns).find(([name, value]) => sealed[name] !== value)?.[0] ?? 'text'
}

function parsed(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

/** The first personal value that is not what was committed to. A value may be gone (forgotten), never another. */
export function differingValue(body: string, values: readonly PersonalValue[]): string | undefined {
  // The last mark is the entry's own: inside a string its quotes would be escaped.
  const committed = body.slice(body.lastIndexOf(personalMark) + personalMark.length - 1)
  return values.find(({ field, salt, value }) => {
    const at = committed.indexOf(`${JSON.stringify(field)}:"${commitment(salt, field, value)}"`)
    return at < 0 || (committed[at - 1] !== '{' && committed[at - 1] !== ',')
  })?.field
}
