import type { ReadPolicy, ReadRole } from '#lib/aws/role-reader.ts'
import type { ListedProfile } from '#lib/catalog/profiles.queries.ts'
import { ownInline } from '#lib/catalog/role-drift.ts'
import { minutes } from '#lib/config/clock.ts'
import type { GrantDeps } from '#lib/grants/grant-deps.ts'
import { composeSessionPolicy } from '#lib/grants/session-policy.ts'
import type { NamedPolicy } from '#lib/iam/document.ts'
import { type AccessExplanation, explainAccess } from '#lib/iam/explain-access.ts'
import { parsePolicy } from '#lib/iam/parse-policy.ts'
import { narrow, type NarrowedScope } from '#lib/requests/narrowed-scope.ts'

/** Readings younger than this are shown as they are; older ones are read again first. */
export const previewAgeMs = minutes(10)

// A pure function of its key's content: keeping results costs nothing in correctness, and one role can take 100 ms.
const explained = new Map<string, AccessExplanation>()

/** What a role allows as it was read, cut by boundary and session policy, and by what a request keeps to. */
export async function explainRole({ managedRolePath }: Pick<GrantDeps, 'managedRolePath'>, digest: string, role: ReadRole, { definition, definitionHash }: Pick<ListedProfile, 'definition' | 'definitionHash'>, narrowed: NarrowedScope | null = null): Promise<AccessExplanation> {
  const access = narrow(definition.access, narrowed)
  const key = `${digest} ${definitionHash} ${narrowed ? JSON.stringify(narrowed.scope) : ''}`
  const known = explained.get(key)
  if (known) return known
  const identity = [...ownInline(role), ...role.managed].flatMap((policy) => named(policy, 'identity'))
  const [boundary] = role.boundary ? named(role.boundary, 'boundary') : []
  // Far enough away that the explanation is about the scope; the end of a grant is told apart.
  // A vendor's own sessions carry none.
  const session = access.kind === 'sts_role' ? named({ name: 'Session policy', document: composeSessionPolicy(access, new Date('2100-01-01T00:00:00Z'), managedRolePath) }, 'session') : undefined
  const explanation = await explainAccess({ identity, ...(session ? { session } : {}), ...(boundary ? { boundary } : {}) })
  if (explained.size > 500) explained.clear()
  explained.set(key, explanation)
  return explanation
}

function named(policy: ReadPolicy, kind: 'identity' | 'boundary' | 'session'): NamedPolicy[] {
  const parsed = parsePolicy(policy.document, kind)
  return parsed.ok ? [{ name: policy.name, document: parsed.document }] : []
}
