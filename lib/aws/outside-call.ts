import { DeleteRolePolicyCommand, IAMClient } from '@aws-sdk/client-iam'
import type { AwsResult } from './aws-failure.ts'
import { openCircuit } from './circuit.ts'
import { believing, steady } from './credentials.ts'
import type { LeaseCredentials } from './issuer.ts'

/** No role has an inline policy of this name: where deleting it were allowed, nothing would happen. */
const nothing = 'latchkey-proof-nothing'

/**
 * A call that no lease may ever make: taking an inline policy off a managed role. AWS decides whether it is allowed
 * before it looks for the policy, so it answers "denied", or "there is none" where it would have been allowed.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html
 */
export async function tryOutsideCall(credentials: LeaseCredentials, region: string, roleArn: string): Promise<AwsResult<{ denied: boolean }>> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  const client = believing(new IAMClient({ ...steady, region, credentials: { accessKeyId, secretAccessKey, sessionToken } }))
  const RoleName = roleArn.slice(roleArn.lastIndexOf('/') + 1)
  const answer = await openCircuit('AWS IAM').ask((abortSignal) => client.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: nothing }), { abortSignal }))
  if (answer.ok || answer.code === 'not_found') return { ok: true, denied: false }
  return answer.code === 'access_denied' ? { ok: true, denied: true } : answer
}
