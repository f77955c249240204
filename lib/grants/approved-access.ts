import { type Access, accessSchema } from '#lib/catalog/catalog-schema.ts'

/** The access that was approved, as the grant keeps it: leases are cut to this, whatever the catalogue says by now. */
export function approvedAccess(grant: { access: unknown }): Access {
  return accessSchema.parse(grant.access)
}
