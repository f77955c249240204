import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyCatalog } from '#lib/local/test/any-profile.ts'
import type { Catalog } from './catalog-schema.ts'
import { type CatalogState, numbered } from './catalog-state.ts'
import { describePlan } from './describe-plan.ts'
import { exportCatalog } from './export-catalog.ts'
import { parseCatalog } from './parse-catalog.ts'
import { fileEntriesOf, planCatalog } from './plan-catalog.ts'

const stateOf = ({ accounts, profiles }: Catalog): CatalogState => ({
  accounts: new Map(accounts.map((account) => [account.id, account])),
  profiles: new Map(profiles.map((profile) => [profile.id, numbered(profile, accounts.find(({ name }) => name === profile.account)!.id)])),
  empty: false,
})

test('what is exported reads back as the same: nothing to do', () => {
  fc.assert(
    fc.property(anyCatalog, (catalog) => {
      const state = stateOf(catalog)
      const parsed = parseCatalog(exportCatalog(state))
      expect(parsed).toMatchObject({ ok: true })
      expect(parsed.ok && planCatalog(state, parsed.catalog)).toEqual([])
    }),
    { numRuns: 60 },
  )
})

test('a file that says what it said before reverts nothing, whatever stands', () => {
  fc.assert(
    fc.property(anyCatalog, anyCatalog, (file, edited) => {
      const standing = { ...edited, profiles: edited.profiles.slice(0, file.profiles.length) }
      expect(planCatalog(stateOf(standing), file, fileEntriesOf(file)).filter(({ before, after }) => before !== null && after !== null)).toEqual([])
    }),
    { numRuns: 60 },
  )
})

const [catalog] = fc.sample(anyCatalog.filter(({ profiles }) => profiles.length > 2), { numRuns: 1, seed: 7 }) as [Catalog]

test('what left the file goes only if it still is what the file said', () => {
  const without = { ...catalog, profiles: catalog.profiles.slice(1) }
  expect(planCatalog(stateOf(catalog), without, fileEntriesOf(catalog))).toMatchObject([{ subjectId: 'profile-0', after: null, widens: false }])
  const edited = { ...catalog, profiles: catalog.profiles.map((profile) => (profile.id === 'profile-0' ? { ...profile, title: 'Edited in the portal' } : profile)) }
  expect(planCatalog(stateOf(edited), without, fileEntriesOf(catalog))).toEqual([])
  expect(planCatalog(stateOf(edited), without)).toMatchObject([{ subjectId: 'profile-0', after: null }])
})

test('an account that stays in use stays, and what it is for may not change unseen', () => {
  const staging = { ...catalog, accounts: catalog.accounts.map((account) => ({ ...account, environment: 'sandbox' as const, name: `${account.name}-2` })), profiles: catalog.profiles.map((profile) => ({ ...profile, account: `${profile.account}-2` })) }
  const plan = planCatalog(stateOf(catalog), staging)
  expect(plan.map(({ subject, widens }) => [subject, widens])).toEqual([['account', true], ['account', true]])
  expect(describePlan(plan.map((change) => ({ change, impact: null }))).join('\n')).toContain('widens  environment changed.')
})
