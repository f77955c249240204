import { clsx } from 'clsx'
import { ArrowLeft, MousePointerClick } from 'lucide-react'
import type { ReactNode } from 'react'
import { AppLink } from '../ui/app-link.tsx'
import { EmptyState, PageHeader } from '../ui/layout.tsx'
import { CataloguePanel } from './catalogue-panel.tsx'
import { ChosenPanel } from './chosen-panel.tsx'
import type { RequestPageProps } from './request-models.ts'

/** Catalogue left, form right; on a phone the form is a page of its own. */
export function RequestPage({ now, catalogue, chosen, notOffered, prefill, action, answerAction, baseHref, emergencyOnly }: RequestPageProps): ReactNode {
  const picked = chosen !== null || Boolean(notOffered)
  return (
    <>
      <div className={clsx(picked && 'max-lg:sr-only')}>
        <PageHeader title="Request access" lead="Pick what you need; the answer is shown before you send." />
      </div>
      {emergencyOnly && (
        <p role="status" className="mb-4 rounded-md bg-orange-soft px-3 py-2 text-sm text-orange-text">
          <span className="font-medium">Your groups cannot be confirmed with the identity provider now.</span> Emergency access works from what was confirmed last; everything else waits until it answers.
        </p>
      )}
      <div className="grid grid-cols-1 items-start gap-6 lg:grid-cols-[21rem_minmax(0,1fr)] lg:gap-8">
        <div className={clsx('lg:sticky lg:top-[calc(var(--top-bar)+1.5rem)]', picked && 'max-lg:hidden')}>
          <CataloguePanel catalogue={catalogue} chosenSlug={chosen?.profile.slug ?? null} baseHref={baseHref} />
        </div>
        <div className={clsx('min-w-0', !picked && 'max-lg:hidden')}>
          <AppLink href={baseHref} className="mb-3 inline-flex min-h-8 items-center gap-1 text-sm text-ink-2 lg:hidden">
            <ArrowLeft aria-hidden className="size-3.5" />
            All profiles
          </AppLink>
          {chosen ? (
            <ChosenPanel
              key={chosen.profile.slug}
              now={now}
              chosen={chosen}
              action={action}
              {...(prefill ? { prefill } : {})}
              {...(answerAction ? { answerAction } : {})}
            />
          ) : notOffered ? (
            <EmptyState icon={MousePointerClick} title={notOffered.message}>
              {notOffered.mend ?? 'Choose another profile from the list.'}
            </EmptyState>
          ) : (
            <EmptyState icon={MousePointerClick} title="Choose a profile">
              You see what it allows, for how long, and who would be asked. Nothing is sent until you press the button.
            </EmptyState>
          )}
        </div>
      </div>
    </>
  )
}
