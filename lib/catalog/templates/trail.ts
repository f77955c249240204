import { givenConditions, policy, sub, type Template, whenGiven } from './template.ts'

const trailName = 'latchkey'
const trailArn = sub(`arn:\${AWS::Partition}:cloudtrail:\${AWS::Region}:\${AWS::AccountId}:trail/${trailName}`)

/** A bucket in another account than its reader has to let it in. https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-walkthroughs-managing-access-example2.html */
const readerParameter = { ReaderRoleArn: { Type: 'String', Description: 'The reader role of the account that reads the log files for Latchkey, where that is another one', AllowedPattern: String.raw`^$|^arn:aws(-cn|-us-gov)?:iam::\d{12}:role/.+$`, Default: '' } } as const

/**
 * A trail of every Region with validated files, and a bucket that takes files from it alone. With `organizationId` it is
 * a trail of the whole organisation, for the management account.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
 */
export function trailTemplate(organizationId: string | undefined): Template {
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'CloudTrail for Latchkey: every Region, validated log files, a bucket of its own',
    Parameters: { BucketName: { Type: 'String', Description: 'Name of the bucket for the log files; it must not exist yet', AllowedPattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$' }, ...readerParameter },
    Conditions: givenConditions(readerParameter),
    Resources: {
      Bucket: {
        Type: 'AWS::S3::Bucket',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          BucketName: { Ref: 'BucketName' },
          PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
          OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
          BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
          VersioningConfiguration: { Status: 'Enabled' },
        },
      },
      BucketPolicy: { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: { Ref: 'Bucket' }, PolicyDocument: bucketPolicy(organizationId) } },
      Trail: {
        Type: 'AWS::CloudTrail::Trail',
        DependsOn: 'BucketPolicy',
        Properties: {
          TrailName: trailName,
          S3BucketName: { Ref: 'Bucket' },
          IsLogging: true,
          IsMultiRegionTrail: true,
          IncludeGlobalServiceEvents: true,
          EnableLogFileValidation: true,
          IsOrganizationTrail: organizationId !== undefined,
        },
      },
    },
  }
}

function bucketPolicy(organizationId: string | undefined): Record<string, unknown> {
  const bucket = sub('arn:${AWS::Partition}:s3:::${BucketName}')
  const files = ['${AWS::AccountId}', ...(organizationId === undefined ? [] : [organizationId])].map((owner) => sub(`arn:\${AWS::Partition}:s3:::\${BucketName}/AWSLogs/${owner}/*`))
  const Principal = { Service: 'cloudtrail.amazonaws.com' }
  const fromTrail = { 'aws:SourceArn': trailArn }
  return policy(
    { Sid: 'Check', Effect: 'Allow', Principal, Action: 's3:GetBucketAcl', Resource: bucket, Condition: { StringEquals: fromTrail } },
    { Sid: 'Write', Effect: 'Allow', Principal, Action: 's3:PutObject', Resource: files, Condition: { StringEquals: { ...fromTrail, 's3:x-amz-acl': 'bucket-owner-full-control' } } },
    whenGiven('ReaderRoleArn', { Sid: 'Reader', Effect: 'Allow', Principal: { AWS: { Ref: 'ReaderRoleArn' } }, Action: ['s3:ListBucket', 's3:GetObject'], Resource: [bucket, sub('arn:${AWS::Partition}:s3:::${BucketName}/*AWSLogs/*')] }),
    { Sid: 'Encrypted', Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [bucket, sub('arn:${AWS::Partition}:s3:::${BucketName}/*')], Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
  )
}
