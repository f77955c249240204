import type { ReactNode } from 'react'
import { LiveRefresh } from '../live/live-refresh.tsx'
import { AppLink } from '../ui/app-link.tsx'
import { EnvironmentBadge, RiskBadge, StateBadge } from '../ui/badge.tsx'
import { AccountLabel, Identifier } from '../ui/identifier.tsx'
import { Card, PageHeader, Quote, Section, Stat } from '../ui/layout.tsx'
import { NarrowedScope } from '../request/narrowed-scope.tsx'
import { PermissionPreview } from '../ui/permission-preview.tsx'
import { Timeline } from '../ui/timeline.tsx'
import { ClockTime, Countdown } from '../ui/time.tsx'
import { durationText } from '../ui/time-format.ts'
import { LeftBehind } from '../sessions/left-behind.tsx'
import { Activity } from './activity.tsx'
import { AssignmentEntry } from './assignment-entry.tsx'
import { DetailActions } from './detail-actions.tsx'
import { EmergencyReview } from './emergency-review.tsx'
import { EndFacts } from './end-facts.tsx'
import { VendorEntry } from './vendor-entry.tsx'
import type { RequestDetailPageProps } from './request-detail-models.ts'

export function RequestDetailPage(props: RequestDetailPageProps): ReactNode {
  const { now, back, request, grant, timeline, policy, preview, activity, live } = props
  const state = grant ? (grant.endedAs ?? grant.state) : request.state
  return (
    <>
      {live && <LiveRefresh {...live} />}
      <PageHeader
        back={back}
        title={request.profile.name}
        badges={
          <>
            <StateBadge state={state} />
            <EnvironmentBadge environment={request.profile.account.environment} />
            <RiskBadge tier={request.profile.riskTier} />
          </>
        }
        lead={
          <span className="flex flex-wrap items-center gap-x-2">
            {request.requester.name}
            <span aria-hidden>·</span>
            <AccountLabel account={request.profile.account} />
            <span aria-hidden>·</span>
            {durationText(request.minutes)}
          </span>
        }
        actions={<DetailActions request={request} grant={grant} actions={props.actions} cutoff={props.cutoff} />}
      />
      {grant?.failure && (
        <p role="alert" className="mb-5 rounded-md bg-orange-soft px-3 py-2 text-sm text-orange-text">
          <span className="font-medium">{grant.failure.message}</span> {grant.failure.mend}
        </p>
      )}
      <div className="grid grid-cols-1 items-start gap-x-8 gap-y-6 lg:grid-cols-[minmax(0,1fr)_24rem]">
        <div className="min-w-0">
          <Section id="reason" title="Reason" className="mb-6">
            <Quote>{request.reason}</Quote>
          </Section>
          {props.review && (
            <Section id="review" title="Review of emergency access" className="mb-6">
              <EmergencyReview review={props.review} requestId={request.id} now={now} />
            </Section>
          )}
          {grant?.vendor && <VendorEntry vendor={grant.vendor} now={now} />}
          {grant?.assigned && <AssignmentEntry entry={grant.assigned} account={request.profile.account} now={now} />}
          {grant?.ending && <EndFacts id="ended" title="How it ended" ending={grant.ending} now={now} />}
          {props.cutoff && props.cutoff.facts.length > 0 && <EndFacts id="cutoff" title={`Everyone in ${props.cutoff.roleName}`} ending={props.cutoff.facts} now={now} />}
          {props.together.length > 0 && (
            <Section id="together" title="Sent together" className="mb-6">
              <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
                {props.together.map((other) => (
                  <li key={other.code} className="flex flex-wrap items-center justify-between gap-3 px-4 py-2 text-sm">
                    <AppLink href={other.href} className="font-medium hover:underline hover:underline-offset-2">
                      {other.name}
                    </AppLink>
                    <StateBadge state={other.state} />
                  </li>
                ))}
              </ul>
            </Section>
          )}
          <Section id="timeline" title="What happened">
            <Card className="p-4">
              <Timeline entries={timeline} now={now} label="What happened, oldest first" />
            </Card>
          </Section>
          {props.leftBehind && <div className="mt-6"><LeftBehind left={props.leftBehind} now={now} /></div>}
          {activity && <Activity activity={activity} now={now} />}
        </div>
        <div className="min-w-0">
          <Facts {...props} />
          {props.actions.notExtensible && (
            <Section id="more-time" title="More time" className="mb-6">
              <p className="text-sm">{props.actions.notExtensible.message}</p>
              {props.actions.notExtensible.mend && <p className="mt-1 text-sm text-ink-2">{props.actions.notExtensible.mend}</p>}
            </Section>
          )}
          <Section id="policy" title="Who had to say yes" className="mb-6">
            <p className="text-sm font-medium">{policy.name}</p>
            <ul className="mt-1 flex flex-col gap-0.5 text-sm text-ink-2">
              {policy.sentences.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          </Section>
          {props.narrowed && (
            <Section id="narrowed" title="Only what was used last time" className="mb-6">
              <p className="mb-2 text-sm text-ink-2">{props.narrowed.sentence}</p>
              <NarrowedScope narrowed={props.narrowed} />
            </Section>
          )}
          <Section id="allowed" title="What it allows">
            <PermissionPreview preview={preview} now={now} />
          </Section>
        </div>
      </div>
    </>
  )
}

function Facts({ now, request, grant }: RequestDetailPageProps): ReactNode {
  return (
    <Card className="mb-6 p-4">
      <dl className="grid grid-cols-2 gap-4">
        {grant?.state === 'active' && (
          <Stat label="Time left">
            <Countdown until={grant.endsAt} now={now} subject={request.profile.name} />
          </Stat>
        )}
        {grant && (
          <Stat label={grant.state === 'ended' ? 'Was to end' : 'Ends'}>
            <ClockTime at={grant.endsAt} now={now} />
          </Stat>
        )}
        <Stat label="Asked">
          <ClockTime at={request.askedAt} now={now} />
        </Stat>
        {request.ticket && (
          <Stat label="Ticket">
            {request.ticket.href ? (
              <a href={request.ticket.href} target="_blank" rel="noopener noreferrer" className="text-accent-text underline underline-offset-2">
                {request.ticket.text}
              </a>
            ) : (
              request.ticket.text
            )}
          </Stat>
        )}
        <Stat label="Request">
          <Identifier value={request.code} what="request identifier" />
        </Stat>
        {grant && (
          <Stat label="Grant">
            <Identifier value={grant.id} what="grant identifier" />
          </Stat>
        )}
      </dl>
    </Card>
  )
}
