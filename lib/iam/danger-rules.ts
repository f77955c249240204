export type DangerSeverity = 'critical' | 'high' | 'medium'

/**
 * One thing somebody could do with access that its reader should know of. It holds when, for every entry of `needs`, at
 * least one of the entry's actions is allowed. `broadOnly`: only where the resources are all, or all of their kind.
 */
export type DangerRule = {
  readonly code: string
  readonly severity: DangerSeverity
  readonly title: string
  readonly why: string
  readonly needs: readonly (readonly string[])[]
  readonly broadOnly: boolean
}

const launchers = [
  'lambda:CreateFunction',
  'ec2:RunInstances',
  'ecs:RunTask',
  'ecs:StartTask',
  'ecs:CreateService',
  'cloudformation:CreateStack',
  'glue:CreateJob',
  'glue:CreateDevEndpoint',
  'codebuild:CreateProject',
  'sagemaker:CreateNotebookInstance',
  'sagemaker:CreateTrainingJob',
  'sagemaker:CreateProcessingJob',
  'states:CreateStateMachine',
  'batch:RegisterJobDefinition',
  'apprunner:CreateService',
  'bedrock-agentcore:CreateCodeInterpreter',
  'ssm:StartAutomationExecution',
  'scheduler:CreateSchedule',
]

