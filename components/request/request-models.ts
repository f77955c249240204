import type { AccountRef, Action, PermissionPreviewModel, ProfileRef } from '../models.ts'
import type { FilterOption } from '../ui/filter-field.tsx'

export type CatalogueEntry = {
  profile: ProfileRef
  summary: string
  /** The address of this page with the profile chosen and the filters kept. */
  href: string
}

export type Catalogue = {
  query: { q: string; account: string; environment: string; use: string }
  /** null where there are too many to choose from: then it is typed. */
  accounts: FilterOption[] | null
  environments: FilterOption[]
  useCases: FilterOption[]
  recent: CatalogueEntry[]
  entries: CatalogueEntry[]
  /** How many the filters leave; `entries` are the first of them. */
  matching: number
  /** All that this person may ask for, before filtering. */
  total: number
}

/** Sentences from the server: "Goes ahead without asking anybody", "2 of Platform leads are asked, usually 12 min". */
export type RequestAnswer = { kind: 'automatic' | 'asked' | 'refused'; sentence: string; mend?: string; riskNote?: string }

/** What the answer depends on. */
export type AnswerQuestion = { profile: string; minutes: number; startsAt: string; ticket: string; emergency: boolean; onlyUsed: boolean }

/** `startsAt` is ISO 8601 or empty, `emergency` and `onlyUsed` "yes" or empty. */
export type RequestField = 'minutes' | 'justification' | 'ticket' | 'startsAt' | 'emergency' | 'incident' | 'onlyUsed'
export type RequestValues = Record<RequestField, string>

/** A sent request is answered by a redirect; what comes back is always a refusal, with what was typed. */
export type RequestFormState = null | {
  values: RequestValues
  errors: Partial<Record<RequestField, string>>
  refusal?: { code: string; message: string; mend?: string }
}
export type RequestAction = Action<RequestFormState>

/** What access is cut to when somebody asks for only what they used last time. */
export type NarrowedModel = {
  /** "12 actions of EC2 and S3, last used 2026-11-20." */
  sentence: string
  services: { name: string; actions: string[] }[]
  /** What stays because the record cannot show whether it was used. */
  kept: string | null
  notes: string[]
  /** JSON, to be read and copied. */
  policy: string
}

export type ChosenProfile = {
  profile: ProfileRef
  summary: string
  grantKind: string
  preview: PermissionPreviewModel
  presets: number[]
  minMinutes: number
  maxMinutes: number
  defaultMinutes: number
  justification: { minLength: number; maxLength: number; hint?: string }
  ticket: { required: boolean; label: string; hint?: string; placeholder?: string } | null
  /** Where there is past use of theirs that is narrower than the profile. */
  narrowed: NarrowedModel | null
  /** For those who may take access at once in an emergency. */
  emergency: { maxMinutes: number; reviewWithinHours: number; reviewers: string } | null
  /** What can be asked for together with it; the form names them `also`. */
  also: { slug: string; name: string; account: AccountRef }[]
  answer: RequestAnswer
  /** "Credentials already taken may live until 14:00" and the like: known before anyone asks. */
  note?: string
}

export type RequestPageProps = {
  /** Nobody can confirm the viewer's groups now, so that only emergency access goes through. */
  emergencyOnly: boolean
  now: string
  catalogue: Catalogue
  chosen: ChosenProfile | null
  /** Shown when the address names a profile that cannot be asked for. */
  notOffered?: { message: string; mend?: string } | null
  prefill?: Partial<RequestValues>
  /** Reads `profile` and the fields of `RequestValues`. */
  action: RequestAction
  /** Asked again when what it depends on changes. */
  answerAction?: (input: AnswerQuestion) => Promise<RequestAnswer>
  baseHref: string
}
