/** What a call was made with, as far as its user agent and its record tell. */
export type TrailClient = 'console' | 'cli' | 'sdk' | 'service' | 'other'

/**
 * `sessionCredentialFromConsole` marks what the console did in somebody's stead; services that act for a session leave
 * their host name as agent.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export function clientOf({ userAgent, body }: { userAgent: string | null; body: Readonly<Record<string, unknown>> }): TrailClient {
  if (body['sessionCredentialFromConsole'] === 'true' || body['eventType'] === 'AwsConsoleSignIn') return 'console'
  const agent = (userAgent ?? '').replace(/^\[(.*)\]$/, '$1')
  if (/\.amazonaws\.com$|^AWS Internal$/.test(agent)) return /^(signin|console|s3-console)\b/.test(agent) ? 'console' : 'service'
  if (/^(S3Console|aws-internal\/.*S3Console|Mozilla\/)/.test(agent)) return 'console'
  if (agent.startsWith('aws-cli/')) return 'cli'
  return /^(aws-sdk-|aws-sdk\/|Boto3?\/|APN\/|m\/|terraform|HashiCorp|Pulumi|cfn-|aws-cdk)/i.test(agent) ? 'sdk' : 'other'
}