/** Ours. Deterministic order: what is listed first is shown first among equals. */
export const dangerRules: readonly DangerRule[] = [
  {
    code: 'escalation.edit-policies',
    severity: 'critical',
    title: 'Can give itself more rights by rewriting policies',
    why: 'Whoever may change the policies of a user, group or role can add any right to them, their own included.',
    needs: [['iam:CreatePolicyVersion', 'iam:SetDefaultPolicyVersion', 'iam:PutRolePolicy', 'iam:PutUserPolicy', 'iam:PutGroupPolicy']],
    broadOnly: false,
  },
  {
    code: 'escalation.attach-policies',
    severity: 'critical',
    title: 'Can give itself more rights by attaching policies',
    why: 'A policy with full rights exists in every account; attaching it to an own identity is one call.',
    needs: [['iam:AttachRolePolicy', 'iam:AttachUserPolicy', 'iam:AttachGroupPolicy', 'iam:AddUserToGroup']],
    broadOnly: false,
  },
  {
    code: 'escalation.remove-boundary',
    severity: 'critical',
    title: 'Can lift the limits set on users and roles',
    why: 'Permissions boundaries are what keeps delegated administration in bounds; without them it has none.',
    needs: [['iam:DeleteRolePermissionsBoundary', 'iam:DeleteUserPermissionsBoundary', 'iam:PutRolePermissionsBoundary', 'iam:PutUserPermissionsBoundary']],
    broadOnly: false,
  },
  {
    code: 'escalation.change-trust',
    severity: 'critical',
    title: 'Can open roles to itself or to outsiders',
    why: "A role's trust policy says who may become the role; whoever edits it can name anybody.",
    needs: [['iam:UpdateAssumeRolePolicy']],
    broadOnly: false,
  },
  {
    code: 'escalation.lasting-credentials',
    severity: 'critical',
    title: 'Can create credentials that outlive this access',
    why: 'An access key, a password or another second factor for a user works on after this access has ended.',
    needs: [['iam:CreateAccessKey', 'iam:CreateLoginProfile', 'iam:UpdateLoginProfile', 'iam:CreateServiceSpecificCredential', 'iam:UploadSSHPublicKey', 'iam:DeactivateMFADevice']],
    broadOnly: false,
  },
  {
    code: 'escalation.pass-role',
    severity: 'critical',
    title: 'Can run code with the rights of another role',
    why: 'Handing a role to a function, machine or build and running own code in it gives all rights of that role.',
    needs: [['iam:PassRole'], launchers],
    broadOnly: false,
  },
  {
    code: 'escalation.take-over-code',
    severity: 'high',
    title: 'Can run code where other rights are',
    why: 'Replacing the code of a function, or running commands on a machine, gives the rights of the role it runs with.',
    needs: [['lambda:UpdateFunctionCode', 'lambda:UpdateFunctionConfiguration', 'ssm:SendCommand', 'ssm:StartSession', 'ec2-instance-connect:SendSSHPublicKey', 'ecs:ExecuteCommand', 'glue:UpdateJob', 'codebuild:UpdateProject', 'cloudformation:UpdateStack']],
    broadOnly: false,
  },
  {
    code: 'escalation.identity-center',
    severity: 'critical',
    title: 'Can assign access to the whole organization',
    why: 'IAM Identity Center hands out roles in every account; whoever assigns them can take any.',
    needs: [['sso:CreateAccountAssignment', 'sso:PutInlinePolicyToPermissionSet', 'sso:AttachManagedPolicyToPermissionSet', 'sso:AttachCustomerManagedPolicyReferenceToPermissionSet', 'identitystore:CreateGroupMembership']],
    broadOnly: false,
  },
  {
    code: 'onward.any-role',
    severity: 'high',
    title: 'Can go on to other roles',
    why: 'A session of a role taken from here has rights of its own, and outlives the end of this access.',
    needs: [['sts:AssumeRole']],
    broadOnly: true,
  },
  {
    code: 'logs.tampering',
    severity: 'critical',
    title: 'Can stop or falsify the audit trail',
    why: 'Without CloudTrail nobody can tell later what was done.',
    needs: [['cloudtrail:StopLogging', 'cloudtrail:DeleteTrail', 'cloudtrail:UpdateTrail', 'cloudtrail:PutEventSelectors', 'cloudtrail:DeleteEventDataStore']],
    broadOnly: false,
  },
  {
    code: 'logs.detection-off',
    severity: 'high',
    title: 'Can switch detections off',
    why: 'GuardDuty, Security Hub and AWS Config are what notices an intruder.',
    needs: [['guardduty:DeleteDetector', 'guardduty:UpdateDetector', 'securityhub:DisableSecurityHub', 'config:StopConfigurationRecorder', 'config:DeleteConfigurationRecorder', 'access-analyzer:DeleteAnalyzer', 'logs:DeleteLogGroup']],
    broadOnly: false,
  },
  {
    code: 'secrets.reading',
    severity: 'high',
    title: 'Can read stored passwords and keys',
    why: 'A secret that was read once stays known, and works wherever it is accepted.',
    needs: [['secretsmanager:GetSecretValue', 'secretsmanager:BatchGetSecretValue', 'ssm:GetParameter', 'ssm:GetParameters', 'ssm:GetParametersByPath', 'ssm:GetParameterHistory']],
    broadOnly: false,
  },
  {
    code: 'secrets.decrypting',
    severity: 'medium',
    title: 'Can decrypt with any key',
    why: 'Encryption at rest protects nothing from somebody who may use every key of the account.',
    needs: [['kms:Decrypt']],
    broadOnly: true,
  },
  {
    code: 'data.read-all-objects',
    severity: 'high',
    title: 'Can copy all stored files',
    why: 'Reading every object of every bucket includes backups, exports and logs.',
    needs: [['s3:GetObject', 's3:GetObjectVersion']],
    broadOnly: true,
  },
  {
    code: 'data.share-copies',
    severity: 'high',
    title: 'Can hand copies of disks and databases to outsiders',
    why: 'A snapshot or image shared with another account takes all its data along.',
    needs: [['ec2:ModifySnapshotAttribute', 'ec2:ModifyImageAttribute', 'rds:ModifyDBSnapshotAttribute', 'rds:ModifyDBClusterSnapshotAttribute']],
    broadOnly: false,
  },
  {
    code: 'data.open-to-public',
    severity: 'high',
    title: 'Can open data and functions to outsiders',
    why: 'A policy on the resource itself can let anybody in, whatever the policies of the account say.',
    needs: [['s3:PutBucketPolicy', 's3:PutBucketAcl', 's3:PutObjectAcl', 's3:PutBucketPublicAccessBlock', 's3:PutAccountPublicAccessBlock', 'kms:PutKeyPolicy', 'kms:CreateGrant', 'secretsmanager:PutResourcePolicy', 'lambda:AddPermission', 'sqs:SetQueueAttributes', 'sns:AddPermission', 'ecr:SetRepositoryPolicy']],
    broadOnly: false,
  },
  {
    code: 'data.destruction',
    severity: 'high',
    title: 'Can delete data for good',
    why: 'What is deleted here comes back only from backups, and some of these actions delete the backups.',
    needs: [['s3:DeleteBucket', 's3:DeleteObjectVersion', 'rds:DeleteDBInstance', 'rds:DeleteDBCluster', 'rds:DeleteDBSnapshot', 'dynamodb:DeleteTable', 'ec2:DeleteVolume', 'ec2:DeleteSnapshot', 'elasticfilesystem:DeleteFileSystem', 'kms:ScheduleKeyDeletion', 'backup:DeleteRecoveryPoint', 'backup:DeleteBackupVault', 'secretsmanager:DeleteSecret']],
    broadOnly: false,
  },
  {
    code: 'organization.leaving',
    severity: 'critical',
    title: "Can free accounts from the organization's control",
    why: 'An account that leaves, or a policy that is detached, is no longer held by the guard rails of the organization.',
    needs: [['organizations:LeaveOrganization', 'organizations:DetachPolicy', 'organizations:DeletePolicy', 'organizations:UpdatePolicy', 'organizations:RemoveAccountFromOrganization']],
    broadOnly: false,
  },
]
