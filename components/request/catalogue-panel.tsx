import type { ReactNode } from 'react'
import { AppLink } from '../ui/app-link.tsx'
import { EnvironmentBadge, RiskBadge } from '../ui/badge.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { FilterChoice, FilterSearch, FilterSelect } from '../ui/filter-field.tsx'
import { AccountLabel } from '../ui/identifier.tsx'
import type { Catalogue, CatalogueEntry } from './request-models.ts'

export function CataloguePanel({ catalogue, chosenSlug, baseHref }: { catalogue: Catalogue; chosenSlug: string | null; baseHref: string }): ReactNode {
  const { query, recent, entries, matching, total } = catalogue
  const recentSlugs = new Set(recent.map((entry) => entry.profile.slug))
  const filtered = Object.values(query).some((value) => value !== '')
  return (
    <>
      <FilterBar action={baseHref} label="Find a profile" className="mb-4 grid grid-cols-3 gap-2 *:first:col-span-3">
        <FilterSearch name="q" label="Search" value={query.q} placeholder="Database, logs, deploy…" />
        <FilterChoice name="account" label="Account" value={query.account} options={catalogue.accounts} placeholder="Name or number" />
        <FilterSelect name="environment" label="Environment" value={query.environment} options={catalogue.environments} />
        <FilterSelect name="use" label="Use case" value={query.use} options={catalogue.useCases} />
        {chosenSlug && <input type="hidden" name="profile" value={chosenSlug} />}
      </FilterBar>
      <div data-live-hold className="lg:max-h-[calc(100dvh-14rem)] lg:overflow-y-auto lg:pr-1">
        {!filtered && recent.length > 0 && <EntryList title="Yours, recently" entries={recent} chosenSlug={chosenSlug} />}
        {filtered ? (
          <EntryList title={`${matching.toLocaleString('en')} of ${total.toLocaleString('en')}`} entries={entries} chosenSlug={chosenSlug} />
        ) : (
          <EntryList title={recent.length > 0 ? 'Also open to you' : 'Open to you'} entries={entries.filter((entry) => !recentSlugs.has(entry.profile.slug))} chosenSlug={chosenSlug} />
        )}
        {matching > entries.length && <p className="px-1 text-xs text-ink-3">The first {entries.length} of {matching.toLocaleString('en')}, by title. Search to narrow them down.</p>}
        {entries.length === 0 && (
          <p className="px-1 text-sm text-ink-2">
            Nothing fits.{' '}
            <AppLink href={baseHref} className="text-accent-text underline underline-offset-2">
              Clear the filters
            </AppLink>
          </p>
        )}
      </div>
    </>
  )
}

function EntryList({ title, entries, chosenSlug }: { title: string; entries: CatalogueEntry[]; chosenSlug: string | null }): ReactNode {
  return (
    <section className="mb-4">
      <h2 className="mb-1.5 px-1 text-xs font-medium text-ink-3">{title}</h2>
      <ul className="flex flex-col gap-1">
        {entries.map(({ profile, summary, href }) => (
          <li key={profile.slug}>
            <AppLink
              href={href}
              scroll={false}
              aria-current={profile.slug === chosenSlug ? 'true' : undefined}
              className="block rounded-md border border-transparent px-3 py-2 hover:bg-hover aria-[current=true]:border-accent aria-[current=true]:bg-accent-soft max-lg:border-line max-lg:bg-surface"
            >
              <span className="flex items-center justify-between gap-2 text-sm font-medium">
                <span className="truncate">{profile.name}</span>
                <EnvironmentBadge environment={profile.account.environment} />
              </span>
              <span className="mt-0.5 line-clamp-1 block text-xs text-ink-2">{summary}</span>
              <span className="mt-1 flex items-center justify-between gap-2 text-xs text-ink-3">
                <AccountLabel account={profile.account} focusable={false} />
                {(profile.riskTier === 'high' || profile.riskTier === 'critical') && <RiskBadge tier={profile.riskTier} />}
              </span>
            </AppLink>
          </li>
        ))}
      </ul>
    </section>
  )
}
