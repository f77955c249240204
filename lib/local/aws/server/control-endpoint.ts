import { z } from 'zod'
import { consoleCredentials } from '../federation/endpoint.ts'
import type { HttpRequest } from '../core/http-request.ts'
import type { World } from '../core/world.ts'
import type { Answer } from './answer.ts'
import type { LocalAwsControl } from './control.ts'

const milliseconds = z.object({ ms: z.number() })
const fault = z.object({
  service: z.string().optional(),
  action: z.string().optional(),
  times: z.number().int().positive().default(1),
  kind: z.enum(['error', 'html', 'drop']).default('error'),
  code: z.string().optional(),
  message: z.string().optional(),
  status: z.number().int().optional(),
})

const texts = z.array(z.string()).optional()
const eventRule = z.object({
  name: z.string(),
  accountId: z.string(),
  region: z.string(),
  queueArn: z.string(),
  state: z.enum(['DISABLED', 'ENABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']).default('ENABLED'),
  pattern: z.strictObject({ source: texts, 'detail-type': texts, eventName: texts }).optional(),
})

type Command = (world: World, control: LocalAwsControl, body: unknown) => unknown

/** `POST /_local/<name>` with JSON; AWS has nothing under this path. */
const commands: Readonly<Record<string, Command>> = {
  'clock/set': ({ clock }, _, body) => clock.setTo(new Date(z.object({ at: z.iso.datetime() }).parse(body).at)),
  'clock/advance': ({ clock }, _, body) => clock.advance(milliseconds.parse(body).ms),
  'clock/follow': ({ clock }) => clock.follow(),
  'clock/reset': ({ clock }) => clock.reset(),
  latency: (_, control, body) => control.setLatency(milliseconds.parse(body).ms),
  'cloudtrail/delay': (_, control, body) => control.setCloudTrailDelay(milliseconds.parse(body).ms),
  'cloudtrail/flush': (_, control) => control.flushCloudTrail(),
  'cloudtrail/deliver': (_, control, body) => ({ files: control.deliverTrailFiles(z.object({ again: z.boolean().optional() }).parse(body).again) }),
  'cloudtrail/digest': (_, control) => ({ files: control.writeDigests() }),
  'sqs/duplicate': (_, control, body) => control.duplicateMessages(z.object({ times: z.number().int().positive() }).parse(body).times),
  'events/rule': (_, control, body) => control.putEventRule(eventRule.parse(body)),
  'iam/propagation': (_, control, body) => control.setIamPropagation(milliseconds.parse(body).ms),
  'sso/assignment-time': (_, control, body) => control.setAssignmentTime(milliseconds.parse(body).ms),
  'sso/fail-assignment': (_, control, body) => control.failAssignment(z.object({ reason: z.string() }).parse(body).reason),
  'sso/role-credentials': (_, control, body) => control.roleCredentials(z.object({ userName: z.string(), accountId: z.string(), permissionSet: z.string() }).parse(body)) ?? { error: 'Forbidden' },
  fail: (_, control, body) => control.fail(fault.parse(body)),
  'fail/clear': (_, control) => control.clearFaults(),
  wipe: (_, control) => control.wipe(),
  console: (world, _, body) => consoleCredentials(world, z.object({ signinToken: z.string() }).parse(body).signinToken),
}

/** Undefined when the request is not for the control endpoint. */
export function controlAnswer(world: World, control: LocalAwsControl, http: HttpRequest): Answer | undefined {
  if (!http.path.startsWith('/_local/')) return undefined
  // A foreign page that made its own name resolve to loopback shows itself by that name.
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(http.headers.get('host') ?? '')) return json(403, { error: 'Loopback only.' })
  const name = http.path.slice('/_local/'.length)
  if (http.method === 'GET' && name === 'clock') return json(200, { now: world.clock.now().toISOString() })
  if (http.method === 'GET' && name === 'health') return json(200, { ok: true })
  if (http.method === 'GET' && name === 'cloudtrail/events') return json(200, control.recorded(http.query.get('account') ?? ''))
  const command = commands[name]
  // A page of another origin can send a simple request to loopback, but not with this content type.
  if (http.method !== 'POST' || !command || http.headers.get('content-type') !== 'application/json') {
    return json(404, { error: `POST application/json to /_local/ one of: ${Object.keys(commands).join(', ')}` })
  }
  try {
    const result = command(world, control, JSON.parse(http.body.toString('utf8') || '{}'))
    return json(200, result ?? { now: world.clock.now().toISOString() })
  } catch (error) {
    return json(400, { error: String(error) })
  }
}

const json = (status: number, body: unknown): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
