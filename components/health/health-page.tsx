import { CircleCheck, CircleHelp, OctagonAlert, TriangleAlert, type LucideIcon } from 'lucide-react'
import { Fragment, type ReactNode } from 'react'
import { Badge, type BadgeTone } from '../ui/badge.tsx'
import { PageHeader, Section } from '../ui/layout.tsx'
import { RelativeTime } from '../ui/time.tsx'
import type { Dependency, HealthPageProps, HealthState } from './health-models.ts'
import { ActionButton } from '../ui/action-button.tsx'
import { Facts } from './facts.tsx'
import { UnreadRecords } from './unread-records.tsx'

const looks: Record<HealthState, { tone: BadgeTone; icon: LucideIcon; word: string }> = {
  working: { tone: 'green', icon: CircleCheck, word: 'Working' },
  slow: { tone: 'amber', icon: TriangleAlert, word: 'Behind' },
  down: { tone: 'solid-red', icon: OctagonAlert, word: 'Not working' },
  unknown: { tone: 'grey', icon: CircleHelp, word: 'Not known yet' },
}

function leadFor(dependencies: Dependency[]): string {
  const bad = dependencies.filter((dependency) => dependency.state === 'down' || dependency.state === 'slow')
  if (bad.length === 0) return 'Everything works.'
  return bad.length === 1 ? `${bad[0]!.name} needs a look.` : `${bad.length} of ${dependencies.length} need a look.`
}

export function HealthPage({ now, version, groups }: HealthPageProps): ReactNode {
  const inOrder = arrange(groups)
  return (
    <>
      <PageHeader title="Health" lead={leadFor(groups.flatMap((group) => group.dependencies))} actions={<span className="text-xs text-ink-3">Version {version}</span>} />
      {inOrder.map(({ title, purpose, dependencies, rest, unread }) => (
        <Fragment key={title}>
          <Section title={title} aside={purpose}>
            <div className="rounded-lg border border-line bg-surface">
              <div aria-hidden className={`hidden border-b border-line px-4 py-1.5 text-xs text-ink-3 md:grid ${columns}`}>
                <span />
                <span>State</span>
                <span>Last success</span>
                <span>Behind by</span>
              </div>
              <ul className="divide-y divide-line">
                {dependencies.map((dependency) => (
                  <DependencyRow key={dependency.id} dependency={dependency} sayPurpose={purpose === null} now={now} />
                ))}
              </ul>
              {rest && <p className="border-t border-line px-4 py-2.5 text-sm text-ink-2">{rest}</p>}
            </div>
          </Section>
          {unread && <UnreadRecords unread={unread} now={now} />}
        </Fragment>
      ))}
    </>
  )
}

const columns = 'gap-x-6 md:grid-cols-[minmax(0,1fr)_7rem_7rem_6rem]'
const urgency: Record<HealthState, number> = { down: 0, slow: 1, unknown: 2, working: 3 }
const mostUrgent = (dependencies: Dependency[]): number => Math.min(...dependencies.map(({ state }) => urgency[state]))

type Shown = HealthPageProps['groups'][number] & { purpose: string | null; rest: string | null }

/** A company may have thousands of accounts and roles; what needs a look comes first. */
const rowsShown = 25

/** What needs a look first, in each group and among them; what all of a group are for is said once. */
function arrange(groups: HealthPageProps['groups']): Shown[] {
  const shown = groups.map(({ dependencies, ...group }) => {
    const inOrder = dependencies.toSorted((left, right) => urgency[left.state] - urgency[right.state])
    return {
      ...group,
      purpose: dependencies.length > 1 && new Set(dependencies.map(({ purpose }) => purpose)).size === 1 ? (dependencies[0]?.purpose ?? null) : null,
      dependencies: inOrder.slice(0, rowsShown),
      rest: restOf(inOrder.slice(rowsShown)),
    }
  })
  return shown.toSorted((left, right) => mostUrgent(left.dependencies) - mostUrgent(right.dependencies))
}

/** What is not shown one by one, counted by its state. */
function restOf(dependencies: Dependency[]): string | null {
  if (dependencies.length === 0) return null
  const counts = [...Map.groupBy(dependencies, ({ state }) => state)].map(([state, { length }]) => `${length.toLocaleString('en')} ${looks[state].word.toLowerCase()}`)
  return `${dependencies.length.toLocaleString('en')} more: ${counts.join(', ')}.`
}

function DependencyRow({ dependency, sayPurpose, now }: { dependency: Dependency; sayPurpose: boolean; now: string }): ReactNode {
  const look = looks[dependency.state]
  return (
    <li data-live-id={dependency.id} className={`grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 px-4 py-2.5 md:items-baseline ${columns}`}>
      <p className="min-w-0 text-sm font-medium wrap-anywhere">{dependency.name}</p>
      <p>
        <Badge tone={look.tone} icon={look.icon}>
          {dependency.word ?? look.word}
        </Badge>
      </p>
      <Details dependency={dependency} sayPurpose={sayPurpose} now={now} />
      <p className={`text-sm text-ink-2 max-md:mt-1 max-md:text-xs max-md:text-ink-3 md:col-start-3 md:row-start-1 ${dependency.state === 'working' ? 'max-md:sr-only' : ''}`}>
        <span className="md:sr-only">Last success </span>
        {dependency.lastSuccessAt ? <RelativeTime at={dependency.lastSuccessAt} now={now} /> : 'never'}
      </p>
      <p className="tabular text-sm text-ink-2 max-md:mt-1 max-md:text-xs max-md:text-ink-3 md:col-start-4 md:row-start-1">
        {dependency.lag !== null && (
          <>
            <span className="md:sr-only">Behind by </span>
            {dependency.lag}
          </>
        )}
      </p>
    </li>
  )
}

/** Below the name; on a phone across the whole row. */
function Details({ dependency: { purpose, facts = [], problem, mend, mendAction }, sayPurpose, now }: { dependency: Dependency; sayPurpose: boolean; now: string }): ReactNode {
  return (
    <div className="col-span-2 min-w-0 md:col-span-1 md:col-start-1">
      {sayPurpose && <p className="text-sm text-ink-2 wrap-anywhere">{purpose}</p>}
      {facts.length > 0 && <Facts facts={facts} now={now} />}
      {problem && <p className="mt-1.5 text-sm font-medium text-orange-text wrap-anywhere">{problem}</p>}
      {mend && <p className="mt-0.5 text-sm text-ink-2 wrap-anywhere">{mend}</p>}
      {mendAction && <ActionButton {...mendAction} className="mt-2" />}
    </div>
  )
}
