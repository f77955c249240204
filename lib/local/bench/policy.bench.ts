import { ruleSchema } from '#lib/catalog/approval-schema.ts'
import { evaluatePolicy, type PolicyFacts } from '#lib/requests/evaluate-policy.ts'
import { atMost, type BenchCase } from './bench-case.ts'

const ruleCount = 500
const rounds = 2_000
const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'UTC']

/** One decision over 500 rules of which only the last fits; every round at another moment, so that nothing is remembered. */
export function benchPolicy(): BenchCase {
  const rules = Array.from({ length: ruleCount }, (_, index) =>
    ruleSchema.parse({
      name: `Rule ${index}`,
      when: {
        environments: ['production'],
        maxDurationMinutes: 120,
        requesterGroups: ['engineering', `team-${index}`],
        // The dearest condition there is; it holds for a minute a week.
        hours: index === ruleCount - 1 ? { zone: 'UTC' } : { zone: zones[index % zones.length], from: '03:00', to: '03:01', weekdays: ['mon'] },
      },
      automatic: true,
    }),
  )
  const facts = (round: number): PolicyFacts => ({
    requesterGroups: ['engineering'],
    durationMinutes: 60,
    riskLevel: 'medium',
    environment: 'production',
    ticketPresent: false,
    breakGlass: false,
    startsAt: new Date(Date.UTC(2026, 4, 1) + round * 61_000),
  })
  for (let round = 0; round < 200; round += 1) evaluatePolicy(rules, facts(round))
  const begun = performance.now()
  for (let round = 0; round < rounds; round += 1) if (!evaluatePolicy(rules, facts(round)).ok) throw new Error('The last rule fits.')
  return atMost('approval policy decision, 500 rules', 'ms', (performance.now() - begun) / rounds, 1, rounds)
}
