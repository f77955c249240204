import { parsePolicy } from '#lib/iam/parse-policy.ts'

/** A policy document, as an object. */
export type SeedPolicy = Readonly<Record<string, unknown>>

/** Its text. A seed with a policy AWS would refuse is a mistake to see at once, not a puzzle at the first denied call. */
export function seededPolicy(document: SeedPolicy, kind: Parameters<typeof parsePolicy>[1]): string {
  const parsed = parsePolicy(document, kind)
  if (!parsed.ok) throw new Error(`A seeded ${kind} policy is malformed: ${parsed.detail} ${JSON.stringify(document)}`)
  return JSON.stringify(document)
}
