import { clsx } from 'clsx'
import { ArrowLeft, Inbox } from 'lucide-react'
import type { ReactNode } from 'react'
import { LiveRefresh } from '../live/live-refresh.tsx'
import { AppLink } from '../ui/app-link.tsx'
import { LinkButton } from '../ui/button.tsx'
import { EmptyState, Kbd, PageHeader } from '../ui/layout.tsx'
import type { ApprovalsPageProps } from './approvals-models.ts'
import { ApprovalKeys } from './approval-keys.tsx'
import { ApprovalList } from './approval-list.tsx'
import { ApprovalPanel } from './approval-panel.tsx'
import { WaitingReviews } from './waiting-reviews.tsx'

export function ApprovalsPage({ now, reviews, items, count, selected, selectedByAddress, listHref, decideAction, live }: ApprovalsPageProps): ReactNode {
  const index = items.findIndex((item) => item.id === selected?.id)
  const next = items[index + 1] ?? items[index - 1]
  return (
    <>
      {live && <LiveRefresh {...live} />}
      <div className={clsx(selectedByAddress && 'max-lg:sr-only')}>
        <PageHeader
          title="Approvals"
          lead={items.length === 0 ? 'Nobody is waiting for you.' : items.length === 1 ? 'One person is waiting for you.' : `${count.toLocaleString('en')} requests wait for you, the riskiest first.`}
          actions={
            <>
              {items.length > 0 && <KeyHints />}
              <LinkButton href="/approvals/delegations" tone="quiet">
                Delegations
              </LinkButton>
            </>
          }
        />
        <WaitingReviews reviews={reviews} now={now} />
      </div>
      {items.length === 0 && !selectedByAddress ? (
        <EmptyState icon={Inbox} title="Nothing to decide">
          When somebody asks for access that you may grant, it appears here by itself, with the reason, what it allows and what they did with it before.
        </EmptyState>
      ) : (
        <div className="grid grid-cols-1 items-start gap-6 lg:grid-cols-[24rem_minmax(0,1fr)]">
          <div className={clsx('lg:sticky lg:top-[calc(var(--top-bar)+1.5rem)]', selectedByAddress && 'max-lg:hidden')}>
            {items.length > 0 ? (
              <>
                <ApprovalList items={items} selectedId={selected?.id ?? null} now={now} />
                {count > items.length && <p className="mt-2 px-1 text-xs text-ink-3">{(count - items.length).toLocaleString('en')} more follow as you decide.</p>}
              </>
            ) : <p className="text-sm text-ink-2">Nothing else to decide.</p>}
          </div>
          <div className={clsx('min-w-0', !selectedByAddress && 'max-lg:hidden')}>
            <AppLink href={listHref} className="mb-3 inline-flex min-h-8 items-center gap-1 text-sm text-ink-2 lg:hidden">
              <ArrowLeft aria-hidden className="size-3.5" />
              All waiting
            </AppLink>
            {selected ? (
              <ApprovalPanel key={selected.id} detail={selected} now={now} decideAction={decideAction} nextHref={next?.href ?? listHref} />
            ) : (
              <EmptyState icon={Inbox} title="Choose a request">
                What is asked for and why appears here.
              </EmptyState>
            )}
          </div>
        </div>
      )}
      <ApprovalKeys hrefs={items.map((item) => item.href)} index={index} selectedId={selected?.id ?? null} />
    </>
  )
}

function KeyHints(): ReactNode {
  return (
    <p className="hidden items-center gap-3 text-xs text-ink-3 lg:flex">
      <span className="flex items-center gap-1">
        <Kbd>J</Kbd>
        <Kbd>K</Kbd> next, previous
      </span>
      <span className="flex items-center gap-1">
        <Kbd>A</Kbd> approve
      </span>
      <span className="flex items-center gap-1">
        <Kbd>D</Kbd> deny
      </span>
    </p>
  )
}
