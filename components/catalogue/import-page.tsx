'use client'
import { CircleCheck, TriangleAlert } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { AppLink } from '../ui/app-link.tsx'
import { EnvironmentBadge } from '../ui/badge.tsx'
import { FormMessage } from '../ui/form-message.tsx'
import { EmptyState, PageHeader, Section } from '../ui/layout.tsx'
import { SubmitButton } from '../ui/submit-button.tsx'
import { useAnnouncedAction } from '../ui/use-announced-action.ts'
import type { ImportPageProps } from './catalogue-models.ts'

const list = 'divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface'

/** What AWS has and the catalogue lacks: accounts are added, roles and permission sets each begin a profile. */
export function ImportPage({ accounts, roles, permissionSets, vanished, problems, add }: ImportPageProps): ReactNode {
  const nothing = accounts.length + roles.length + permissionSets.length === 0
  return (
    <>
      <PageHeader title="Import from AWS" back={{ href: '/catalogue', label: 'Catalogue' }} lead="What AWS has and the catalogue lacks. Nothing is offered to anybody by importing it." />
      <Sentences id="problems" title="Could not be read" sentences={problems} />
      {nothing && problems.length === 0 && <EmptyState icon={CircleCheck} title="Nothing is missing">The catalogue has every account, managed role and permission set that AWS has.</EmptyState>}
      {accounts.length > 0 && <Accounts accounts={accounts} add={add} />}
      {roles.length > 0 && (
        <Section id="roles" title="Roles without a profile" count={roles.length}>
          <ul className={list}>{roles.map(({ account, role, description, href }) => <Begin key={`${account}/${role}`} name={role} about={[account, description].filter(Boolean).join(' · ')} href={href} />)}</ul>
        </Section>
      )}
      {permissionSets.length > 0 && (
        <Section id="permission-sets" title="Permission sets without a profile" count={permissionSets.length}>
          <ul className={list}>{permissionSets.map(({ name, description, href }) => <Begin key={name} name={name} about={description} href={href} />)}</ul>
        </Section>
      )}
      <Sentences id="vanished" title="Not in AWS any more" sentences={vanished} />
    </>
  )
}

function Accounts({ accounts, add }: Pick<ImportPageProps, 'accounts' | 'add'>): ReactNode {
  const [state, run, busy] = useAnnouncedAction(add)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const toggle = (id: string): void => setChosen((before) => (before.has(id) ? new Set([...before].filter((one) => one !== id)) : new Set([...before, id])))
  const places = Map.groupBy(accounts, ({ path }) => path)
  const count = accounts.filter(({ id }) => chosen.has(id)).length
  return (
    <Section id="accounts" title="Accounts of the organisation" count={accounts.length}>
      <form action={run} className="flex flex-col items-start gap-3">
        {[...places].map(([path, members]) => (
          <fieldset key={path} className="w-full">
            <legend className="mb-1.5 text-xs font-medium text-ink-3">{path || 'Directly under the root'}</legend>
            <ul className={list}>
              {members.map(({ id, name, environment }) => (
                <li key={id}>
                  <label className="flex cursor-pointer flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 hover:bg-hover">
                    <input type="checkbox" name="account" value={id} checked={chosen.has(id)} onChange={() => toggle(id)} className="size-4 accent-accent" />
                    <span className="text-sm font-medium">{name}</span>
                    <span className="font-mono text-xs text-ink-3">{id}</span>
                    <span className="ml-auto"><EnvironmentBadge environment={environment} /></span>
                  </label>
                </li>
              ))}
            </ul>
          </fieldset>
        ))}
        <p className="text-xs text-ink-3">What an account is for is guessed from its units and its name; production where they do not say.</p>
        <FormMessage state={state?.ok ? null : state} />
        <SubmitButton busy={busy}>{count === 0 ? 'Add accounts' : count === 1 ? 'Add 1 account' : `Add ${count} accounts`}</SubmitButton>
      </form>
    </Section>
  )
}

function Begin({ name, about, href }: { name: string; about: string; href: string }): ReactNode {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5">
      <div className="min-w-0 flex-1">
        <p className="truncate font-mono text-sm">{name}</p>
        {about && <p className="text-xs text-ink-3">{about}</p>}
      </div>
      <AppLink href={href} aria-label={`Write a profile for ${name}`} className="text-sm font-medium text-accent-text underline-offset-2 hover:underline">Write a profile</AppLink>
    </li>
  )
}

function Sentences({ id, title, sentences }: { id: string; title: string; sentences: readonly string[] }): ReactNode {
  if (sentences.length === 0) return null
  return (
    <Section id={id} title={title} count={sentences.length}>
      <ul className={list}>
        {sentences.map((sentence) => (
          <li key={sentence} className="flex items-start gap-2.5 px-4 py-2.5 text-sm text-ink-2">
            <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-amber" />
            {sentence}
          </li>
        ))}
      </ul>
    </Section>
  )
}
