import type { Action } from '../models.ts'
import type { ChoosePeople } from '../ui/person-field.tsx'
import type { PaginationModel } from '../ui/pagination.tsx'

export type PersonRow = { id: string; name: string; username: string; groups: string[]; manager: string | null; lastSignedInAt: string; off: boolean }
export type PeoplePageProps = { now: string; search: string; people: PersonRow[]; pagination: PaginationModel; importHref: string | null; privacyHref: string | null }

export type DelegationRow = { id: string; from: string; to: string; startsAt: string; endsAt: string; reason: string; given: boolean }

export type PrivacyPageProps = {
  now: string
  /** `days` null: always kept. */
  retention: { days: number | null; kinds: string[]; reachedAt: string | null }[]
  holds: { id: string; person: { name: string; href: string } | null; reason: string; placedBy: string; placedAt: string }[]
  forgotten: { id: string; href: string; at: string; wantedBy: string; values: number }[]
  place: Action
  release: Action
}

export type PersonPrivacyModel = {
  holds: { id: string; everybody: boolean; reason: string }[]
  forgottenAt: string | null
  place: Action
  release: Action
  /** For admins, of people who are switched off and not themselves. */
  forget: Action | null
}

export type PersonPageProps = {
  now: string
  person: {
    id: string
    name: string
    username: string
    email: string | null
    issuer: string
    subject: string
    groups: string[]
    firstSeenAt: string
    lastSignedInAt: string
    offSince: string | null
    manager: { name: string; href: string; source: string } | null
    reports: number
    linked: { id: string; name: string; username: string; href: string; byAdmin: boolean }[]
    delegations: DelegationRow[]
    access: { href: string; code: string; title: string; endsAt: string | null }[]
  }
  /** Absent for those who may only look. */
  admin: { setManager: Action; link: Action; unlink: Action; choose: ChoosePeople } | null
  /** Responders switch off, admins on as well; nobody themselves. */
  switching: { action: Action; to: 'off' | 'on' } | null
  /** Absent for responders. */
  privacy: PersonPrivacyModel | null
}

export type ManagersState =
  | null
  | { ok: false; code: string; message: string; mend?: string }
  | { ok: true; message: string }
  | { ok: true; plan: { changes: { line: number; person: string; before: string | null; after: string | null }[]; unchanged: number; problems: { line: number; message: string }[] } }
