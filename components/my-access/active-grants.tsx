import { Handshake, KeyRound, LogIn } from 'lucide-react'
import type { ReactNode } from 'react'
import { clsx } from 'clsx'
import type { Action } from '../models.ts'
import { AppLink } from '../ui/app-link.tsx'
import { EnvironmentBadge, StateBadge } from '../ui/badge.tsx'
import { LinkButton } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { assignmentEndConsequences, endConsequences, vendorEndConsequences } from '../ui/end-consequences.ts'
import { AccountLabel } from '../ui/identifier.tsx'
import { ClockTime, Countdown, RelativeTime } from '../ui/time.tsx'
import type { ActiveGrant } from './my-access-models.ts'

export function ActiveGrants({ grants, now, endAction }: { grants: ActiveGrant[]; now: string; endAction: Action }): ReactNode {
  return (
    <ul data-live-hold className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
      {grants.map((grant) => (
        <GrantRow key={grant.id} grant={grant} now={now} endAction={endAction} />
      ))}
    </ul>
  )
}

function GrantRow({ grant, now, endAction }: { grant: ActiveGrant; now: string; endAction: Action }): ReactNode {
  const production = grant.profile.account.environment === 'production'
  return (
    <li
      data-live-id={grant.id}
      className={clsx(
        'flex flex-col gap-3 border-l-[3px] py-3 pr-4 pl-[13px] md:grid md:grid-cols-[minmax(0,1fr)_8.5rem_14.5rem] md:items-center md:gap-6',
        production ? 'border-l-red' : 'border-l-transparent',
      )}
    >
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <AppLink href={grant.detailHref} className="text-base font-medium hover:underline hover:underline-offset-2">
            {grant.profile.name}
          </AppLink>
          <EnvironmentBadge environment={grant.profile.account.environment} />
          <AccountLabel account={grant.profile.account} className="text-sm text-ink-2" />
        </p>
        <p className="mt-0.5 line-clamp-1 text-sm text-ink-3">{grant.reason}</p>
        {grant.problem && <p className="mt-1 text-sm text-orange-text">{grant.problem}</p>}
      </div>
      <GrantClock grant={grant} now={now} />
      <div className="flex gap-2 max-md:*:flex-1 md:justify-end">
        {grant.state === 'active' && grant.kind === 'identity_center' && (
          <LinkButton href={`${grant.detailHref}#sign-in`} tone="primary">
            <LogIn aria-hidden />
            Where to sign in
          </LinkButton>
        )}
        {grant.state === 'active' && grant.kind === 'third_party_trust' && (
          <LinkButton href={`${grant.detailHref}#vendor`} tone="primary">
            <Handshake aria-hidden />
            For the vendor
          </LinkButton>
        )}
        {grant.state === 'active' && grant.credentialsHref && (
          <LinkButton href={grant.credentialsHref} tone="primary">
            <KeyRound aria-hidden />
            Get credentials
          </LinkButton>
        )}
        {(grant.state === 'active' || grant.state === 'scheduled' || grant.state === 'activating') && <EndNow grant={grant} action={endAction} />}
      </div>
    </li>
  )
}

function GrantClock({ grant, now }: { grant: ActiveGrant; now: string }): ReactNode {
  if (grant.state !== 'active') {
    return (
      <div className="flex items-center gap-2 text-sm text-ink-2 md:flex-col md:items-start md:gap-0.5">
        <StateBadge state={grant.state} />
        {grant.state === 'scheduled' && <RelativeTime at={grant.startsAt} now={now} className="text-xs text-ink-3" />}
        {grant.state === 'ending' && (
          <span className="text-xs text-ink-3">
            dead by <ClockTime at={grant.endsAt} now={now} focusable={false} />
          </span>
        )}
      </div>
    )
  }
  return (
    <div className="flex items-baseline gap-2 md:flex-col md:gap-0">
      <Countdown until={grant.endsAt} now={now} subject={`${grant.profile.name} in ${grant.profile.account.name}`} className="text-lg tracking-tight" />
      <span className="text-xs text-ink-3">
        until <ClockTime at={grant.endsAt} now={now} focusable={false} />
      </span>
    </div>
  )
}

const consequencesOf = { sts_role: endConsequences, third_party_trust: vendorEndConsequences, identity_center: assignmentEndConsequences }

function EndNow({ grant, action }: { grant: ActiveGrant; action: Action }): ReactNode {
  const where = grant.profile.account.name
  return (
    <ConfirmDialog
      trigger={{ label: 'End now', name: `End now: ${grant.profile.name}` }}
      title={`End ${grant.profile.name}`}
      consequences={consequencesOf[grant.kind](where)}
      confirmLabel="End my access now"
      keepLabel="Keep it"
      action={action}
      fields={{ grantId: grant.id }}
    />
  )
}
