import { expect, test } from 'vitest'
import { tortureByKills, tortureByRaces } from './kills.torture.ts'

const { signal } = new AbortController()
const says = (text: string): void => console.log(text)

test('workers killed in the middle of everything lose nothing and double nothing: record, database and AWS agree afterwards', { timeout: 400_000 }, async () => {
  const report = await tortureByKills({ rounds: 10, seed: 20_261_122, say: says, signal })
  expect(report.faults).toEqual([])
  // It was worth the trouble only if there was something to lose.
  expect(report.grants).toBeGreaterThan(10)
  expect(report.leases).toBeGreaterThan(10)
  expect(report.revocations).toBeGreaterThan(0)
})

test('of many decisions about one request at the same time exactly one counts', { timeout: 120_000 }, async () => {
  const report = await tortureByRaces({ count: 200, seed: 20_261_122, signal })
  expect(report.faults).toEqual([])
  expect(report.decisions).toBeGreaterThanOrEqual(200)
})
