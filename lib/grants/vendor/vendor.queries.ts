import type { Database } from '#lib/db/client.ts'
import type { Grant, Prisma } from '#lib/db/generated/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { approvedAccess } from '../approved-access.ts'

const whole = { sharedWith: { select: { code: true, endsAt: true } } } satisfies Prisma.VendorAccessInclude

/** `externalId` is null for everybody but the grant's holder and admins. `failure`: why AWS does not have what is wanted. */
export type VendorView = { vendorAccount: string; vendorPrincipal: string | null; externalId: string | null; failure: string | null; access: Prisma.VendorAccessGetPayload<{ include: typeof whole }> | null }

/** What a grant that the caller was let see is for its vendor; null for grants of other kinds. */
export async function findVendorView(db: Database, viewer: Viewer, grant: Grant): Promise<VendorView | null> {
  const approved = approvedAccess(grant)
  if (approved.kind !== 'third_party_trust') return null
  const [role, access] = await Promise.all([db.vendorRole.findUniqueOrThrow({ where: { roleArn: grant.roleArn } }), db.vendorAccess.findUnique({ where: { grantId: grant.id }, include: whole })])
  const may = grant.personId === viewer.personId || hasRole(viewer, 'admin')
  return { vendorAccount: approved.vendorAccount, vendorPrincipal: approved.vendorPrincipal ?? null, externalId: may ? role.externalId : null, failure: role.failureMessage, access }
}
