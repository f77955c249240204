import { z } from 'zod'

export const levels = ['informational', 'low', 'medium', 'high', 'critical'] as const
export type Level = (typeof levels)[number]

const text = z.string().min(1)
const texts = z.union([text.transform((one) => [one]), z.array(text).nullable().transform((list) => list ?? [])])
const about = {
  title: text.max(256),
  id: text.optional(),
  name: text.optional(),
  status: z.enum(['stable', 'test', 'experimental', 'deprecated', 'unsupported']).optional(),
  description: z.string().max(65_535).nullable().optional(),
  license: text.optional(),
  author: z.string().nullable().optional(),
  references: texts.nullable().optional(),
  date: z.unknown().optional(),
  modified: z.unknown().optional(),
  taxonomy: z.literal('sigma', 'only the taxonomy "sigma" is known').optional(),
  falsepositives: texts.nullable().optional(),
  level: z.enum(levels).optional(),
  tags: z.array(text).nullable().optional(),
  response: z.string().nullable().optional(),
}

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])
const fieldMap = z.record(z.string(), z.union([scalar, z.array(scalar).min(1)]))
const selection = z.union([fieldMap, z.array(z.union([fieldMap, scalar])).min(1), z.string()])
export type Selection = z.infer<typeof selection>

export const detectionRuleSchema = z.looseObject({
  ...about,
  logsource: z.looseObject({ category: text.optional(), product: text.optional(), service: text.optional() }),
  detection: z.object({ condition: z.union([text, z.array(text).min(1)]) }).catchall(z.unknown()),
})
export const selectionSchema = selection

const number = z.number()
export const correlationTypes = ['event_count', 'value_count', 'temporal', 'temporal_ordered', 'value_sum', 'value_avg', 'value_percentile', 'value_median'] as const
export type CorrelationType = (typeof correlationTypes)[number]
const condition = z.strictObject({
  gt: number.optional(), gte: number.optional(), lt: number.optional(), lte: number.optional(), eq: number.optional(), neq: number.optional(),
  field: z.union([text.transform((one) => [one]), z.array(text).min(1)]).optional(),
  /** Which percentile is compared; without it, how many percent of the values are the same as the event's. */
  percentile: z.number().min(0).max(100).optional(),
})

export const correlationRuleSchema = z.looseObject({
  ...about,
  correlation: z.strictObject({
    type: z.enum(correlationTypes, `must be one of ${correlationTypes.join(', ')}`),
    rules: z.array(text).min(1),
    aliases: z.record(z.string(), z.record(z.string(), text)).optional(),
    'group-by': z.array(text).optional(),
    timespan: z.string().regex(/^[1-9]\d{0,6}[smhd]$/, 'must be a number and s, m, h or d, such as 10m'),
    condition: condition.optional(),
    generate: z.boolean().optional(),
  }),
})

export type DetectionRuleSource = z.infer<typeof detectionRuleSchema>
export type CorrelationRuleSource = z.infer<typeof correlationRuleSchema>

/** What people read of a rule, whoever wrote it. */
export type RuleAbout = {
  id: string
  title: string
  level: Level
  status: string | null
  description: string
  author: string | null
  license: string | null
  references: readonly string[]
  falsePositives: readonly string[]
  tags: readonly string[]
  /** What a responder does next: a field of Latchkey's own, which Sigma allows and other rules seldom have. */
  response: string | null
}

/** A rule without an id is known by its title; without a level it is of medium. */
export function aboutOf(source: DetectionRuleSource | CorrelationRuleSource): RuleAbout {
  return {
    id: source.id ?? source.title,
    title: source.title,
    level: source.level ?? 'medium',
    status: source.status ?? null,
    description: source.description ?? '',
    author: source.author ?? null,
    license: source.license ?? null,
    references: source.references ?? [],
    falsePositives: source.falsepositives ?? [],
    tags: source.tags ?? [],
    response: source.response ?? null,
  }
}
