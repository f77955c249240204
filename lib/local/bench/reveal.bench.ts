import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { openIdentities } from '#lib/aws/credentials.ts'
import type { Config } from '#lib/config/config.ts'
import type { Database } from '#lib/db/client.ts'
import { composeSessionPolicy } from '#lib/grants/session-policy.ts'
import { atMost, type BenchCase, percentile } from './bench-case.ts'
import { actionId, callAction } from './server-action.ts'

type Input = { db: Database; baseUrl: string; cookie: string; grantId: string; aws: Config['aws'] }

const rounds = 120
const warmUp = 30

/**
 * What the portal adds to AWS's own time: a reveal through the server action of the production server, against a bare
 * SDK AssumeRole with the same parameters, taken in turn so that both see the same machine.
 */
export async function benchReveal({ db, baseUrl, cookie, grantId, aws }: Input): Promise<BenchCase[]> {
  const grant = await db.grant.findUniqueOrThrow({ where: { id: grantId } })
  const client = new STSClient({ region: aws.region, credentials: openIdentities(aws).issuer })
  const bare = () =>
    client.send(
      new AssumeRoleCommand({
        RoleArn: grant.roleArn,
        RoleSessionName: grant.sessionName,
        SourceIdentity: grant.sessionName,
        DurationSeconds: 3_600,
        Policy: JSON.stringify(composeSessionPolicy({ scope: [], onwardRoles: [] }, grant.endsAt ?? new Date(), aws.managedRolePath)),
        Tags: [
          { Key: 'latchkey:grant', Value: grant.code },
          { Key: 'latchkey:profile', Value: grant.profileId },
        ],
      }),
    )
  const id = actionId('revealAction')
  const reveal = async (): Promise<void> => {
    const { status, text } = await callAction(baseUrl, `/grants/${grantId}/credentials`, cookie, id, { grantId })
    if (status !== 200 || !text.includes('secretAccessKey')) throw new Error(`A reveal answered ${status}: ${text.slice(0, 300)}`)
  }
  const bareMs: number[] = []
  const addedMs: number[] = []
  for (let round = 0; round < rounds + warmUp; round += 1) {
    const bareTook = await timed(bare)
    const revealTook = await timed(reveal)
    if (round < warmUp) continue
    bareMs.push(bareTook)
    addedMs.push(revealTook - bareTook)
  }
  return [
    atMost('reveal: time added to AssumeRole, p50', 'ms', percentile(addedMs, 0.5), 20, rounds, percentile(bareMs, 0.5)),
    atMost('reveal: time added to AssumeRole, p95', 'ms', percentile(addedMs, 0.95), 60, rounds, percentile(bareMs, 0.95)),
  ]
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}
