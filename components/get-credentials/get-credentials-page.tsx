import type { ReactNode } from 'react'
import type { ProfileRef } from '../models.ts'
import { EnvironmentBadge, StateBadge } from '../ui/badge.tsx'
import { Card, EmptyState, PageHeader, Stat } from '../ui/layout.tsx'
import { AccountLabel, Identifier } from '../ui/identifier.tsx'
import { ClockTime, Countdown } from '../ui/time.tsx'
import { Lock } from 'lucide-react'
import { RevealPanel, type RevealAction } from './reveal-panel.tsx'

export type GetCredentialsPageProps = {
  now: string
  grant: { id: string; profile: ProfileRef; endsAt: string; roleArn: string; detailHref: string }
  /** Reads `grantId`; mints a lease, answers it once. */
  revealAction: RevealAction
  /** A route that takes a POST with `grantId` and sends the browser on to the AWS console; null where there is none. */
  consoleUrl: string | null
  /** Set when nothing can be revealed now: why, and what would change it. */
  unavailable?: { message: string; mend?: string } | null
  myAccessHref: string
}

export function GetCredentialsPage({ now, grant, revealAction, consoleUrl, unavailable, myAccessHref }: GetCredentialsPageProps): ReactNode {
  return (
    <div className="mx-auto max-w-3xl">
      <PageHeader
        back={{ href: myAccessHref, label: 'My access' }}
        title={grant.profile.name}
        badges={
          <>
            <EnvironmentBadge environment={grant.profile.account.environment} />
            {!unavailable && <StateBadge state="active" />}
          </>
        }
      />
      <Card className="mb-6 px-4 py-3">
        <dl className="grid grid-cols-2 gap-4 sm:grid-cols-[1fr_1.4fr_1fr]">
          <Stat label="Account">
            <AccountLabel account={grant.profile.account} />
          </Stat>
          <Stat label="Role">
            <Identifier value={grant.roleArn} what="role ARN" />
          </Stat>
          <Stat label="Access ends in">
            <Countdown until={grant.endsAt} now={now} subject={grant.profile.name} />
            <span className="block text-xs text-ink-3">
              <ClockTime at={grant.endsAt} now={now} focusable={false} />
            </span>
          </Stat>
        </dl>
      </Card>
      {unavailable ? (
        <EmptyState icon={Lock} title={unavailable.message} action={{ href: grant.detailHref, label: 'See what happened' }}>
          {unavailable.mend ?? 'Ask again when you need it.'}
        </EmptyState>
      ) : (
        <RevealPanel now={now} grantId={grant.id} profileSlug={grant.profile.slug} revealAction={revealAction} consoleUrl={consoleUrl} />
      )}
    </div>
  )
}
