import type { VendorEntryModel } from '#components/request-detail/request-detail-models.ts'
import type { Grant } from '#lib/db/generated/client.ts'
import type { VendorView } from '#lib/grants/vendor/vendor.queries.ts'

/** What the holder of a grant tells the vendor, and whether it gets in now. */
export function vendorEntryOf(grant: Pick<Grant, 'roleArn' | 'state'>, { vendorAccount, vendorPrincipal, externalId, access }: VendorView, now: Date): VendorEntryModel {
  const open = grant.state === 'active' && access?.openUntil && access.openUntil > now ? access.openUntil : null
  return {
    sentence: open ? 'The vendor takes on the role from its own account, as often as it needs until the end. Give it the role and the external ID.' : sentences[grant.state],
    who: vendorPrincipal ?? vendorAccount,
    roleArn: grant.roleArn,
    externalId,
    openUntil: open?.toISOString() ?? null,
  }
}

const sentences: Record<Grant['state'], string> = {
  scheduled: 'The vendor is let in when this grant begins. Role and external ID are these already.',
  activating: 'The role is being opened to the vendor. Role and external ID are these already.',
  active: 'AWS does not let the vendor in at this moment.',
  ending: 'The vendor is being shut out.',
  ended: 'This grant lets the vendor in no more. The next one has the same role and external ID.',
  failed: 'The role could not be opened to the vendor.',
}
