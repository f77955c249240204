import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { z } from 'zod'
import { PeoplePage } from '#components/people/people-page.tsx'
import { listPeoplePage } from '#lib/people/people-admin.queries.ts'
import { hasRole } from '#lib/people/viewer.ts'
import { getServices } from '#app/_server/services.ts'
import { requireRole } from '#app/_server/viewer.ts'
import { storableText } from '#lib/config/typed-text.ts'

export const metadata: Metadata = { title: 'People' }

const one = z.string().max(300).catch('').default('').transform(storableText)
const querySchema = z.object({ q: one, after: one })
type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function People({ searchParams }: Props): Promise<ReactNode> {
  const { q, after } = querySchema.parse(await searchParams)
  const viewer = await requireRole('/people', 'responder', 'auditor', 'admin')
  const { db, clock } = await getServices()
  const { people, next } = await listPeoplePage(db, viewer, { text: q.trim(), after: after || undefined })
  const hrefOf = (from: string): string => `/people?${new URLSearchParams({ ...(q ? { q } : {}), ...(from ? { after: from } : {}) })}`
  return (
    <PeoplePage
      now={clock().toISOString()}
      search={q}
      people={people.map(({ id, displayName, username, lastKnownGroups, manager, lastSignedInAt, disabledAt }) => ({ id, name: displayName, username, groups: lastKnownGroups, manager: manager?.displayName ?? null, lastSignedInAt: lastSignedInAt.toISOString(), off: disabledAt !== null }))}
      pagination={{ newerHref: after ? hrefOf('') : null, olderHref: next ? hrefOf(next) : null }}
      privacyHref={hasRole(viewer, 'auditor', 'admin') ? '/people/privacy' : null}
      importHref={hasRole(viewer, 'admin') ? '/people/import' : null}
    />
  )
}
