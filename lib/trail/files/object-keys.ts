/** Where a trail writes; `prefix` is what was configured for the trail, without slashes at its ends, or empty. */
export type TrailFolder = { prefix: string; organizationId?: string | undefined; accountId: string; region: string }
export type ObjectKey = TrailFolder & { kind: 'log' | 'digest' | 'insight'; /** `2026-11-23`, in UTC. */ day: string; name: string }

const kinds = { CloudTrail: 'log', 'CloudTrail-Digest': 'digest', 'CloudTrail-Insight': 'insight' } as const
const form = /^(?:(.*)\/)?AWSLogs\/(?:(o-[a-z0-9]{10,32})\/)?(\d{12})\/(CloudTrail|CloudTrail-Digest|CloudTrail-Insight)\/([a-z0-9-]+)\/(\d{4})\/(\d\d)\/(\d\d)\/([^/]+\.json(?:\.gz)?)$/s

/**
 * What an object is by its key; undefined when it is not CloudTrail's.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
 */
export function readObjectKey(key: string): ObjectKey | undefined {
  const [, prefix = '', organizationId, accountId = '', kind = '', region = '', year, month, date, name = ''] = form.exec(key) ?? []
  if (name === '') return undefined
  return { prefix, organizationId, accountId, region, kind: kinds[kind as keyof typeof kinds], day: `${year}-${month}-${date}`, name }
}

/** The folder of a Region's log files or digests, with a slash at its end; below it are `yyyy/mm/dd/`. */
export function folderOf({ prefix, organizationId, accountId, region }: TrailFolder, kind: 'CloudTrail' | 'CloudTrail-Digest'): string {
  const before = [prefix, 'AWSLogs', organizationId ?? '', accountId].filter((part) => part !== '')
  return `${[...before, kind, region].join('/')}/`
}

/** A key below the folder that sorts before everything of a day and after everything of the day before. */
export const beforeDay = (folder: string, day: Date): string => `${folder}${day.toISOString().slice(0, 10).replaceAll('-', '/')}/`
