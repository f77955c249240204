import { freshId, seededHex } from '../core/ids.ts'
import type { AccountState, RoleState } from '../core/state.ts'
import type { IdentityCenterState, PermissionSetState } from './state.ts'

/**
 * The role of a permission set in an account, as Identity Center makes it: the Region is part of its path, except for
 * us-east-1; who may assume it is Identity Center's own SAML provider.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/using-service-linked-roles.html
 */
export function provisionRole(instance: IdentityCenterState, account: AccountState, set: PermissionSetState, now: number): void {
  const place = (instance.provisioned[account.id] ??= {})
  const name = place[set.arn] ?? `AWSReservedSSO_${set.name}_${seededHex(`${account.id}${set.arn}${now}`, 16)}`
  place[set.arn] = name
  account.iam.roles[name] = { ...(account.iam.roles[name] ?? freshRole(instance, account.id, name, now)), inline: set.inline === undefined ? {} : { AwsSSOInlinePolicy: set.inline }, attached: [...set.managed] }
}

function freshRole({ region, instanceArn }: IdentityCenterState, accountId: string, name: string, now: number): RoleState {
  const path = `/aws-reserved/sso.amazonaws.com/${region === 'us-east-1' ? '' : `${region}/`}`
  const provider = `arn:aws:iam::${accountId}:saml-provider/AWSSSO_${seededHex(instanceArn + accountId, 16)}_DO_NOT_DELETE`
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Federated: provider }, Action: ['sts:AssumeRoleWithSAML', 'sts:TagSession'], Condition: { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } } }],
  }
  return { name, path, id: freshId('AROA'), arn: `arn:aws:iam::${accountId}:role${path}${name}`, createdAt: now, tags: {}, inline: {}, attached: [], trust: JSON.stringify(trust), maxSessionDuration: 43_200 }
}
