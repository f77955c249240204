import { TrendingDown, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Action } from '../models.ts'
import { AppLink } from '../ui/app-link.tsx'
import { EnvironmentBadge, RiskBadge, StateBadge } from '../ui/badge.tsx'
import { AccountLabel } from '../ui/identifier.tsx'
import { Card, Quote, Section } from '../ui/layout.tsx'
import { NarrowedScope } from '../request/narrowed-scope.tsx'
import { PermissionPreview } from '../ui/permission-preview.tsx'
import { ClockTime, Countdown, RelativeTime } from '../ui/time.tsx'
import { durationText } from '../ui/time-format.ts'
import type { ApprovalDetail } from './approvals-models.ts'
import { DecisionForm } from './decision-form.tsx'

type Props = { detail: ApprovalDetail; now: string; decideAction: Action; nextHref: string }

export function ApprovalPanel({ detail, now, decideAction, nextHref }: Props): ReactNode {
  const { profile, requester } = detail
  return (
    <Card>
      <div className="p-5 pb-0">
        <header className="mb-4">
          <h2 id="selected" tabIndex={-1} className="text-lg font-semibold tracking-tight text-balance">
            {detail.extension ? `${requester.name} asks for more time with ${profile.name}` : `${requester.name} asks for ${profile.name}`}
          </h2>
          <p className="mt-1 flex flex-wrap items-center gap-x-2.5 gap-y-1 text-sm text-ink-2">
            <EnvironmentBadge environment={profile.account.environment} />
            <RiskBadge tier={profile.riskTier} />
            <AccountLabel account={profile.account} />
            <span>{detail.extension ? `${durationText(detail.minutes)} more` : `for ${durationText(detail.minutes)}`}</span>
            {detail.startsAt && (
              <span>
                from <ClockTime at={detail.startsAt} now={now} />
              </span>
            )}
            <span className="text-ink-3">
              asked <RelativeTime at={detail.askedAt} now={now} />
            </span>
          </p>
        </header>
        <Section title="Reason" className="mb-5">
          <Quote>{detail.reason}</Quote>
          <p className="mt-2 flex flex-wrap gap-x-4 text-xs text-ink-3">
            {detail.ticket && (
              <span>
                Ticket{' '}
                {detail.ticket.href ? (
                  <a href={detail.ticket.href} rel="noopener noreferrer" target="_blank" className="text-accent-text underline underline-offset-2">
                    {detail.ticket.text}
                  </a>
                ) : (
                  detail.ticket.text
                )}
              </span>
            )}
            <span>{detail.step}</span>
            <AppLink href={detail.detailHref} className="text-accent-text underline underline-offset-2">
              Whole request
            </AppLink>
          </p>
        </Section>
        <RiskReasons reasons={detail.riskReasons} lowered={detail.riskLowered} risk={detail.risk} />
        {detail.narrowed && (
          <Section title="Only what was used last time" className="mb-5">
            <p className="mb-2 text-sm text-ink-2">{detail.narrowed.sentence}</p>
            <NarrowedScope narrowed={detail.narrowed} />
          </Section>
        )}
        <Section title="What it allows" className="mb-5">
          <PermissionPreview preview={detail.preview} now={now} />
        </Section>
        <div className="grid grid-cols-1 gap-x-6 xl:grid-cols-2">
          <Section title={`${requester.name} and this profile`} className="mb-5">
            <PastRequests detail={detail} now={now} />
          </Section>
          <Section title="Holds at the same time" className="mb-5">
            <Concurrent detail={detail} now={now} />
          </Section>
        </div>
      </div>
      <DecisionForm
        requestId={detail.id}
        requester={requester.name}
        duration={durationText(detail.minutes)}
        decideAction={decideAction}
        nextHref={nextHref}
        blocked={detail.blocked}
        {...(detail.mayLiveUntil ? { note: detail.mayLiveUntil } : {})}
      />
    </Card>
  )
}

function RiskReasons({ reasons, lowered, risk }: Pick<ApprovalDetail, 'risk'> & { reasons: string[]; lowered: string[] }): ReactNode {
  if (reasons.length + lowered.length === 0) return null
  return (
    <Section title={risk ? `Risk ${risk.score} of 100, ${risk.level}` : 'Look at this first'} className="mb-5">
      <ul className="flex flex-col gap-1 text-sm">
        {reasons.map((reason) => (
          <li key={reason} className="flex gap-2 text-orange-text">
            <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
            {reason}
          </li>
        ))}
        {lowered.map((reason) => (
          <li key={reason} className="flex gap-2 text-green-text">
            <TrendingDown aria-hidden className="mt-0.5 size-4 shrink-0" />
            {reason}
          </li>
        ))}
      </ul>
    </Section>
  )
}

function PastRequests({ detail, now }: { detail: ApprovalDetail; now: string }): ReactNode {
  if (detail.past.length === 0) return <p className="text-sm text-ink-2">Never asked for it before.</p>
  return (
    <ul className="flex flex-col gap-1.5 text-sm">
      {detail.past.map((past) => (
        <li key={past.id} className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-2">
          <StateBadge state={past.outcome} />
          <AppLink href={past.href} className="truncate text-ink-2 hover:underline">
            {past.reason}
          </AppLink>
          <RelativeTime at={past.at} now={now} className="text-xs text-ink-3" />
        </li>
      ))}
    </ul>
  )
}

function Concurrent({ detail, now }: { detail: ApprovalDetail; now: string }): ReactNode {
  if (detail.concurrent.length === 0) return <p className="text-sm text-ink-2">Nothing else.</p>
  return (
    <ul className="flex flex-col gap-1.5 text-sm">
      {detail.concurrent.map((held) => (
        <li key={held.id} className="flex items-center justify-between gap-2">
          <AppLink href={held.href} className="min-w-0 truncate text-ink-2 hover:underline">
            {held.profile.name}, {held.profile.account.name}
          </AppLink>
          <Countdown until={held.endsAt} now={now} className="shrink-0 text-xs" />
        </li>
      ))}
    </ul>
  )
}
