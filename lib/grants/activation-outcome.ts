import type { AwsFailure } from '#lib/aws/aws-failure.ts'
import type { Transaction } from '#lib/db/client.ts'
import type { Grant } from '#lib/db/generated/client.ts'
import { tellLater } from '#lib/outbox/tell-later.ts'
import { moveGrant } from './move-grant.ts'

/** A grant that AWS confirmed, with how; no role id where the portal itself never held a session. `false` when it is no longer activating. */
export async function confirmActivation(tx: Transaction, grant: Grant, { confirmation, roleId = null }: { confirmation: string; roleId?: string | null }, now: Date): Promise<boolean> {
  const data = { activatedAt: now, confirmation, roleId, failureCode: null, failureMessage: null }
  if (!(await moveGrant(tx, grant, { event: 'confirm', kind: 'grant.active', data, facts: { confirmation, roleId } }, now))) return false
  await tellLater(tx, { kind: 'grant.active', grantId: grant.id, to: { personIds: [grant.personId] } }, now)
  return true
}

/** A grant that AWS refused, with the reason. `false` when it is no longer activating. */
export async function failActivation(tx: Transaction, grant: Grant, { awsCode, message }: Pick<AwsFailure, 'awsCode' | 'message'>, now: Date): Promise<boolean> {
  const data = { failureCode: awsCode, failureMessage: message.slice(0, 500) }
  if (!(await moveGrant(tx, grant, { event: 'fail', kind: 'grant.failed', data, facts: { awsCode } }, now))) return false
  await tellLater(tx, { kind: 'grant.failed', grantId: grant.id, to: { personIds: [grant.personId] } }, now)
  return true
}
