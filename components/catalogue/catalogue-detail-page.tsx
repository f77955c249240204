import type { ReactNode } from 'react'
import { AppLink } from '../ui/app-link.tsx'
import { EnvironmentBadge, RiskBadge } from '../ui/badge.tsx'
import { LinkButton } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { AccountLabel, Identifier } from '../ui/identifier.tsx'
import { Card, PageHeader, Section, Stat } from '../ui/layout.tsx'
import type { CatalogueDetailProps, RuleSentence, ShadowModel } from './catalogue-models.ts'
import { ChangeItem } from './change-item.tsx'
import { DryRun } from './dry-run.tsx'
import { Suggestion } from './suggestion.tsx'
import { ProfileStateBadge, WaitingBadge } from './state-badge.tsx'

/** One profile: who can get it and how, in words, and what would happen if somebody asked. */
export function CatalogueDetailPage(props: CatalogueDetailProps): ReactNode {
  const { now, profile, couldGet, changes, shadow } = props
  return (
    <>
      <PageHeader
        title={profile.name}
        back={{ href: '/catalogue', label: 'Catalogue' }}
        badges={
          <>
            <ProfileStateBadge state={props.state} />
            {changes.some(({ state }) => state === 'proposed') && <WaitingBadge />}
            <RiskBadge tier={profile.riskTier} />
            <EnvironmentBadge environment={profile.account.environment} />
          </>
        }
        lead={<><AccountLabel account={profile.account} /><span className="block">{props.description}</span></>}
        actions={<><Offer {...props.offer} /><LinkButton href={props.editHref} tone="primary">Edit</LinkButton></>}
      />
      <div className="grid grid-cols-1 items-start gap-x-8 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="min-w-0">
          <Section id="terms" title="Who may have it">
            <Card className="p-4"><ul className="flex flex-col gap-1 text-sm">{props.terms.map((sentence) => <li key={sentence}>{sentence}</li>)}</ul></Card>
          </Section>
          <Section id="rules" title="Who decides" aside="The first rule that fits counts">
            <Card className="p-4"><Rules rules={props.rules} /></Card>
          </Section>
          <Section id="dry-run" title="Dry run" aside="Nobody is asked">
            <Card className="p-4"><DryRun model={props.dryRun} action={`/catalogue/${profile.slug}`} longest={10_080} /></Card>
          </Section>
          {shadow && <Shadow shadow={shadow} />}
          {props.suggestion && <Suggestion suggestion={props.suggestion} now={now} />}
          <Section id="changes" title="Changes" count={changes.length}>
            {changes.length === 0 ? <p className="text-sm text-ink-2">None since it came from the file.</p> : <ul className="divide-y divide-line rounded-lg border border-line bg-surface">{changes.map((change) => <ChangeItem key={change.id} change={change} now={now} decide={props.decide} />)}</ul>}
          </Section>
        </div>
        <div className="min-w-0">
          <Section id="could" title="Who could get this" count={couldGet.count}>
            <Card className="p-4 text-sm">
              <p>{couldGet.groups.join(', ')}</p>
              <p className="mt-1 text-ink-2">{couldGet.names.length === 0 ? 'Nobody of them signed in yet.' : couldGet.names.join(', ')}{couldGet.count > couldGet.names.length && ' and others'}</p>
              <p className="mt-1 text-xs text-ink-3">By the groups last seen. Entitlement is read anew at each request.</p>
            </Card>
          </Section>
          <Section id="facts" title="What it opens">
            <Card className="p-4"><dl className="flex flex-col gap-3">{props.facts.map(({ label, value, mono }) => <Stat key={label} label={label}>{mono ? <Identifier value={value} what={label.toLowerCase()} /> : value}</Stat>)}</dl></Card>
          </Section>
        </div>
      </div>
    </>
  )
}

function Offer({ action, profileId, baseHash, offered, consequences }: CatalogueDetailProps['offer']): ReactNode {
  const fields = { profileId, baseHash, offered: offered ? 'no' : 'yes' }
  return offered ? (
    <ConfirmDialog trigger={{ label: 'Withdraw…' }} title="Withdraw this profile" consequences={consequences} confirmLabel="Withdraw it" keepLabel="Keep offering it" action={action} fields={fields} />
  ) : (
    <ConfirmDialog trigger={{ label: 'Offer again…' }} title="Offer this profile again" consequences="As it was. Offering gives people access, so another admin has to agree." confirmLabel="Propose it" keepLabel="Leave it withdrawn" tone="primary" action={action} fields={fields} />
  )
}

function Rules({ rules }: { rules: RuleSentence[] }): ReactNode {
  return (
    <ol className="flex flex-col gap-2 text-sm">
      {rules.map(({ name, sentence }, index) => <li key={index}><span className="font-medium">{index + 1}. {name}</span><span className="block text-ink-2">{sentence}</span></li>)}
    </ol>
  )
}

function Shadow({ shadow: { rules, agree, differing } }: { shadow: ShadowModel }): ReactNode {
  return (
    <Section id="shadow" title="On trial">
      <Card className="p-4">
        <Rules rules={rules} />
        <p className="mt-3 text-sm">Of the last requests it agreed about {agree} and would have differed about {differing.length}.</p>
        <ul className="mt-1 flex flex-col gap-1 text-sm text-ink-2">
          {differing.map(({ href, code, real, shadow }) => <li key={href}><AppLink href={href} className="font-mono text-xs text-accent-text underline underline-offset-2">{code}</AppLink>: {real}; on trial {shadow}.</li>)}
        </ul>
      </Card>
    </Section>
  )
}
