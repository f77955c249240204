import { policy, sub, type Template } from './template.ts'

/**
 * A bucket for the record's checkpoints, in an account that nobody who runs Latchkey administers: locked for its days in
 * compliance mode whatever its writer says, and open to the portal's identity for putting and reading alone.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 */
export function recordTemplate(): Template {
  const bucket = sub('arn:${AWS::Partition}:s3:::${BucketName}')
  const objects = sub('arn:${AWS::Partition}:s3:::${BucketName}/latchkey/*')
  const Principal = { AWS: { Ref: 'PortalPrincipalArn' } }
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'Checkpoints of Latchkey\'s record, where nobody can delete them',
    Parameters: {
      BucketName: { Type: 'String', Description: 'RECORD_ANCHOR_BUCKET; it must not exist yet', AllowedPattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$' },
      PortalPrincipalArn: { Type: 'String', Description: 'The role that Latchkey runs as (task role, instance role, web identity role)', AllowedPattern: String.raw`^arn:aws(-cn|-us-gov)?:iam::\d{12}:(role|user)/.+$` },
      RetentionDays: { Type: 'String', Description: 'For how many days nobody can delete a checkpoint', AllowedPattern: '^[1-9][0-9]{0,4}$', Default: '2555' },
    },
    Resources: {
      Bucket: {
        Type: 'AWS::S3::Bucket',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          BucketName: { Ref: 'BucketName' },
          ObjectLockEnabled: true,
          ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: { Ref: 'RetentionDays' } } } },
          PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
          OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
          BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
          VersioningConfiguration: { Status: 'Enabled' },
        },
      },
      BucketPolicy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: {
          Bucket: { Ref: 'Bucket' },
          PolicyDocument: policy(
            { Sid: 'Checkpoints', Effect: 'Allow', Principal, Action: ['s3:PutObject', 's3:PutObjectRetention', 's3:GetObject'], Resource: objects },
            { Sid: 'List', Effect: 'Allow', Principal, Action: 's3:ListBucket', Resource: bucket },
            { Sid: 'Encrypted', Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [bucket, sub('arn:${AWS::Partition}:s3:::${BucketName}/*')], Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
          ),
        },
      },
    },
    Outputs: { AnchorBucket: { Description: 'RECORD_ANCHOR_BUCKET', Value: { Ref: 'Bucket' } } },
  }
}
