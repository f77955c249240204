import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { stackFacts } from './facts.ts'

type Manifest = { node: Record<string, { exportedName: string; workers: Record<string, unknown> }> }

/** Every server action of the build that is running: its name, its id on the wire, and the pages that answer it. */
export function builtActions(): Map<string, { id: string; pages: string[] }> {
  const manifest = JSON.parse(readFileSync('.next/standalone/.next/server/server-reference-manifest.json', 'utf8')) as Manifest
  return new Map(Object.entries(manifest.node).map(([id, { exportedName, workers }]) => [exportedName, { id, pages: Object.keys(workers) }]))
}

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

type Call = {
  bound?: unknown[]
  fields?: Record<string, string>
  args?: unknown[]
  headers?: Record<string, string>
  /** Another replica than the one of all journeys. */
  baseUrl?: string
}

/**
 * Calls a server action as the browser does: a POST with its id, the arguments in React's encoding, and the sender's
 * cookies. What the user interface would hide or forbid plays no part.
 */
export async function callAction(sender: Sender, name: string, { bound = [], fields, args, headers = {}, baseUrl }: Call): Promise<ActionAnswer> {
  const action = builtActions().get(name)
  if (!action) throw new Error(`There is no server action "${name}" in the build.`)
  const body = new FormData()
  for (const [field, value] of Object.entries(fields ?? {})) body.append(`_1_${field}`, value)
  body.append('0', JSON.stringify(args ?? [...bound, null, '$K1']))
  return postAction(sender, action, body, headers, baseUrl)
}

export async function postAction(sender: Sender, action: { id: string; pages: string[] }, body: BodyInit, headers: Record<string, string>, baseUrl = stackFacts().baseUrl): Promise<ActionAnswer> {
  const response = await fetch(`${baseUrl}${pathOf(action.pages)}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'Next-Action': action.id, Accept: 'text/x-component', Origin: baseUrl, Cookie: await cookieHeader(sender), ...headers },
    body,
  })
  const bytes = Buffer.from(await response.arrayBuffer())
  const redirect = response.headers.get('x-action-redirect') ?? response.headers.get('location')
  return { status: response.status, value: readFlight(bytes), redirect: redirect?.replace(/;(push|replace)$/, '') ?? null, text: bytes.toString('utf8') }
}

/** An address that answers the action: parameters of the route are any id, as the action does not look at them. */
function pathOf(pages: readonly string[]): string {
  const [page = 'app/page'] = pages.toSorted((left, right) => left.length - right.length)
  const path = page.replace(/^app/, '').replace(/\/page$/, '').replace(/\/\([^)]*\)/g, '').replace(/\[[^\]]+\]/g, '00000000-0000-4000-8000-000000000000')
  return path || '/'
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
