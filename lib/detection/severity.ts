/** Ascending; the position is what findings are ordered by. */
export const severities = ['informational', 'low', 'medium', 'high', 'critical'] as const
export type Severity = (typeof severities)[number]

export const severityOrder = (severity: Severity): number => severities.indexOf(severity)
