import { IAMClient, ListUsersCommand } from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import type { Config } from '#lib/config/config.ts'
import type { AwsResult } from './aws-failure.ts'
import { openCircuit } from './circuit.ts'
import { believing, type CredentialProvider, type Identities, steady } from './credentials.ts'

export type HubIdentity = keyof Identities['hub'] | 'assigner'
/** The assigner is there only where access through Identity Center is given. */
type Probed = Identities['hub'] & { assigner?: CredentialProvider | undefined }

/** `at`: the time by AWS's own clock, as its answer's header says; `undefined` when something in between took it off. */
export type WhoIs = { arn: string; at: Date | undefined }
export type IdentityProbe = {
  whoIs(identity: HubIdentity): Promise<AwsResult<WhoIs>>
  /** Whether an identity may do what none of Latchkey's hub identities needs: list the users of its account. */
  reachesTooFar(identity: HubIdentity): Promise<AwsResult<{ tooFar: boolean }>>
}

export function openIdentityProbe(aws: Config['aws'], hub: Probed): IdentityProbe {
  const settings = (identity: HubIdentity) => {
    const credentials = hub[identity]
    // Without credentials a client would take the process's own.
    if (!credentials) throw new Error(`There is no ${identity}.`)
    return { ...steady, region: aws.region, credentials }
  }
  return {
    whoIs: (identity) =>
      openCircuit('AWS STS').ask(async (abortSignal) => {
        const client = believing(new STSClient(settings(identity)))
        const date = noteDate(client)
        const { Arn = '' } = await client.send(new GetCallerIdentityCommand({}), { abortSignal })
        return { arn: Arn, at: date() }
      }),
    reachesTooFar: async (identity) => {
      const client = believing(new IAMClient(settings(identity)))
      const answer = await openCircuit('AWS IAM').ask((abortSignal) => client.send(new ListUsersCommand({ MaxItems: 1 }), { abortSignal }))
      if (answer.ok) return { ok: true, tooFar: true }
      return answer.code === 'access_denied' ? { ok: true, tooFar: false } : answer
    },
  }
}

/** Keeps the Date header of the last answer: IAM policies with dates, and signatures, go by that clock. */
function noteDate(client: STSClient): () => Date | undefined {
  let seen: Date | undefined
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      const { headers } = result.response as { headers?: Record<string, string> }
      const at = new Date(headers?.date ?? '')
      seen = Number.isNaN(at.getTime()) ? undefined : at
      return result
    },
    { step: 'deserialize', name: 'noteDate' },
  )
  return () => seen
}
