import { z } from 'zod'
import type { Config } from '#lib/config/config.ts'
import { awsFailure, type AwsResult } from './aws-failure.ts'
import type { LeaseCredentials } from './issuer.ts'

const tokenSchema = z.object({ SigninToken: z.string().min(1) })

export type ConsoleGate = { signInUrl(credentials: LeaseCredentials, region: string): Promise<AwsResult<{ url: string }>> }

/**
 * Exchanges temporary credentials for a console sign-in address. The address is itself a secret, good for 15 minutes:
 * hand it over by redirect only. No SessionDuration is sent, as AWS refuses it for chained roles.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html
 */
export function openConsoleGate(aws: Config['aws'], publicUrl: URL): ConsoleGate {
  return {
    signInUrl: async ({ accessKeyId, secretAccessKey, sessionToken }, region) => {
      try {
        const session = JSON.stringify({ sessionId: accessKeyId, sessionKey: secretAccessKey, sessionToken })
        const answer = await fetch(aws.federationEndpoint, {
          method: 'POST',
          body: new URLSearchParams({ Action: 'getSigninToken', Session: session }),
          signal: AbortSignal.timeout(8_000),
          redirect: 'error',
        })
        if (!answer.ok) return awsFailure(Object.assign(new Error('refused'), { name: 'FederationRefused', $metadata: { httpStatusCode: answer.status } }))
        const { SigninToken } = tokenSchema.parse(await answer.json())
        const url = new URL(aws.federationEndpoint)
        url.search = String(
          new URLSearchParams({
            Action: 'login',
            Issuer: publicUrl.origin,
            Destination: consoleOf(region),
            SigninToken,
          }),
        )
        return { ok: true, url: url.href }
      } catch (error) {
        return awsFailure(error)
      }
    },
  }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/console.html and the endpoints of the partitions China and GovCloud. */
function consoleOf(region: string): string {
  if (region.startsWith('cn-')) return `https://${region}.console.amazonaws.cn/`
  return region.startsWith('us-gov-') ? `https://${region}.console.amazonaws-us-gov.com/` : `https://${region}.console.aws.amazon.com/`
}
