/** A CloudFormation template, as far as this product writes one. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/ */
export type Template = {
  AWSTemplateFormatVersion: '2010-09-09'
  Description: string
  Parameters?: Record<string, { Type: 'String' | 'CommaDelimitedList'; Description: string; AllowedPattern?: string; Default?: string }>
  Conditions?: Record<string, unknown>
  Resources: Record<string, Resource>
  Outputs?: Record<string, { Description: string; Value: unknown }>
}
export type Resource = { Type: string; DependsOn?: string; DeletionPolicy?: 'Retain'; UpdateReplacePolicy?: 'Retain'; Properties: Record<string, unknown> }

/** Names that every account shares with the portal: see `readTemplateSettings`. */
export type TemplateNames = { managedRolePath: string; memberReaderRole: string; memberRevokerRole: string }

/** A part that is there only when `parameter` was given: for what an account may have and may not. */
export const whenGiven = (parameter: string, part: unknown): Record<string, unknown> => ({ 'Fn::If': [`Has${parameter}`, part, { Ref: 'AWS::NoValue' }] })
/** The conditions that `whenGiven` goes by. */
export const givenConditions = (parameters: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.keys(parameters).map((name) => [`Has${name}`, { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: name }, ''] }] }]))

export type Sub = { 'Fn::Sub': string }
export const sub = (text: string): Sub => ({ 'Fn::Sub': text })

type Statement = Record<string, unknown>
export const policy = (...Statement: Statement[]): Statement => ({ Version: '2012-10-17', Statement })

/** The portal's roles in the hub account, under the managed path. */
export const hubRoles = { issuer: 'latchkey-issuer', reader: 'latchkey-hub-reader', revoker: 'latchkey-hub-revoker', assigner: 'latchkey-hub-assigner' } as const
export const hubRoleArn = (names: TemplateNames, role: keyof typeof hubRoles): Sub =>
  sub(`arn:\${AWS::Partition}:iam::\${HubAccountId}:role${names.managedRolePath}${hubRoles[role]}`)

export const hubAccountParameter = { HubAccountId: { Type: 'String', Description: 'The account that Latchkey runs in, where the hub template was applied', AllowedPattern: String.raw`^\d{12}$` } } as const

/** `latchkey/payments-read` as path and name. */
export function splitRole(role: string): { path: string; name: string } {
  const at = role.lastIndexOf('/') + 1
  return { path: `/${role.slice(0, at)}`, name: role.slice(at) }
}

/** `payments-read` → `PaymentsRead`: logical ids are letters and digits only. */
export const logicalId = (name: string): string =>
  name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')

export const tags = (values: Record<string, string>): { Key: string; Value: string }[] => Object.entries(values).map(([Key, Value]) => ({ Key, Value }))
