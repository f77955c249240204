/** Ascending; the position is what findings are ordered by. */
export const severities = ['informational', 'low', 'medium', 'high', 'critical'] as const
export type Severity = (typeof severities)[number]

export const severityOrder = (severity: Severity): number => severities.indexOf(severity)

/** The gravest of some; of none, `informational`. */
export const worstOf = (some: readonly Severity[]): Severity => severities[Math.max(0, ...some.map(severityOrder))] ?? 'informational'
