import 'server-only'
import { definitionOf } from '#lib/catalog/definition-of.ts'
import { roleArnOf } from '#lib/catalog/role-arn.ts'
import { getServices } from './services.ts'

/** The digest of the role behind a request as it was last read from AWS; null when it never was. */
export async function currentRoleDigest(requestId: string): Promise<string | null> {
  const { db } = await getServices()
  const request = await db.request.findUnique({ where: { id: requestId }, select: { profile: { include: { account: true } } } })
  if (!request) return null
  const definition = definitionOf(request.profile)
  const snapshot = await db.roleSnapshot.findUnique({ where: { roleArn: roleArnOf(definition, request.profile.account) }, select: { digest: true } })
  return snapshot?.digest ?? null
}
