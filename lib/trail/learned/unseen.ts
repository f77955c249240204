/** Actions that leave no management event, so that their use is not known from CloudTrail's history. */
export type UnseenKind = {
  /** The `resources.type` that a trail selects to have these as data events; null where it never has them. */
  dataEvents: string | null
  /** Continues "cannot be seen: …". */
  what: string
  patterns: readonly string[]
}

/**
 * Calls on contents instead of on settings. LookupEvents has none of them, a trail those whose kind it selects.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
 */
export const unseenKinds: readonly UnseenKind[] = [
  { dataEvents: 'AWS::S3::Object', what: 'reading and writing objects in S3', patterns: ['s3:GetObject*', 's3:PutObject*', 's3:DeleteObject*', 's3:RestoreObject', 's3:AbortMultipartUpload', 's3:ListBucket', 's3:ListBucketVersions', 's3:ListMultipartUploadParts'] },
  { dataEvents: 'AWS::Lambda::Function', what: 'running Lambda functions', patterns: ['lambda:InvokeFunction'] },
  { dataEvents: 'AWS::DynamoDB::Table', what: 'reading and writing items in DynamoDB', patterns: ['dynamodb:*Item', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:PartiQL*'] },
  { dataEvents: 'AWS::DynamoDB::Stream', what: 'reading streams of DynamoDB', patterns: ['dynamodb:GetRecords', 'dynamodb:GetShardIterator'] },
  { dataEvents: 'AWS::SNS::Topic', what: 'publishing to SNS topics', patterns: ['sns:Publish'] },
  { dataEvents: 'AWS::SQS::Queue', what: 'sending and receiving messages in SQS', patterns: ['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'] },
  { dataEvents: 'AWS::Kinesis::Stream', what: 'reading and writing Kinesis streams', patterns: ['kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:PutRecord*', 'kinesis:SubscribeToShard'] },
  { dataEvents: 'AWS::KinesisFirehose::DeliveryStream', what: 'writing to Firehose', patterns: ['firehose:PutRecord*'] },
  { dataEvents: 'AWS::EC2::Snapshot', what: 'reading and writing blocks of EBS snapshots', patterns: ['ebs:*'] },
  { dataEvents: 'AWS::RDS::DBCluster', what: 'queries through the RDS Data API', patterns: ['rds-data:*'] },
  { dataEvents: 'AWS::CloudWatch::Metric', what: 'reading and writing CloudWatch metrics', patterns: ['cloudwatch:GetMetric*', 'cloudwatch:ListMetrics', 'cloudwatch:PutMetricData'] },
  { dataEvents: 'AWS::SageMaker::Endpoint', what: 'calling SageMaker endpoints', patterns: ['sagemaker:InvokeEndpoint*'] },
  { dataEvents: 'AWS::Bedrock::AgentAlias', what: 'calling Bedrock agents', patterns: ['bedrock:InvokeAgent'] },
  { dataEvents: 'AWS::Bedrock::KnowledgeBase', what: 'searching Bedrock knowledge bases', patterns: ['bedrock:Retrieve*'] },
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/logging_cw_api_calls_cwl.html
  { dataEvents: null, what: 'writing and reading log entries', patterns: ['logs:PutLogEvents', 'logs:GetLogEvents', 'logs:FilterLogEvents'] },
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/cloudtrail.html
  { dataEvents: null, what: 'calling APIs behind API Gateway', patterns: ['execute-api:*'] },
]

/**
 * Calls that hand a role to a service. Passing it is no call of its own and leaves no event.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 */
export const passingCalls: ReadonlySet<string> = new Set(
  [
    'ec2:RunInstances', 'ec2:AssociateIamInstanceProfile', 'ec2:ReplaceIamInstanceProfileAssociation', 'iam:AddRoleToInstanceProfile', 'autoscaling:CreateLaunchConfiguration', 'autoscaling:CreateAutoScalingGroup',
    'lambda:CreateFunction', 'lambda:UpdateFunctionConfiguration', 'ecs:RunTask', 'ecs:StartTask', 'ecs:RegisterTaskDefinition', 'ecs:CreateService', 'ecs:UpdateService',
    'eks:CreateCluster', 'eks:CreateNodegroup', 'eks:CreateFargateProfile', 'eks:CreateAddon', 'eks:CreatePodIdentityAssociation', 'eks:UpdatePodIdentityAssociation',
    'cloudformation:CreateStack', 'cloudformation:UpdateStack', 'cloudformation:DeleteStack', 'cloudformation:CreateChangeSet', 'cloudformation:CreateStackSet', 'cloudformation:UpdateStackSet',
    'codebuild:CreateProject', 'codebuild:UpdateProject', 'codepipeline:CreatePipeline', 'codepipeline:UpdatePipeline', 'codedeploy:CreateDeploymentGroup', 'codedeploy:UpdateDeploymentGroup',
    'glue:CreateJob', 'glue:UpdateJob', 'glue:CreateCrawler', 'glue:UpdateCrawler', 'glue:CreateDevEndpoint', 'states:CreateStateMachine', 'states:UpdateStateMachine', 'scheduler:CreateSchedule', 'scheduler:UpdateSchedule',
    'events:PutTargets', 'events:PutRule', 'sagemaker:CreateNotebookInstance', 'sagemaker:CreateTrainingJob', 'sagemaker:CreateModel', 'elasticmapreduce:RunJobFlow', 'batch:RegisterJobDefinition', 'batch:CreateComputeEnvironment',
    'rds:AddRoleToDBCluster', 'rds:AddRoleToDBInstance', 'redshift:CreateCluster', 'redshift:ModifyClusterIamRoles', 's3:PutReplicationConfiguration', 'datapipeline:PutPipelineDefinition', 'firehose:CreateDeliveryStream',
    'elasticbeanstalk:CreateEnvironment', 'elasticbeanstalk:UpdateEnvironment', 'apprunner:CreateService', 'ssm:StartAutomationExecution', 'ssm:SendCommand', 'ssm:CreateActivation', 'cloudtrail:CreateTrail', 'cloudtrail:UpdateTrail', 'config:PutConfigurationRecorder', 'logs:PutSubscriptionFilter', 'logs:PutDestination', 'iot:CreateTopicRule', 'iot:ReplaceTopicRule',
  ].map((action) => action.toLowerCase()),
)

/** What cannot be seen of a source that has these kinds of data events. */
export const unseenBy = (dataEvents: readonly string[]): readonly UnseenKind[] => unseenKinds.filter((kind) => kind.dataEvents === null || !dataEvents.includes(kind.dataEvents))
