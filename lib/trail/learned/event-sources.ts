/**
 * Where CloudTrail's `eventSource` is not the prefix of the service's actions: the prefixes, in the order they are tried.
 * All others are called alike (`ec2.amazonaws.com`, `ec2:`). CloudTrail's names are listed with each service's own page
 * under https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-aws-service-specific-topics.html, the
 * prefixes in https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const otherPrefixes = new Map<string, readonly string[]>(Object.entries({
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/logging_cw_api_calls.html
  monitoring: ['cloudwatch'],
  // https://docs.aws.amazon.com/ses/latest/dg/logging-using-cloudtrail.html
  email: ['ses'],
  // https://docs.aws.amazon.com/autoscaling/application/userguide/logging-using-cloudtrail.html
  autoscaling: ['autoscaling', 'application-autoscaling', 'autoscaling-plans'],
  // https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/cloudtrail.html
  tagging: ['tag'],
  // https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/security-logging-cloudtrail.html
  cloudcontrolapi: ['cloudformation'],
  // https://docs.aws.amazon.com/servicecatalog/latest/arguide/logging-using-cloudtrail.html
  'servicecatalog-appregistry': ['servicecatalog'],
  // https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/security-logging-monitoring-cloudtrail.html
  amazonmq: ['mq'],
  // https://docs.aws.amazon.com/memorydb/latest/devguide/logging-using-cloudtrail.html
  'memory-db': ['memorydb'],
  // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/logging-using-cloudtrail-data-api.html
  rdsdata: ['rds-data'],
  // https://docs.aws.amazon.com/opensearch-service/latest/developerguide/managedomains-cloudtrailauditing.html
  opensearch: ['es', 'opensearch'],
  // https://docs.aws.amazon.com/lex/latest/dg/monitoring-aws-lex-cloudtrail.html
  lexv2: ['lex'],
  'models.lex': ['lex'],
  'runtime.lex': ['lex'],
  // https://docs.aws.amazon.com/iot/latest/developerguide/iot-using-cloudtrail.html
  iotdata: ['iot'],
  'data.iot': ['iot'],
  // https://docs.aws.amazon.com/marketplace/latest/userguide/cloudtrail-logging.html
  'entitlement-marketplace': ['aws-marketplace'],
  'metering-marketplace': ['aws-marketplace'],
}))

/** The prefixes that actions behind an event source may have, the likeliest first: `monitoring.amazonaws.com` → `cloudwatch`. */
export function prefixesOf(eventSource: string): readonly string[] {
  const source = eventSource.toLowerCase().replace(/\.amazonaws\.com(\.cn)?$/, '')
  return otherPrefixes.get(source) ?? [source]
}
