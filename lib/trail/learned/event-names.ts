/**
 * Calls whose name in CloudTrail is not the name of the action that they need, by the action's service.
 * An empty list is a call that needs no permission.
 */
type Names = Readonly<Record<string, readonly string[]>>

/** The same call under several names, all of which need `action`. */
const all = (action: string, ...names: readonly string[]): Names => Object.fromEntries(names.map((name) => [name, [action]]))

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
const s3: Names = {
  ...all('ListAllMyBuckets', 'ListBuckets'),
  ...all('ListBucket', 'HeadBucket', 'ListObjects', 'ListObjectsV2'),
  ...all('ListBucketVersions', 'ListObjectVersions'),
  ...all('ListBucketMultipartUploads', 'ListMultipartUploads'),
  ...all('ListMultipartUploadParts', 'ListParts'),
  ...all('GetObject', 'HeadObject', 'SelectObjectContent'),
  ...all('PutObject', 'CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload', 'PostObject'),
  ...all('DeleteObject', 'DeleteObjects'),
  CopyObject: ['GetObject', 'PutObject'],
  UploadPartCopy: ['GetObject', 'PutObject'],
  ...all('GetEncryptionConfiguration', 'GetBucketEncryption'),
  ...all('PutEncryptionConfiguration', 'PutBucketEncryption', 'DeleteBucketEncryption'),
  ...all('GetLifecycleConfiguration', 'GetBucketLifecycle', 'GetBucketLifecycleConfiguration'),
  ...all('PutLifecycleConfiguration', 'PutBucketLifecycle', 'PutBucketLifecycleConfiguration', 'DeleteBucketLifecycle'),
  ...all('GetReplicationConfiguration', 'GetBucketReplication'),
  ...all('PutReplicationConfiguration', 'PutBucketReplication', 'DeleteBucketReplication'),
  ...all('GetBucketNotification', 'GetBucketNotificationConfiguration'),
  ...all('PutBucketNotification', 'PutBucketNotificationConfiguration'),
  ...all('GetAccelerateConfiguration', 'GetBucketAccelerate', 'GetBucketAccelerateConfiguration'),
  ...all('PutAccelerateConfiguration', 'PutBucketAccelerate', 'PutBucketAccelerateConfiguration'),
  ...all('GetAnalyticsConfiguration', 'GetBucketAnalyticsConfiguration', 'ListBucketAnalyticsConfigurations'),
  ...all('PutAnalyticsConfiguration', 'PutBucketAnalyticsConfiguration', 'DeleteBucketAnalyticsConfiguration'),
  ...all('GetInventoryConfiguration', 'GetBucketInventoryConfiguration', 'ListBucketInventoryConfigurations'),
  ...all('PutInventoryConfiguration', 'PutBucketInventoryConfiguration', 'DeleteBucketInventoryConfiguration'),
  ...all('GetMetricsConfiguration', 'GetBucketMetricsConfiguration', 'ListBucketMetricsConfigurations'),
  ...all('PutMetricsConfiguration', 'PutBucketMetricsConfiguration', 'DeleteBucketMetricsConfiguration'),
  ...all('GetIntelligentTieringConfiguration', 'GetBucketIntelligentTieringConfiguration', 'ListBucketIntelligentTieringConfigurations'),
  ...all('PutIntelligentTieringConfiguration', 'PutBucketIntelligentTieringConfiguration', 'DeleteBucketIntelligentTieringConfiguration'),
  ...all('GetBucketPublicAccessBlock', 'GetPublicAccessBlock'),
  ...all('PutBucketPublicAccessBlock', 'PutPublicAccessBlock', 'DeletePublicAccessBlock', 'DeleteBucketPublicAccessBlock'),
  ...all('PutAccountPublicAccessBlock', 'DeleteAccountPublicAccessBlock'),
  ...all('GetBucketObjectLockConfiguration', 'GetObjectLockConfiguration'),
  ...all('PutBucketObjectLockConfiguration', 'PutObjectLockConfiguration'),
  ...all('PutBucketCORS', 'DeleteBucketCors'),
  ...all('PutBucketTagging', 'DeleteBucketTagging'),
  ...all('PutBucketOwnershipControls', 'DeleteBucketOwnershipControls'),
}

