import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { RevokeButton } from '../dashboard/revoke-button.tsx'
import { LiveRefresh } from '../live/live-refresh.tsx'
import { AppLink } from '../ui/app-link.tsx'
import { Badge, SeverityBadge } from '../ui/badge.tsx'
import { Identifier } from '../ui/identifier.tsx'
import { Card, PageHeader, Quote, Section, Stat } from '../ui/layout.tsx'
import { ClockTime, Countdown, RelativeTime } from '../ui/time.tsx'
import { LeftBehind } from './left-behind.tsx'
import { SessionAccountLabel } from './session-account.tsx'
import { SessionCalls } from './session-calls.tsx'
import { SessionUse } from './session-use.tsx'
import type { SessionPageProps } from './sessions-models.ts'

export function SessionPage(props: SessionPageProps): ReactNode {
  const { now, back, title, person, account, revoke, findings, live } = props
  return (
    <>
      {live && <LiveRefresh {...live} />}
      <PageHeader
        back={back}
        title={title}
        badges={person === null && <Badge tone="red" icon={TriangleAlert}>Outside the record</Badge>}
        lead={<SessionAccountLabel account={account} />}
        actions={revoke && person && <RevokeButton grantId={revoke.grantId} person={person.name} account={account.name ?? account.id} action={revoke.action} />}
      />
      <Ground {...props} />
      <Facts {...props} />
      {findings.length > 0 && (
        <Section id="findings" title={person === null ? 'Findings' : 'Findings about this access'} count={findings.length}>
          <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
            {findings.map((finding) => (
              <li key={finding.id} data-live-id={finding.id}>
                <AppLink href={finding.href} className="flex min-h-11 items-center justify-between gap-3 px-4 py-2 text-sm outline-offset-[-2px] hover:bg-hover">
                  <span className="min-w-0">
                    <span className="block truncate font-medium">{finding.title}</span>
                    <span className="block text-xs text-ink-3"><RelativeTime at={finding.at} now={now} focusable={false} /></span>
                  </span>
                  <SeverityBadge severity={finding.severity} />
                </AppLink>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {props.leftBehind && <LeftBehind left={props.leftBehind} now={now} empty="Nothing that outlives the access." />}
      <SessionUse {...props} />
      <SessionCalls {...props} />
    </>
  )
}

function Ground({ ground, now, role }: SessionPageProps): ReactNode {
  if (!ground) {
    return (
      <Card className="mb-6 border-red-line px-4 py-3 text-sm">
        <p className="font-medium">No grant explains this session.</p>
        <p className="mt-1 max-w-[70ch] text-ink-2">
          Somebody took on <span className="font-mono text-xs [overflow-wrap:anywhere]">{role}</span> without the portal. Find out who may assume it, and take that out of its trust policy.
        </p>
      </Card>
    )
  }
  return (
    <Card className="mb-6 grid gap-4 px-4 py-3 md:grid-cols-[1fr_auto]">
      <div className="min-w-0">
        <Quote>{ground.reason}</Quote>
        <p className="mt-2 text-xs text-ink-2">
          {ground.approvers}.{' '}
          <AppLink href={ground.href} className="text-accent-text underline underline-offset-2">Open the request</AppLink>
        </p>
      </div>
      {ground.endsAt && (
        <dl>
          <Stat label={ground.ended ? 'Ended' : 'Time left'}>{ground.ended ? <RelativeTime at={ground.endsAt} now={now} /> : <Countdown until={ground.endsAt} now={now} />}</Stat>
        </dl>
      )}
    </Card>
  )
}

function Facts({ counts, startedAt, lastAt, clients, principal, keys, regions, now }: SessionPageProps): ReactNode {
  return (
    <dl className="mb-8 grid grid-cols-2 gap-x-6 gap-y-4 md:grid-cols-4">
      <Stat label="Began"><ClockTime at={startedAt} now={now} /></Stat>
      <Stat label="Last call"><RelativeTime at={lastAt} now={now} /></Stat>
      <Stat label="Used with">{clients.join(', ') || 'unknown'}</Stat>
      <Stat label="Calls">
        <span className="tabular">{counts.calls.toLocaleString('en')} in all, {counts.changes.toLocaleString('en')} {counts.changes === 1 ? 'change' : 'changes'}, {counts.denied.toLocaleString('en')} denied</span>
      </Stat>
      <Stat label="Session"><Identifier value={principal} what="session" /></Stat>
      <Stat label={keys.length === 1 ? 'Access key' : 'Access keys'}>
        {keys.length === 0 ? <span className="text-ink-3">none shown</span> : <span className="flex flex-wrap gap-x-3 gap-y-1">{keys.slice(0, 3).map((key) => <Identifier key={key} value={key} what="access key" />)}{keys.length > 3 && <span className="text-ink-3">and {keys.length - 3} more</span>}</span>}
      </Stat>
      <Stat label="Regions">{regions.join(', ') || 'none'}</Stat>
    </dl>
  )
}
