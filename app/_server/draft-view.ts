import 'server-only'
import type { DraftAnswer, DraftQuestion } from '#components/catalogue/catalogue-models.ts'
import { getCatalogEntry, listCatalogAccounts, surroundingsOf } from '#lib/catalog/admin.queries.ts'
import { rulesOf } from '#lib/catalog/approval-schema.ts'
import type { ProfileDefinition } from '#lib/catalog/catalog-schema.ts'
import { numbered } from '#lib/catalog/catalog-state.ts'
import type { Environment } from '#lib/catalog/environments.ts'
import { exportEntry } from '#lib/catalog/export-catalog.ts'
import { impactOf } from '#lib/catalog/impact.queries.ts'
import { parseProfile } from '#lib/catalog/parse-catalog.ts'
import { planChange } from '#lib/catalog/plan-catalog.ts'
import { policyWarnings } from '#lib/catalog/policy-warnings.ts'
import { listMembers } from '#lib/people/people.queries.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { impactWords } from './catalog-view.ts'
import { ruleSentences, termsSentences } from './definition-words.ts'
import { getServices } from './services.ts'

/** What a draft of a profile says, where it is mistaken, and what it would change. Nothing is written. */
export async function checkDraft(viewer: Viewer, { profileId, draft }: DraftQuestion): Promise<DraftAnswer> {
  const { db } = await getServices()
  const yaml = 'yaml' in draft ? draft.yaml : yamlOf(draft.json)
  const accounts = await listCatalogAccounts(db, viewer)
  const parsed = parseProfile(yaml, await surroundingsOf(db, viewer))
  const other = parsed.ok && profileId !== null && parsed.profile.id !== profileId ? [{ line: 1, field: 'id', message: `stays ${profileId}: requests point to it` }] : []
  if (!parsed.ok || other.length > 0) return { ok: true, yaml, model: null, problems: parsed.ok ? other : parsed.problems, terms: [], rules: [], warnings: [], plan: null }
  const { profile } = parsed
  const account = accounts.find(({ name }) => name === profile.account)
  return {
    ok: true,
    yaml,
    model: profile,
    problems: [],
    terms: termsSentences(profile),
    rules: ruleSentences(profile),
    warnings: await warningsOf(viewer, profile, account?.environment as Environment),
    plan: await planOf(viewer, profile, account?.id ?? ''),
  }
}

/** JSON that cannot be written as YAML is shown as it came: YAML reads JSON too, and says what is wrong with it. */
function yamlOf(json: string): string {
  try {
    return exportEntry(JSON.parse(json) as object)
  } catch {
    return json
  }
}

async function planOf(viewer: Viewer, profile: ProfileDefinition, accountId: string): Promise<NonNullable<DraftAnswer['plan']>> {
  const { db } = await getServices()
  const entry = await getCatalogEntry(db, viewer, profile.id)
  const before = entry?.profile.offered ? numbered(entry.profile.definition, entry.profile.accountId) : null
  const plan = planChange(profile.id, { subject: 'profile', before, after: numbered(profile, accountId) })
  if (!plan) return { widenings: [], others: [], impact: [] }
  const sentences = (widens: boolean): string[] => plan.differences.filter((difference) => difference.widens === widens).map(({ sentence }) => sentence)
  return { widenings: sentences(true), others: sentences(false), impact: impactWords(await impactOf(db, viewer, profile.id, before, profile)) }
}

async function warningsOf(viewer: Viewer, profile: ProfileDefinition, environment: Environment): Promise<string[]> {
  const { db } = await getServices()
  const steps = rulesOf(profile.approval).flatMap((rule) => rule.steps ?? [])
  const crowds = [...new Set(steps.map(({ deciders, escalation }) => JSON.stringify([...deciders.groups, ...(escalation?.groups ?? [])])))]
  const counted = new Map(await Promise.all(crowds.map(async (key) => [key, (await listMembers(db, viewer, JSON.parse(key) as string[], 0)).count] as const)))
  return policyWarnings(profile, environment, (groups) => counted.get(JSON.stringify(groups)) ?? 0)
}
