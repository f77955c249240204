import type { ReactNode } from 'react'
import { ActionButton } from '../ui/action-button.tsx'
import { AppLink } from '../ui/app-link.tsx'
import { SeverityBadge } from '../ui/badge.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { FilterSelect } from '../ui/filter-field.tsx'
import { Card, PageHeader, Section, Stat } from '../ui/layout.tsx'
import { Table, Td, Th, Tr } from '../ui/table.tsx'
import { ClockTime, RelativeTime } from '../ui/time.tsx'
import { RuleState } from './rules-page.tsx'
import type { RulePageProps, TrialModel, VerdictCounts } from './rules-models.ts'

export function RulePage({ rule, now, days, trial, verdicts, switchAction }: RulePageProps): ReactNode {
  return (
    <>
      <PageHeader
        title={rule.title}
        back={{ href: '/findings/rules', label: 'Detection rules' }}
        badges={<><SeverityBadge severity={rule.level} /><RuleState enabled={rule.enabled} /></>}
        lead={rule.description}
        actions={switchAction && <ActionButton label={rule.enabled ? 'Switch off' : 'Switch on'} action={switchAction} fields={{ ruleId: rule.id, to: rule.enabled ? 'off' : 'on' }} />}
      />
      <dl className="mb-8 grid grid-cols-2 gap-x-6 gap-y-4 md:grid-cols-4">
        <Stat label="Author">{rule.author ?? 'unknown'}</Stat>
        <Stat label="Licence">{rule.license ?? (rule.origin === 'Latchkey' ? 'with Latchkey' : 'not stated')}</Stat>
        <Stat label="From">{rule.origin}</Stat>
        <Stat label="Status">{rule.status ?? 'not stated'}</Stat>
        <Stat label="ATT&CK">{rule.techniques.join(', ') || 'none named'}</Stat>
        {rule.changed && <Stat label={rule.enabled ? 'Switched on' : 'Switched off'}>by {rule.changed.by}, <RelativeTime at={rule.changed.at} now={now} /></Stat>}
      </dl>
      {verdicts && <Verdicts {...verdicts} />}
      {rule.response && (
        <Section id="response" title="What to do">
          <p className="max-w-[70ch] text-sm">{rule.response}</p>
        </Section>
      )}
      {rule.falsePositives.length > 0 && (
        <Section id="harmless" title="Often harmless">
          <ul className="max-w-[70ch] list-disc space-y-1 pl-5 text-sm">{rule.falsePositives.map((one) => <li key={one}>{one}</li>)}</ul>
        </Section>
      )}
      <Section id="try" title="Try it on stored events">
        <FilterBar action={rule.href} label="Try the rule">
          <FilterSelect name="days" label="Events of the last" any="Choose" value={days} options={[{ value: '1', label: '1 day' }, { value: '7', label: '7 days' }, { value: '30', label: '30 days' }, { value: '90', label: '90 days' }]} />
        </FilterBar>
        {trial ? <Trial trial={trial} now={now} /> : <p className="text-sm text-ink-2">Choose a time. Nothing is kept, and nobody is told.</p>}
      </Section>
      <Section id="source" title="Rule">
        <Card className="overflow-x-auto"><pre className="p-4 font-mono text-xs" tabIndex={0}>{rule.source}</pre></Card>
        <p className="mt-2 font-mono text-xs text-ink-3 [overflow-wrap:anywhere]">{rule.path}</p>
      </Section>
    </>
  )
}

/** How good the rule is here: people said what its findings turned out to be. */
function Verdicts({ waiting, real, harmless, wrong, suppressed, href }: NonNullable<VerdictCounts>): ReactNode {
  const parts = [[waiting, 'to be looked at'], [real, 'real'], [harmless, 'expected or harmless'], [wrong, 'not what it says'], [suppressed, 'suppressed']] as const
  return (
    <Section id="verdicts" title="Findings of 90 days" aside={<AppLink href={href} className="underline underline-offset-2">See them</AppLink>}>
      <p className="tabular text-sm text-ink-2">{parts.filter(([count]) => count > 0).map(([count, word]) => `${count.toLocaleString('en')} ${word}`).join(', ')}</p>
    </Section>
  )
}

function Trial({ trial, now }: { trial: TrialModel; now: string }): ReactNode {
  return (
    <div role="status">
      <p className="mb-3 text-sm">{trial.sentence}</p>
      {trial.problems.map((problem) => <p key={problem} className="mb-2 text-sm text-red-text">{problem}</p>)}
      {trial.hits.length > 0 && (
        <Table label="What the rule would have found">
          <thead>
            <tr>
              <Th>When</Th>
              <Th>Call</Th>
              <Th className="max-sm:hidden">Who</Th>
              <Th className="max-sm:hidden">Account</Th>
            </tr>
          </thead>
          <tbody>
            {trial.hits.map((hit) => (
              <Tr key={hit.id}>
                <Td className="whitespace-nowrap text-ink-2"><ClockTime at={hit.at} now={now} /></Td>
                <Td><code className="font-mono text-xs">{hit.what}</code></Td>
                <Td className="max-w-72 truncate text-xs text-ink-2 max-sm:hidden">{hit.who}</Td>
                <Td className="font-mono text-xs text-ink-2 max-sm:hidden">{hit.account}</Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      )}
      {trial.more > 0 && <p className="mt-2 text-xs text-ink-3">And {trial.more.toLocaleString('en')} more.</p>}
    </div>
  )
}
