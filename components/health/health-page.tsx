import { CircleCheck, CircleHelp, OctagonAlert, TriangleAlert, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { Badge, type BadgeTone } from '../ui/badge.tsx'
import { PageHeader, Section } from '../ui/layout.tsx'
import { RelativeTime } from '../ui/time.tsx'
import type { Dependency, HealthPageProps, HealthState } from './health-models.ts'
import { ActionButton } from '../ui/action-button.tsx'

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
  return (
    <>
      <PageHeader title="Health" lead={leadFor(groups.flatMap((group) => group.dependencies))} actions={<span className="text-xs text-ink-3">Version {version}</span>} />
      {groups.map((group) => (
        <Section key={group.title} title={group.title}>
          <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
            {group.dependencies.map((dependency) => (
              <DependencyRow key={dependency.id} dependency={dependency} now={now} />
            ))}
          </ul>
        </Section>
      ))}
    </>
  )
}

function DependencyRow({ dependency, now }: { dependency: Dependency; now: string }): ReactNode {
  const look = looks[dependency.state]
  return (
    <li data-live-id={dependency.id} className="grid grid-cols-1 gap-x-6 gap-y-2 px-4 py-3 md:grid-cols-[minmax(0,1fr)_7rem_8rem_8.5rem] md:items-start">
      <div className="min-w-0">
        <p className="text-sm font-medium">{dependency.name}</p>
        <p className="text-sm text-ink-2">{dependency.purpose}</p>
        {dependency.problem && <p className="mt-1.5 text-sm font-medium text-orange-text">{dependency.problem}</p>}
        {dependency.mend && <p className="mt-0.5 text-sm text-ink-2">{dependency.mend}</p>}
        {dependency.mendAction && <ActionButton {...dependency.mendAction} className="mt-2" />}
      </div>
      <p>
        <Badge tone={look.tone} icon={look.icon}>
          {look.word}
        </Badge>
      </p>
      <p className="text-sm text-ink-2">
        <span className="text-xs text-ink-3 md:block">Last success </span>
        {dependency.lastSuccessAt ? <RelativeTime at={dependency.lastSuccessAt} now={now} /> : 'never'}
      </p>
      <p className="tabular text-sm text-ink-2">
        <span className="text-xs text-ink-3 md:block">Behind by </span>
        {dependency.lag ?? 'nothing'}
      </p>
    </li>
  )
}
