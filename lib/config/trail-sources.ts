import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'

const account = z.string().regex(/^\d{12}$/, 'must be an account id of 12 digits, in quotes')
const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'is not a Region')

const bucketSource = z.strictObject({
  kind: z.literal('s3'),
  bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'is not the name of a bucket'),
  /** Where the bucket lies, and whose reader reads it. */
  region,
  account,
  prefix: z.string().regex(/^[^/].*[^/]$|^[^/]?$/, 'must not begin or end with "/"').default(''),
  organization: z.string().regex(/^o-[a-z0-9]{10,32}$/, 'must be the id of an organisation').optional(),
  /** Whose log files, of which Regions. */
  accounts: z.array(account).min(1),
  regions: z.array(region).min(1),
  /** Files from that day on. */
  from: z.coerce.date(),
  /** The trail whose digests are verified; without it none are. */
  trail: z.strictObject({ name: z.string().min(3), homeRegion: region }).optional(),
})
const queueSource = z.strictObject({ kind: z.literal('sqs'), url: z.url({ protocol: /^https?$/, error: 'must be the address of a queue' }), region, account })

const schema = z.strictObject({ sources: z.array(z.discriminatedUnion('kind', [bucketSource, queueSource])).max(200) })
export type BucketSource = z.infer<typeof bucketSource>
export type QueueSource = z.infer<typeof queueSource>
export type TrailSources = readonly (BucketSource | QueueSource)[]

/** Reads where CloudTrail's records are delivered to, beside what LookupEvents answers: buckets by listing, queues by notification. */
export function readTrailSources(file: string | undefined): { sources: TrailSources; problems: string[] } {
  if (file === undefined) return { sources: [], problems: [] }
  try {
    const read = schema.safeParse(parse(readFileSync(file, 'utf8')))
    if (read.success) return { sources: read.data.sources, problems: [] }
    return { sources: [], problems: read.error.issues.map(({ path, message }) => `TRAIL_SOURCES_FILE: ${file}, ${path.join('.') || 'the file'}: ${message}.`) }
  } catch {
    return { sources: [], problems: [`TRAIL_SOURCES_FILE: ${file} cannot be read as YAML.`] }
  }
}
