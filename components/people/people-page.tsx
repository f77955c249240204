import { Users } from 'lucide-react'
import type { ReactNode } from 'react'
import { AppLink } from '../ui/app-link.tsx'
import { Badge } from '../ui/badge.tsx'
import { LinkButton } from '../ui/button.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { FilterSearch } from '../ui/filter-field.tsx'
import { EmptyState, PageHeader } from '../ui/layout.tsx'
import { Pagination } from '../ui/pagination.tsx'
import { Table, Td, Th, Tr } from '../ui/table.tsx'
import { RelativeTime } from '../ui/time.tsx'
import type { PeoplePageProps } from './people-models.ts'

export function PeoplePage({ now, search, people, pagination, importHref, privacyHref }: PeoplePageProps): ReactNode {
  return (
    <>
      <PageHeader title="People" lead="Everybody who signed in, as their identity provider names them." actions={
          <>
            {privacyHref && <LinkButton href={privacyHref}>Personal data</LinkButton>}
            {importHref && <LinkButton href={importHref}>Import managers</LinkButton>}
          </>
        } />
      <FilterBar action="/people" label="Filter the people">
        <FilterSearch name="q" label="Search" value={search} placeholder="Name, user name, address" />
      </FilterBar>
      {people.length === 0 ? (
        <EmptyState icon={Users} title={search ? 'Nobody fits this search' : 'Nobody signed in yet'} {...(search ? { action: { href: '/people', label: 'Show everybody' } } : {})}>
          {search ? 'Search for a part of the name.' : 'People appear here with their first sign-in.'}
        </EmptyState>
      ) : (
        <Table label="People">
          <thead>
            <tr>
              <Th>Person</Th>
              <Th className="max-md:hidden">Groups last seen</Th>
              <Th className="max-sm:hidden">Manager</Th>
              <Th align="right">Signed in</Th>
            </tr>
          </thead>
          <tbody>
            {people.map((person) => (
              <Tr key={person.id}>
                <Td>
                  <AppLink href={`/people/${person.id}`} className="font-medium hover:underline hover:underline-offset-2">
                    {person.name}
                  </AppLink>
                  {person.off && <Badge className="ml-2">Switched off</Badge>}
                  <span className="block text-xs text-ink-3">{person.username}</span>
                </Td>
                <Td className="text-ink-2 max-md:hidden">
                  <Groups groups={person.groups} />
                </Td>
                <Td className="text-ink-2 max-sm:hidden">{person.manager ?? <span className="text-ink-3">Not known</span>}</Td>
                <Td align="right" className="whitespace-nowrap text-ink-3">
                  <RelativeTime at={person.lastSignedInAt} now={now} />
                </Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      )}
      <Pagination {...pagination} label="Pages of people" />
    </>
  )
}

const shown = 3

function Groups({ groups }: { groups: string[] }): ReactNode {
  if (groups.length === 0) return <span className="text-ink-3">None</span>
  const more = groups.length - shown
  return (
    <span title={more > 0 ? groups.join(', ') : undefined}>
      {groups.slice(0, shown).join(', ')}
      {more > 0 && ` and ${more} more`}
    </span>
  )
}
