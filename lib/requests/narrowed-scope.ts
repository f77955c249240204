import { z } from 'zod'
import type { Access } from '#lib/catalog/catalog-schema.ts'
import { same } from '#lib/catalog/difference.ts'

const statements = z.array(z.object({ actions: z.array(z.string()), resources: z.array(z.string()) })).readonly()

/** What a request keeps to, as it was learned from the record when it was asked; never from what a client sent. */
const narrowedScopeSchema = z.object({
  /** Never empty: no statement at all would be no scope. */
  scope: statements.refine(({ length }) => length > 0),
  /** The profile's scope that it lies within. */
  of: statements,
  services: z.array(z.object({ service: z.string(), name: z.string(), actions: z.array(z.string()) })),
  /** What cannot be seen in the record, and so stays. */
  kept: z.array(z.object({ what: z.string(), patterns: z.array(z.string()) })),
  /** How it was made short enough for a session policy, a sentence each. */
  steps: z.array(z.string()),
  /** Calls of events that AWS lists no action for. */
  unmapped: z.array(z.string()),
  /** Actions that worked without the profile allowing them. */
  beyond: z.array(z.string()),
  /** The last use it was learned from. */
  usedUntil: z.iso.datetime(),
})
export type NarrowedScope = z.infer<typeof narrowedScopeSchema>

/** What the row of a request says it keeps to; null when it is the whole profile. */
export const narrowedOf = (request: { narrowed: unknown }): NarrowedScope | null => (request.narrowed ? narrowedScopeSchema.parse(request.narrowed) : null)

/** Access cut to what a request keeps to. */
export const narrow = (access: Access, narrowed: NarrowedScope | null): Access => (narrowed && access.kind === 'sts_role' ? { ...access, scope: narrowed.scope.map(({ actions, resources }) => ({ actions, resources })) } : access)

/** Whether the profile still has the scope that this one was made within; another one might be smaller. */
export const stillWithin = (access: Access, narrowed: NarrowedScope | null): boolean => narrowed === null || (access.kind === 'sts_role' && same(access.scope, narrowed.of))
