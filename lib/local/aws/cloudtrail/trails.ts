import { AwsError } from '../core/errors.ts'
import { listOf, optionalBoolean, optionalText, requiredText, textsOf } from '../core/input.ts'
import type { Call, Operation } from '../core/operation.ts'
import type { TrailState } from '../core/state.ts'

const trailsOf = ({ world, caller }: Call): Record<string, TrailState> => world.state.accounts[caller.accountId]!.trails
const arnOf = ({ caller, region }: Call, name: string): string =>
  name.startsWith('arn:') ? name : `arn:aws:cloudtrail:${region}:${caller.accountId}:trail/${name}`

const nameAsked = (call: Call): string => optionalText(call.input, 'TrailName') ?? requiredText(call.input, 'Name')
const onTrail = (call: Call) => ({ action: `cloudtrail:${call.action}`, resource: arnOf(call, nameAsked(call)) })

/** By name in its home Region, or by ARN; the wording of a real event. */
function find(call: Call): TrailState {
  const name = nameAsked(call)
  const trail = trailsOf(call)[arnOf(call, name)]
  if (!trail) throw new AwsError('TrailNotFoundException', `Unknown trail: ${arnOf(call, name)} for the user: ${call.caller.accountId}`)
  return trail
}

const shape = (trail: TrailState) => ({
  Name: trail.name,
  S3BucketName: trail.bucket,
  S3KeyPrefix: trail.prefix,
  IncludeGlobalServiceEvents: trail.globalEvents,
  IsMultiRegionTrail: trail.multiRegion,
  HomeRegion: trail.region,
  TrailARN: trail.arn,
  LogFileValidationEnabled: trail.validateFiles,
  IsOrganizationTrail: false,
})

const described = (trail: TrailState) => ({ ...shape(trail), HasCustomEventSelectors: hasDataEvents(trail), HasInsightSelectors: false })
const hasDataEvents = (trail: TrailState): boolean =>
  trail.advancedEventSelectors.length > 0 ||
  trail.eventSelectors.some((selector) => ((selector as { DataResources?: unknown[] }).DataResources ?? []).length > 0)

const managementOnly = { ReadWriteType: 'All', IncludeManagementEvents: true, DataResources: [], ExcludeManagementEventSources: [] }

/** A new trail does not log until `StartLogging`. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html */
const createTrail: Operation = {
  readOnly: false,
  access: onTrail,
  run: (call) => {
    const name = requiredText(call.input, 'Name')
    const arn = arnOf(call, name)
    if (trailsOf(call)[arn]) throw new AwsError('TrailAlreadyExistsException', `Trail ${name} already exists for customer: ${call.caller.accountId}`)
    const trail: TrailState = {
      name,
      arn,
      region: call.region,
      bucket: requiredText(call.input, 'S3BucketName'),
      prefix: optionalText(call.input, 'S3KeyPrefix'),
      multiRegion: optionalBoolean(call.input, 'IsMultiRegionTrail') ?? false,
      globalEvents: optionalBoolean(call.input, 'IncludeGlobalServiceEvents') ?? true,
      validateFiles: optionalBoolean(call.input, 'EnableLogFileValidation') ?? false,
      logging: false,
      eventSelectors: [managementOnly],
      advancedEventSelectors: [],
    }
    if (!call.world.state.buckets[trail.bucket]) throw new AwsError('S3BucketDoesNotExistException', `S3 bucket ${trail.bucket} does not exist!`)
    trailsOf(call)[arn] = trail
    return { output: shape(trail) }
  },
}

const updateTrail: Operation = {
  readOnly: false,
  access: onTrail,
  run: (call) => {
    const trail = find(call)
    trail.bucket = optionalText(call.input, 'S3BucketName') ?? trail.bucket
    trail.prefix = optionalText(call.input, 'S3KeyPrefix') ?? trail.prefix
    trail.multiRegion = optionalBoolean(call.input, 'IsMultiRegionTrail') ?? trail.multiRegion
    trail.globalEvents = optionalBoolean(call.input, 'IncludeGlobalServiceEvents') ?? trail.globalEvents
    setValidation(trail, optionalBoolean(call.input, 'EnableLogFileValidation') ?? trail.validateFiles, call.now)
    return { output: shape(trail) }
  },
}

function setValidation(trail: TrailState, wanted: boolean, now: Date): void {
  if (wanted && !trail.validateFiles) trail.digestsFrom = now.getTime()
  if (!wanted) closeChains(trail)
  trail.validateFiles = wanted
}

function closeChains(trail: TrailState): void {
  for (const chain of Object.values(trail.digests ?? {})) chain.closing = true
}

const deleteTrail: Operation = {
  readOnly: false,
  access: onTrail,
  run: (call) => {
    delete trailsOf(call)[find(call).arn]
    return {}
  },
}

const setLogging = (logging: boolean): Operation => ({
  readOnly: false,
  access: onTrail,
  run: (call) => {
    const trail = find(call)
    if (logging && !trail.logging) trail.digestsFrom = call.now.getTime()
    if (!logging) closeChains(trail)
    trail.logging = logging
    trail[logging ? 'startedAt' : 'stoppedAt'] = call.now.getTime()
    return {}
  },
})

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html */
const getTrailStatus: Operation = {
  readOnly: true,
  access: onTrail,
  run: (call) => {
    const { logging, startedAt, stoppedAt, deliveredAt, deliveryError } = find(call)
    const at = (time: number | undefined) => (time === undefined ? undefined : new Date(time))
    return { output: { IsLogging: logging, StartLoggingTime: at(startedAt), StopLoggingTime: at(stoppedAt), LatestDeliveryTime: at(deliveredAt), LatestDeliveryError: deliveryError } }
  },
}

const describeTrails: Operation = {
  readOnly: true,
  access: () => ({ action: 'cloudtrail:DescribeTrails', resource: '*' }),
  run: (call) => {
    const wanted = textsOf(call.input, 'trailNameList').map((name) => arnOf(call, name))
    const trails = Object.values(trailsOf(call))
    const shown = trails.filter((trail) => (wanted.length > 0 ? wanted.includes(trail.arn) : trail.multiRegion || trail.region === call.region))
    return { output: { trailList: shown.map(described) } }
  },
}

const selectorsShape = (trail: TrailState) => ({
  TrailARN: trail.arn,
  ...(trail.advancedEventSelectors.length > 0
    ? { AdvancedEventSelectors: trail.advancedEventSelectors as never[] }
    : { EventSelectors: trail.eventSelectors as never[] }),
})

/** Basic and advanced selectors exclude each other. */
const putEventSelectors: Operation = {
  readOnly: false,
  access: onTrail,
  run: (call) => {
    const trail = find(call)
    trail.advancedEventSelectors = [...listOf(call.input, 'AdvancedEventSelectors')]
    trail.eventSelectors = trail.advancedEventSelectors.length > 0 ? [] : [...listOf(call.input, 'EventSelectors')]
    return { output: selectorsShape(trail) }
  },
}

export const trailOperations: Record<string, Operation> = {
  CreateTrail: createTrail,
  UpdateTrail: updateTrail,
  DeleteTrail: deleteTrail,
  StartLogging: setLogging(true),
  StopLogging: setLogging(false),
  GetTrail: { readOnly: true, access: onTrail, run: (call) => ({ output: { Trail: described(find(call)) } }) },
  GetTrailStatus: getTrailStatus,
  DescribeTrails: describeTrails,
  PutEventSelectors: putEventSelectors,
  GetEventSelectors: { readOnly: true, access: onTrail, run: (call) => ({ output: selectorsShape(find(call)) }) },
}
