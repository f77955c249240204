import type { Page } from '@playwright/test'
import type { ActionCall } from '#lib/local/doors/action-doors.ts'
import { type BuiltAction, builtActions } from '#lib/local/doors/inventory.ts'
import { stackFacts } from './facts.ts'

/** Who sends: a page's cookies, or nobody. */
export type Sender = Page | null

export async function cookieHeader(sender: Sender): Promise<string> {
  if (!sender) return ''
  const cookies = await sender.context().cookies(stackFacts().baseUrl)
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
}

export type ActionAnswer = {
  status: number
  /** What the action returned; undefined when it redirected or was not run. */
  value: unknown
  /** Where it sent the browser. */
  redirect: string | null
  text: string
}

type Call = ActionCall & {
  headers?: Record<string, string>
  /** Another replica than the one of all journeys. */
  baseUrl?: string
}

/**
 * Calls a server action as the browser does: a POST with its id, the arguments in React's encoding, and the sender's
 * cookies. What the user interface would hide or forbid plays no part.
 */
export async function callAction(sender: Sender, name: string, { headers = {}, baseUrl, ...call }: Call): Promise<ActionAnswer> {
  return postCall(name, call, { Cookie: await cookieHeader(sender), ...headers }, baseUrl)
}

export async function postCall(name: string, { bound = [], fields, args }: ActionCall, headers: Record<string, string>, baseUrl?: string): Promise<ActionAnswer> {
  const action = builtActions().get(name)
  if (!action) throw new Error(`There is no server action "${name}" in the build.`)
  const body = new FormData()
  for (const [field, value] of Object.entries(fields ?? {})) body.append(`_1_${field}`, value)
  body.append('0', JSON.stringify(args ?? [...bound, null, '$K1']))
  return postAction(action, body, headers, baseUrl)
}

export async function postAction(action: BuiltAction, body: BodyInit, headers: Record<string, string>, baseUrl = stackFacts().baseUrl): Promise<ActionAnswer> {
  const response = await fetch(`${baseUrl}${action.page}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'Next-Action': action.id, Accept: 'text/x-component', Origin: baseUrl, ...headers },
    body,
  })
  const bytes = Buffer.from(await response.arrayBuffer())
  const redirect = response.headers.get('x-action-redirect') ?? response.headers.get('location')
  return { status: response.status, value: readFlight(bytes), redirect: redirect?.replace(/;(push|replace)$/, '') ?? null, text: bytes.toString('utf8') }
}

/** The returned value in React's streamed answer: rows of `id:json`, long texts in rows of their own. */
function readFlight(bytes: Buffer): unknown {
  const rows = new Map<string, unknown>()
  let at = 0
  while (at < bytes.length) {
    const colon = bytes.indexOf(':', at)
    if (colon < 0) break
    const id = bytes.subarray(at, colon).toString('utf8')
    if (bytes[colon + 1] === 'T'.charCodeAt(0)) {
      const comma = bytes.indexOf(',', colon)
      const length = Number.parseInt(bytes.subarray(colon + 2, comma).toString('utf8'), 16)
      rows.set(id, bytes.subarray(comma + 1, comma + 1 + length).toString('utf8'))
      at = comma + 1 + length
      continue
    }
    const end = bytes.indexOf('\n', colon)
    const stop = end < 0 ? bytes.length : end
    const text = bytes.subarray(colon + 1, stop).toString('utf8')
    if (/^[[{"\dtfn]/.test(text)) {
      try {
        rows.set(id, JSON.parse(text))
      } catch {
        // Rows that are not plain data (module references, hints) carry nothing an action returned.
      }
    }
    at = stop + 1
  }
  const root = rows.get('0') as { a?: string } | undefined
  const reference = /^\$@(\w+)$/.exec(root?.a ?? '')?.[1]
  return reference === undefined ? undefined : resolve(rows.get(reference), rows)
}

function resolve(value: unknown, rows: ReadonlyMap<string, unknown>): unknown {
  if (typeof value === 'string') {
    const reference = /^\$(?:@|L)?([0-9a-f]+)$/.exec(value)?.[1]
    if (reference !== undefined && rows.has(reference)) return resolve(rows.get(reference), rows)
    return value.startsWith('$$') ? value.slice(1) : value
  }
  if (Array.isArray(value)) return value.map((entry) => resolve(entry, rows))
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, resolve(entry, rows)]))
  return value
}

export const codeOf = (answer: ActionAnswer): unknown => (answer.value as { code?: unknown } | undefined)?.code

/** What came of a call in one word: a code, `may` for what was done, `redirect`, or what else an answer calls itself. */
export function outcomeOf(answer: ActionAnswer): string {
  const value = answer.value as { ok?: boolean; kind?: string; code?: string; refusal?: { code: string } } | undefined
  if (answer.redirect) return 'redirect'
  return value?.refusal?.code ?? value?.kind ?? value?.code ?? (value?.ok ? 'may' : 'nothing')
}
