import { afterAll, beforeAll, expect, test } from 'vitest'
import { approvalSchema } from '#lib/catalog/approval-schema.ts'
import { digestOf } from '#lib/catalog/catalog-state.ts'
import { definitionOf } from '#lib/catalog/definition-of.ts'
import { approving, startSlice, type Slice } from '#lib/local/test/slice.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { createRequest } from './create-request.ts'
import { listShadowed } from './shadow.queries.ts'

const profileId = 'sandbox-builder'
let slice: Slice
let maya: Viewer
let lena: Viewer

beforeAll(async () => {
  slice = await startSlice()
  ;[maya, lena] = await Promise.all([slice.viewer('maya'), slice.viewer('lena')])
  await slice.viewer('jon')
  const approval = approvalSchema.parse({
    rules: [{ name: 'Leads', steps: [{ deciders: { groups: ['platform-leads'] } }] }],
    shadow: [
      { name: 'Short is free', when: { maxDurationMinutes: 15 }, automatic: true },
      // Named by the policy on trial alone.
      { name: 'Jon himself', when: { maxDurationMinutes: 60 }, steps: [{ deciders: { people: ['jon'] } }] },
    ],
  })
  const definition = { ...definitionOf(await slice.deps.db.accessProfile.findUniqueOrThrow({ where: { id: profileId } })), approval }
  await slice.database.owner.accessProfile.update({ where: { id: profileId }, data: { definition, definitionHash: digestOf(definition) } })
})
afterAll(() => slice.close())

test('the policy decides, and what the one on trial would have said of the same request is kept and shown to admins', async () => {
  const { db } = slice.deps
  const said = []
  for (const durationMinutes of [10, 45, 120]) {
    const asked = await createRequest({ ...approving(slice.deps), requestLapseHours: 1 }, maya, { profileId, durationMinutes, justification: 'Trying a policy out beside the other' }, null, slice.clock.now())
    // Nothing is let through, nobody else is asked and nothing is refused because of the trial.
    expect(asked).toMatchObject({ ok: true, approved: false })
    if (!asked.ok) continue
    expect(await db.request.findUniqueOrThrow({ where: { id: asked.requestId } })).toMatchObject({ state: 'pending', approverGroups: ['platform-leads'], approverIds: [] })
    expect(await db.grant.count({ where: { requestId: asked.requestId } })).toBe(0)
    said.unshift(asked.code)
    await slice.database.owner.request.update({ where: { id: asked.requestId }, data: { state: 'cancelled' } })
    slice.clock.advance(1_000)
  }
  const shown = await listShadowed(db, lena, profileId)
  expect(shown.map(({ code }) => code)).toEqual(said)
  const jon = await db.person.findFirstOrThrow({ where: { subject: 'jon' } })
  expect(shown.map(({ shadow }) => shadow)).toMatchObject([
    { ok: false, code: 'no_rule' },
    { ok: true, policy: { rule: 'Jon himself', automatic: false, steps: [{ personIds: [jon.id], words: [jon.displayName] }] } },
    { ok: true, policy: { rule: 'Short is free', automatic: true } },
  ])
  expect(shown.map(({ approvalPolicy }) => approvalPolicy)).toMatchObject([{ rule: 'Leads' }, { rule: 'Leads' }, { rule: 'Leads' }])
  expect(await listShadowed(db, maya, profileId)).toEqual([])
})
