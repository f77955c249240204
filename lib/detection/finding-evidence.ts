import { z } from 'zod'

/** Of the events behind a finding, so many are remembered by id: what a person closed with it does not come again. */
export const rememberedEvents = 500

const schema = z.object({
  eventIds: z.array(z.string()).catch([]),
  facts: z.array(z.string()).catch([]),
  items: z.array(z.object({ label: z.string(), value: z.string(), mono: z.boolean().optional() })).catch([]),
  leadEventId: z.string().nullable().catch(null),
})
export type FindingEvidence = z.infer<typeof schema>

const nothing: FindingEvidence = { eventIds: [], facts: [], items: [], leadEventId: null }

/** Reads the evidence column; what it cannot read is empty. */
export const readEvidence = (value: unknown): FindingEvidence => schema.safeParse(value).data ?? nothing
