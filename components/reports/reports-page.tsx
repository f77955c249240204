import { ArrowRight, Users } from 'lucide-react'
import type { ReactNode } from 'react'
import { ActionButton } from '../ui/action-button.tsx'
import { AppLink } from '../ui/app-link.tsx'
import { Badge } from '../ui/badge.tsx'
import { LinkButton } from '../ui/button.tsx'
import { PageHeader, Section } from '../ui/layout.tsx'
import type { ReportsPageProps } from './report-models.ts'

/** The questions in words, and the views that people keep of them. */
export function ReportsPage({ topics, views, deleteView, children }: ReportsPageProps & { children?: ReactNode }): ReactNode {
  return (
    <>
      <PageHeader title="Reports" lead="Questions an auditor asks, answered from the record of what happened. Every answer can be filtered, shared by its address and taken away as a file." actions={<LinkButton href="/reports/exports">Exports</LinkButton>} />
      {views.length > 0 && <Views views={views} deleteView={deleteView} />}
      {topics.map(({ topic, questions }) => (
        <Section key={topic} title={topic} id={`topic-${topic.toLowerCase()}`}>
          <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
            {questions.map(({ href, title, lead }) => (
              <li key={href}>
                <AppLink href={href} className="group flex items-center justify-between gap-4 px-4 py-3 hover:bg-hover">
                  <span className="min-w-0">
                    <span className="block text-sm font-medium">{title}</span>
                    <span className="block text-xs text-ink-3">{lead}</span>
                  </span>
                  <ArrowRight aria-hidden className="size-4 shrink-0 text-ink-3 group-hover:text-ink" />
                </AppLink>
              </li>
            ))}
          </ul>
        </Section>
      ))}
      {children}
    </>
  )
}

function Views({ views, deleteView }: Pick<ReportsPageProps, 'views' | 'deleteView'>): ReactNode {
  return (
    <Section title="Saved views" id="views" count={views.length}>
      <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
        {views.map((view) => (
          <li key={view.id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-2.5">
            <span className="min-w-0 text-sm">
              <AppLink href={view.href} className="font-medium hover:underline hover:underline-offset-2">
                {view.name}
              </AppLink>
              {view.shared && (
                <Badge icon={Users} className="ml-2">
                  Shared
                </Badge>
              )}
              <span className="block text-xs text-ink-3">
                {view.title}
                {view.own ? '' : ` By ${view.owner}.`}
              </span>
            </span>
            {view.own && <ActionButton label="Delete" name={`Delete the view ${view.name}`} action={deleteView} fields={{ viewId: view.id }} />}
          </li>
        ))}
      </ul>
    </Section>
  )
}
