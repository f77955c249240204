import type { Severity } from './severity.ts'

/** `subject` is the parameter that names what the call changed, `of` what kind of thing that is. */
export type OutlivingCall = { of: string; subject: string; severity: Severity; what: string; undoneBy?: string; detail?: string }

const call = (of: string, subject: string, severity: Severity, what: string, rest: Pick<OutlivingCall, 'undoneBy' | 'detail'> = {}): OutlivingCall => ({ of, subject, severity, what, ...rest })

/**
 * Calls whose effect goes on when the grant has ended: identities, credentials, trust and policies. `undoneBy` names the
 * call that takes it back, `detail` the parameter that tells two of the same kind apart.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html
 */
export const outlivingCalls: Readonly<Record<string, Readonly<Record<string, OutlivingCall>>>> = {
  'iam.amazonaws.com': {
    CreateUser: call('IAM user', 'userName', 'high', 'created', { undoneBy: 'DeleteUser' }),
    CreateAccessKey: call('IAM user', 'userName', 'high', 'was given an access key', { undoneBy: 'DeleteAccessKey', detail: 'accessKeyId' }),
    UpdateAccessKey: call('IAM user', 'userName', 'medium', 'has an access key switched on or off', { detail: 'accessKeyId' }),
    CreateLoginProfile: call('IAM user', 'userName', 'high', 'was given a console password', { undoneBy: 'DeleteLoginProfile' }),
    UpdateLoginProfile: call('IAM user', 'userName', 'high', 'was given another console password'),
    CreateServiceSpecificCredential: call('IAM user', 'userName', 'high', 'was given credentials of a service'),
    UploadSSHPublicKey: call('IAM user', 'userName', 'medium', 'was given an SSH key'),
    UploadSigningCertificate: call('IAM user', 'userName', 'high', 'was given a signing certificate'),
    AddUserToGroup: call('IAM user', 'userName', 'high', 'was put into a group', { undoneBy: 'RemoveUserFromGroup', detail: 'groupName' }),
    AttachUserPolicy: call('IAM user', 'userName', 'high', 'was given a policy', { undoneBy: 'DetachUserPolicy', detail: 'policyArn' }),
    PutUserPolicy: call('IAM user', 'userName', 'high', 'was given an inline policy', { undoneBy: 'DeleteUserPolicy', detail: 'policyName' }),
    DeleteUserPermissionsBoundary: call('IAM user', 'userName', 'high', 'lost its boundary'),
    DeactivateMFADevice: call('IAM user', 'userName', 'high', 'lost its second factor'),
    CreateRole: call('IAM role', 'roleName', 'high', 'created', { undoneBy: 'DeleteRole' }),
    UpdateAssumeRolePolicy: call('IAM role', 'roleName', 'high', 'trusts somebody else'),
    AttachRolePolicy: call('IAM role', 'roleName', 'high', 'was given a policy', { undoneBy: 'DetachRolePolicy', detail: 'policyArn' }),
    PutRolePolicy: call('IAM role', 'roleName', 'high', 'was given an inline policy', { undoneBy: 'DeleteRolePolicy', detail: 'policyName' }),
    DeleteRolePermissionsBoundary: call('IAM role', 'roleName', 'high', 'lost its boundary'),
    AttachGroupPolicy: call('IAM group', 'groupName', 'high', 'was given a policy', { undoneBy: 'DetachGroupPolicy', detail: 'policyArn' }),
    PutGroupPolicy: call('IAM group', 'groupName', 'high', 'was given an inline policy', { undoneBy: 'DeleteGroupPolicy', detail: 'policyName' }),
    CreatePolicyVersion: call('policy', 'policyArn', 'high', 'has a new version'),
    SetDefaultPolicyVersion: call('policy', 'policyArn', 'high', 'has another default version'),
    CreateOpenIDConnectProvider: call('identity provider', 'url', 'critical', 'created'),
    AddClientIDToOpenIDConnectProvider: call('identity provider', 'openIDConnectProviderArn', 'high', 'serves another client'),
    CreateSAMLProvider: call('identity provider', 'name', 'critical', 'created', { undoneBy: 'DeleteSAMLProvider' }),
    UpdateSAMLProvider: call('identity provider', 'sAMLProviderArn', 'critical', 'was changed'),
    AddRoleToInstanceProfile: call('instance profile', 'instanceProfileName', 'medium', 'hands out a role', { undoneBy: 'RemoveRoleFromInstanceProfile', detail: 'roleName' }),
  },
  'ec2.amazonaws.com': {
    CreateKeyPair: call('EC2 key pair', 'keyName', 'medium', 'created', { undoneBy: 'DeleteKeyPair' }),
    ImportKeyPair: call('EC2 key pair', 'keyName', 'medium', 'imported', { undoneBy: 'DeleteKeyPair' }),
  },
  'lambda.amazonaws.com': {
    AddPermission20150331v2: call('function', 'functionName', 'medium', 'may be called by somebody else', { detail: 'statementId' }),
    CreateFunctionUrlConfig: call('function', 'functionName', 'medium', 'has an address of its own'),
  },
  's3.amazonaws.com': { PutBucketPolicy: call('bucket', 'bucketName', 'medium', 'has another policy', { undoneBy: 'DeleteBucketPolicy' }) },
  'kms.amazonaws.com': {
    CreateGrant: call('key', 'keyId', 'medium', 'may be used by somebody else'),
    PutKeyPolicy: call('key', 'keyId', 'high', 'has another policy'),
  },
}

/** Names of the events whose bodies are needed to tell what was left behind. */
export const namesWithBody: readonly string[] = [...new Set(Object.values(outlivingCalls).flatMap((service) => Object.entries(service).flatMap(([name, { undoneBy }]) => (undoneBy ? [name, undoneBy] : [name]))))]

/** Names of the calls that take something back. */
export const undoingNames: ReadonlySet<string> = new Set(Object.values(outlivingCalls).flatMap((service) => Object.values(service).flatMap(({ undoneBy }) => undoneBy ?? [])))