/** Names are `<Operation>20150331`, with a `v2` where there were two: https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html */
const lambda: Names = { ...all('InvokeFunction', 'Invoke', 'InvokeAsync', 'InvokeWithResponseStream'), ...all('GetLayerVersion', 'GetLayerVersionByArn') }

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html, https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html */
const dynamodb: Names = {
  TransactGetItems: ['GetItem'],
  TransactWriteItems: ['ConditionCheckItem', 'DeleteItem', 'PutItem', 'UpdateItem'],
  ...Object.fromEntries(['ExecuteStatement', 'BatchExecuteStatement', 'ExecuteTransaction'].map((name) => [name, ['PartiQLDelete', 'PartiQLInsert', 'PartiQLSelect', 'PartiQLUpdate']])),
}

const byService: Readonly<Record<string, Names>> = {
  s3,
  lambda,
  dynamodb,
  // https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html and API_GetSessionToken.html: "no permissions are required".
  sts: { GetCallerIdentity: [], GetSessionToken: [] },
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
  sqs: { ...all('SendMessage', 'SendMessageBatch'), ...all('DeleteMessage', 'DeleteMessageBatch'), ...all('ChangeMessageVisibility', 'ChangeMessageVisibilityBatch') },
  // https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html
  sns: all('Publish', 'PublishBatch'),
  // https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html
  kms: { ReEncrypt: ['ReEncryptFrom', 'ReEncryptTo'] },
  // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cf-api-permissions-ref.html
  cloudfront: { CreateDistributionWithTags: ['CreateDistribution', 'TagResource'], CreateStreamingDistributionWithTags: ['CreateStreamingDistribution', 'TagResource'] },
}

/** Service → name of the event → actions. */
export const otherNames: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>> = new Map(Object.entries(byService).map(([service, names]) => [service, new Map(Object.entries(names))]))

/**
 * Events that are not calls of an API, so that no action stands behind them; by event source.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-non-api-events.html
 */
export const withoutAction: ReadonlyMap<string, RegExp> = new Map(Object.entries({
  // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
  'signin.amazonaws.com': /^/,
  // https://docs.aws.amazon.com/singlesignon/latest/userguide/understanding-sso-sign-in-events.html
  'sso.amazonaws.com': /^(Authenticate|Federate|CreateToken)$/,
  'cloudshell.amazonaws.com': /^(SendHeartBeat|DeleteSession|RedeemCode)$/,
  'ec2.amazonaws.com': /^(SharedSnapshot|BidEvicted|TerminateInstances?Event|SharedVolume)/,
  'ecr.amazonaws.com': /^PolicyExecutionEvent$/,
  'kms.amazonaws.com': /^(RotateKey|DeleteKey|DeleteExpiredKeyMaterial|SynchronizeMultiRegionKey)$/,
  'secretsmanager.amazonaws.com': /^(Start|End|Cancel)SecretVersionDelete$|^Rotation(Started|Succeeded|Failed|Abandoned)$|^SecretVersionDeletion/,
}))

const verbs: readonly (readonly [RegExp, string])[] = [
  [/^(Get|List|Test|Export)/, 'GET'],
  [/^(Create|Import|Generate)/, 'POST'],
  [/^(Put|Tag)/, 'PUT'],
  [/^Update/, 'PATCH'],
  [/^(Delete|Flush|Untag)/, 'DELETE'],
]

/** API Gateway's actions are HTTP's verbs: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-iam-policy-examples.html */
export const apiGatewayVerb = (eventName: string): string | undefined => verbs.find(([names]) => names.test(eventName))?.[1]
