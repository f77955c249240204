import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { NarrowedScope } from '../request/narrowed-scope.tsx'
import { AppLink } from '../ui/app-link.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Card, Section } from '../ui/layout.tsx'
import { RelativeTime } from '../ui/time.tsx'
import type { SuggestionModel } from './catalogue-models.ts'

/** A smaller scope from what everybody used, and whom it would have hindered. Copied into the catalogue, never applied by itself. */
export function Suggestion({ suggestion, now }: { suggestion: SuggestionModel; now: string }): ReactNode {
  return (
    <Section id="suggestion" title="Smaller scope, from use" aside="Nothing changes until somebody edits the profile">
      <Card className="p-4">
        <p className="mb-3 flex flex-wrap items-baseline gap-x-3 gap-y-1 text-sm text-ink-2">
          Learned from the last
          {suggestion.choices.map(({ label, href, chosen }) => (
            <AppLink key={href} href={href} aria-current={chosen ? 'true' : undefined} className={clsx('rounded-sm', chosen ? 'font-medium text-ink' : 'text-accent-text underline underline-offset-2')}>
              {label}
            </AppLink>
          ))}
        </p>
        <Suggested suggestion={suggestion} now={now} />
      </Card>
    </Section>
  )
}

function Suggested({ suggestion: { suggested, people, whole }, now }: { suggestion: SuggestionModel; now: string }): ReactNode {
  if (!suggested) return <p className="text-sm">{people === 0 ? 'Nobody has had it in the last 90 days. Once somebody uses it, a scope that fits the use is suggested here.' : 'Nothing narrower than its scope comes of how it was used in that time.'}</p>
  const { before, after, denied } = suggested
  return (
    <>
      <p className="mb-3 text-sm">
        <span className="tabular font-medium">{after.toLocaleString('en')}</span> instead of <span className="tabular font-medium">{before.toLocaleString('en')}</span> actions would be enough for what {people === 1 ? 'one person' : `${people} people`} did with it.
        {!whole && ' There was more use than is looked at; the newest counts.'}
      </p>
      <p className="mb-3">
        <CopyButton value={suggested.policy} what="scope" label="Copy the scope" />
      </p>
      <NarrowedScope narrowed={suggested} label="The scope for the catalogue" />
      <h3 className="mt-4 mb-1 text-sm font-medium">What it would have denied in the last 90 days</h3>
      {denied.length === 0 ? (
        <p className="text-sm text-ink-2">Nothing that worked and the record knows.</p>
      ) : (
        <ul className="divide-y divide-line overflow-hidden rounded-md border border-line bg-surface text-sm">
          {denied.map(({ action, calls, lastAt }) => (
            <li key={action} className="flex flex-wrap items-baseline justify-between gap-x-3 px-3 py-1.5">
              <span className="min-w-0 font-mono text-xs wrap-anywhere">{action}</span>
              <span className="text-xs text-ink-3">
                {calls === 1 ? '1 call' : `${calls} calls`}, last <RelativeTime at={lastAt} now={now} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
