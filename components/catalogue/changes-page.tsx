import { ClipboardCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import { LiveRefresh } from '../live/live-refresh.tsx'
import { EmptyState, PageHeader, Section } from '../ui/layout.tsx'
import { ChangeItem } from './change-item.tsx'
import type { ChangesPageProps } from './catalogue-models.ts'

const list = 'divide-y divide-line rounded-lg border border-line bg-surface'

/** What waits for a second person, and what was decided. */
export function ChangesPage({ now, waiting, settled, decide, live }: ChangesPageProps): ReactNode {
  return (
    <>
      <LiveRefresh {...live} />
      <PageHeader title="Changes of the catalogue" back={{ href: '/catalogue', label: 'Catalogue' }} lead="What gives anybody more waits here for an admin who did not propose it and gains nothing by it." />
      <Section id="waiting" title="Waiting" count={waiting.length}>
        {waiting.length === 0 ? (
          <EmptyState icon={ClipboardCheck} title="Nothing waits">A change that widens access appears here until another admin decides it.</EmptyState>
        ) : (
          <ul className={list}>{waiting.map((change) => <ChangeItem key={change.id} change={change} now={now} decide={decide} />)}</ul>
        )}
      </Section>
      {settled.length > 0 && (
        <Section id="settled" title="Lately">
          <ul className={list}>{settled.map((change) => <ChangeItem key={change.id} change={change} now={now} decide={decide} />)}</ul>
        </Section>
      )}
    </>
  )
}
