import { explainAccess } from '#lib/iam/explain-access.ts'
import { parsePolicy } from '#lib/iam/parse-policy.ts'
import { atMost, type BenchCase, percentile } from './bench-case.ts'

const rounds = 20

/** What a permission preview costs at most: an administrator's role, every action of every service, explained once warm. */
export async function benchExplain(): Promise<BenchCase> {
  const parsed = parsePolicy({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }, 'identity')
  if (!parsed.ok) throw new Error(parsed.detail)
  const everything = { name: 'everything', document: parsed.document }
  const input = { identity: [everything], boundary: everything, session: [everything] }
  await explainAccess(input)
  const took: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now()
    await explainAccess(input)
    took.push(performance.now() - start)
  }
  return atMost('explanation of an administrator, p50', 'ms', percentile(took, 0.5), 300, rounds)
}
