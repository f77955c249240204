import type { ReactNode } from 'react'
import { CopyButton } from '../ui/copy-button.tsx'
import { Card, Section } from '../ui/layout.tsx'
import { ClockTime } from '../ui/time.tsx'
import type { VendorEntryModel } from './request-detail-models.ts'

/** What the vendor has to be told, to take on its role from its own account. */
export function VendorEntry({ vendor, now }: { vendor: VendorEntryModel; now: string }): ReactNode {
  return (
    <Section id="vendor" title="For the vendor" className="mb-6">
      <Card className="p-4">
        <p className="text-sm text-ink-2">{vendor.sentence}</p>
        <dl className="mt-3 grid gap-x-6 gap-y-2 text-sm sm:grid-cols-[8rem_minmax(0,1fr)]">
          <dt className="text-ink-3">Who gets in</dt>
          <dd className="font-mono text-xs wrap-anywhere">{vendor.who}</dd>
          <dt className="text-ink-3">Role</dt>
          <dd>
            <Copied value={vendor.roleArn} what="role ARN" />
          </dd>
          <dt className="text-ink-3">External ID</dt>
          <dd>{vendor.externalId ? <Copied value={vendor.externalId} what="external ID" /> : <span className="text-ink-3">Shown to the holder of this grant and to admins.</span>}</dd>
          {vendor.openUntil && (
            <>
              <dt className="text-ink-3">In AWS until</dt>
              <dd>
                <ClockTime at={vendor.openUntil} now={now} />
              </dd>
            </>
          )}
        </dl>
      </Card>
    </Section>
  )
}

function Copied({ value, what }: { value: string; what: string }): ReactNode {
  return (
    <span className="flex items-start gap-1">
      <code className="font-mono text-xs wrap-anywhere">{value}</code>
      <CopyButton value={value} what={what} className="-mt-0.5" />
    </span>
  )
}
