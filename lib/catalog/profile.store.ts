import type { Transaction } from '#lib/db/client.ts'
import { namesIn } from './access-kinds.ts'
import { groupsNamed } from './approval-schema.ts'
import type { CatalogAccount, ProfileDefinition } from './catalog-schema.ts'
import { digestOf } from './catalog-state.ts'
import { eligibleGroups } from './eligibility.ts'

const rowsAtOnce = 500

/** Writes profiles with their accounts, offered; those that exist are replaced. */
export async function writeProfiles(tx: Transaction, profiles: readonly { profile: ProfileDefinition; account: CatalogAccount }[], now: Date): Promise<void> {
  const rows = profiles.map(({ profile, account }) => rowOf({ ...profile, account: account.name }, account))
  for (let from = 0; from < rows.length; from += rowsAtOnce) await writeRows(tx, rows.slice(from, from + rowsAtOnce), now)
}

function rowOf(profile: ProfileDefinition, account: CatalogAccount) {
  return {
    id: profile.id,
    accountId: account.id,
    title: profile.title,
    description: profile.description,
    useCase: profile.useCase,
    environment: account.environment,
    riskTier: profile.riskTier,
    requesterGroups: [...new Set([...eligibleGroups(profile, false), ...eligibleGroups(profile, true)])],
    approverGroups: groupsNamed(profile.approval),
    searchText: [profile.id, profile.title, profile.description, account.name, account.id, ...namesIn(profile.access)].join(' ').toLowerCase(),
    definition: profile,
    definitionHash: digestOf({ profile, account }),
  }
}

async function writeRows(tx: Transaction, rows: readonly ReturnType<typeof rowOf>[], now: Date): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO access_profile (id, "accountId", title, description, "useCase", environment, "riskTier", "requesterGroups", "approverGroups", "searchText", definition, "definitionHash", offered, "updatedAt")
    SELECT id, "accountId", title, description, "useCase", environment, "riskTier", ARRAY(SELECT jsonb_array_elements_text("requesterGroups")), ARRAY(SELECT jsonb_array_elements_text("approverGroups")),
      "searchText", definition, "definitionHash", true, ${now}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given(id text, "accountId" text, title text, description text, "useCase" text, environment text, "riskTier" text,
      "requesterGroups" jsonb, "approverGroups" jsonb, "searchText" text, definition jsonb, "definitionHash" text)
    ON CONFLICT (id) DO UPDATE SET "accountId" = excluded."accountId", title = excluded.title, description = excluded.description, "useCase" = excluded."useCase", environment = excluded.environment,
      "riskTier" = excluded."riskTier", "requesterGroups" = excluded."requesterGroups", "approverGroups" = excluded."approverGroups", "searchText" = excluded."searchText",
      definition = excluded.definition, "definitionHash" = excluded."definitionHash", offered = true, "updatedAt" = excluded."updatedAt"`
}
